"""What films are made of beside videos, and films of which each eye has a file of its own."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from engine.commands.render import main
from engine.errors import SourceError
from engine.sources.recording.clip import Clip
from tests.sources.media import quarters, write_clip

QUICK = ("--encoder", "lite", "--input-size", "64", "--device", "cpu", "--quality", "low", "--capture-model", "lite")
COUNT = 5


def images(count: int = COUNT, size: tuple[int, int] = (64, 36)) -> list[np.ndarray]:
    """Pictures that become brighter from one to the next."""
    return [(quarters(*size) // 2 + 20 * index).astype(np.uint8) for index in range(count)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sources") / "take 1.5"
    folder.mkdir()
    for index, image in enumerate(images()):
        cv2.imwrite(str(folder / f"{index + 8}.png"), image[..., ::-1])  # 10 comes after 9
    (folder / "notes.txt").write_text("no picture")
    return folder


def render(out: Path, *arguments: object) -> int:
    return main([*map(str, arguments), *QUICK, "--output-dir", str(out)])


def frames_of(path: Path) -> tuple[np.ndarray, list[float]]:
    with av.open(str(path)) as container:
        found = [(frame.to_ndarray(format="rgb24"), frame.time) for frame in container.decode(video=0)]
    return np.stack([picture for picture, _ in found]).astype(int), [time_s for _, time_s in found]


def test_a_folder_of_pictures_is_a_film(tmp_path, folder):
    assert render(tmp_path, folder, "--stereo", "half-top-bottom", "--fps", 10, "--start", 0.1) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["take 1.5_TB.mkv"]
    frames, times_s = frames_of(tmp_path / "take 1.5_TB.mkv")
    assert frames.shape == (COUNT - 1, 36, 64, 3)
    assert times_s == pytest.approx([0.0, 0.1, 0.2, 0.3], abs=0.001)
    assert np.all(np.diff(frames.mean((1, 2, 3))) > 10)
    assert abs(frames[0].mean() - images()[1].mean()) < 8


def test_folders_that_are_no_film_are_refused(tmp_path, folder):
    with pytest.raises(SourceError, match="is a folder"):
        Clip(folder, max_res=64)
    with pytest.raises(SourceError, match="has no images"):
        Clip(tmp_path, max_res=64, sequence_fps=25)
    (tmp_path / "1.png").write_bytes((folder / "8.png").read_bytes())
    (tmp_path / "2.png").write_text("damaged")
    with pytest.raises(SourceError, match=r"2\.png"):
        list(Clip(tmp_path, max_res=64, sequence_fps=25).frames())


def test_each_eye_may_have_a_file_of_its_own(tmp_path):
    clip = write_clip(tmp_path / "clip.mkv", images(), codec="ffv1")
    assert render(tmp_path / "two", clip, "--two-files", "--original-eye", "left") == 0
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["clip_L.mkv", "clip_R.mkv"]
    assert render(tmp_path / "one", clip, "--stereo", "side-by-side", "--original-eye", "left") == 0
    both, _ = frames_of(tmp_path / "one" / "clip_LRF_Full_SBS.mkv")
    for name, eye in (("clip_L.mkv", both[:, :, :64]), ("clip_R.mkv", both[:, :, 64:])):
        frames, _ = frames_of(tmp_path / "two" / name)
        assert frames.shape == (COUNT, 36, 64, 3)
        assert np.abs(frames - eye).mean() < 2  # each was encoded by itself
    assert render(tmp_path / "two", clip, "--two-files", "--skip-existing") == 0


@pytest.mark.parametrize("kind", ["jpg", "png", "mp4"])
def test_photographs_too(tmp_path, folder, kind):
    wishes = ("--two-files", "--format", kind, *(("--path", "swing", "--seconds", 0.1) if kind != "jpg" else ()))
    assert render(tmp_path, folder / "8.png", *wishes) == 0
    name, suffix = ("8", ".jpg") if kind == "jpg" else ("8_swing", {"png": "", "mp4": ".mp4"}[kind])
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}_L{suffix}", f"{name}_R{suffix}"]


def test_two_files_need_eyes_at_their_full_size(tmp_path, folder, capsys):
    assert render(tmp_path, folder, "--two-files", "--stereo", "anaglyph") == 2
    assert "leave --stereo" in capsys.readouterr().err
