"""Films of unusual videos, and what happens when the machine runs short."""

import os
import resource
import shutil
import sys
import tempfile
import tracemalloc
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from engine.commands.render import main
from engine.film import parted_film, studio
from engine.film.painter import Painter
from engine.film.work_folder import work_folder
from tests.film.networks import Brightness
from tests.sources.media import quarters, write_clip

FIRST, SECOND = (200, 60, 30), (30, 60, 200)
NOBODY = 65534


@pytest.fixture(autouse=True)
def _network(monkeypatch):
    monkeypatch.setattr(studio, "make_clip_estimator", lambda settings, streaming: Brightness())


def render(out: Path, source: Path, *arguments: object, stereo: str = "side-by-side") -> int:
    quick = ("--encoder", "lite", "--device", "cpu", "--quality", "low", "--stereo", stereo)
    return main([str(source), *quick, *map(str, arguments), "--output-dir", str(out)])


def frames_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def two_shots(path: Path, rng: np.random.Generator, size: tuple[int, int], shot: int) -> Path:
    """Noise of one color for `shot` frames, then of another: it fills files."""
    images = [
        (rng.integers(-30, 30, (size[1], size[0], 3)) + color).clip(0, 255).astype(np.uint8)
        for color in (FIRST, SECOND)
        for _ in range(shot)
    ]
    return write_clip(path, images, codec="ffv1")


@pytest.mark.parametrize(
    ("size", "count", "shown"),
    [((63, 35), 3, (64, 36)), ((36, 64), 3, (36, 64)), ((64, 36), 1, (64, 36)), ((1, 1), 2, (2, 2))],
    ids=["odd", "portrait", "one frame", "one pixel"],
)
@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_all_sizes_and_lengths(tmp_path, size, count, shown, container):
    images = [(quarters(*size) // 2 + 40 * index).astype(np.uint8) for index in range(count)]
    clip = write_clip(tmp_path / "clip.mkv", images, codec="rawvideo")
    assert render(tmp_path / "out", clip, "--format", container) == 0
    frames = frames_of(tmp_path / "out" / f"clip_LRF_Full_SBS.{container}")
    assert frames.shape == (count, shown[1], 2 * shown[0], 3)
    assert abs(frames[0].mean() - images[0].mean()) < 12


def test_a_video_without_frames_is_refused(tmp_path, capsys):
    path = tmp_path / "nothing.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        container.start_encoding()
    assert render(tmp_path / "out", path) == 2
    assert "nothing.mkv" in capsys.readouterr().err
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_without_the_weights_it_is_said_where_to_get_them(tmp_path, capsys, monkeypatch):
    monkeypatch.undo()
    clip = write_clip(tmp_path / "clip.mkv", [quarters(64, 36)] * 2, codec="ffv1")
    wishes = ("--encoder", "vitl", "--checkpoints-dir", tmp_path / "none")
    assert render(tmp_path / "out", clip, *wishes) == 2
    assert "models" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


@contextmanager
def largest_file(size: int):
    """A disk that takes no more than `size` bytes of a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files")
def test_a_full_disk_ends_a_run_which_is_gone_on_with(tmp_path, rng, capsys, caplog):
    clip, out = two_shots(tmp_path / "clip.mkv", rng, (96, 54), 27), tmp_path / "out"
    # x264 decides differently from run to run, if by a hair
    name, wishes = "clip_LRF_Full_SBS.mov", ("--format", "mov", "--codec", "prores")
    assert render(tmp_path / "whole", clip, *wishes) == 0
    size = (tmp_path / "whole" / name).stat().st_size
    depth = 2 * 18 * 32 * 54
    assert size > 4 * depth  # the parts are larger than the depth
    for stage, limit in (("depth", depth // 2), ("first part", size // 3), ("joining", size * 3 // 4)):
        with largest_file(limit):
            assert render(out, clip, *wishes) == 2, stage
        assert "cannot be written" in capsys.readouterr().err
        assert not (out / name).exists()
    assert render(out, clip, *wishes) == 0
    assert "2 of 2 parts are already drawn" in caplog.text
    np.testing.assert_array_equal(frames_of(out / name), frames_of(tmp_path / "whole" / name))
    assert [path.name for path in out.iterdir()] == [name]


def test_a_disk_that_seems_too_small_is_named_while_the_first_part_is_there(tmp_path, rng, caplog, monkeypatch):
    clip = two_shots(tmp_path / "clip.mkv", rng, (96, 54), 27)
    monkeypatch.setattr(parted_film, "disk_usage", lambda folder: SimpleNamespace(free=200_000_000))
    assert render(tmp_path / "out", clip, "--end", 1.2) == 0
    assert "the film may take" not in caplog.text
    monkeypatch.setattr(parted_film, "disk_usage", lambda folder: SimpleNamespace(free=20))
    assert render(tmp_path / "out", clip) == 0
    assert "out has 0.0 GB free, and the film may take 0.0 GB more" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="limits of files")
@pytest.mark.parametrize("container", ["gif", "webp", "apng", "png"])
def test_a_full_disk_leaves_no_pictures(tmp_path, rng, capsys, container):
    clip = two_shots(tmp_path / "clip.mkv", rng, (160, 90), 2)
    with largest_file(6000):  # enough for the depth
        assert render(tmp_path / "out", clip, "--format", container, "--end", 0.1) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of folders")
def test_a_folder_that_is_read_only_is_named(capsys, monkeypatch):
    place = Path(tempfile.mkdtemp())  # those of pytest are closed to other users
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(place / "home"))
    try:
        clip = write_clip(place / "clip.mkv", [quarters(64, 36)] * 2, codec="ffv1")
        (place / "out").mkdir(mode=0o555)
        place.chmod(0o755)
        is_root = os.geteuid() == 0  # who may write everywhere
        if is_root:
            os.seteuid(NOBODY)
        try:
            assert render(place / "out", clip) == 2
        finally:
            if is_root:
                os.seteuid(0)
        assert "out" in (said := capsys.readouterr().err)
        assert "cannot be written" in said
        assert list((place / "out").iterdir()) == []
    finally:
        shutil.rmtree(place)


def test_two_jobs_share_a_folder(tmp_path, capsys):
    one, other = (write_clip(tmp_path / f"{name}.mkv", [quarters(64, 36)] * 2, codec="ffv1") for name in ("a", "b"))
    out = tmp_path / "out"
    with work_folder(out / "a_LRF_Full_SBS.mkv", "the other job"):
        assert render(out, one) == 2
        assert "is being written by another process" in capsys.readouterr().err
        assert render(out, other) == 0
    assert render(out, one) == 0
    assert sorted(path.name for path in out.iterdir()) == ["a_LRF_Full_SBS.mkv", "b_LRF_Full_SBS.mkv"]


def test_memory_does_not_grow_with_the_film(tmp_path, monkeypatch):
    images = [np.roll(quarters(64, 36), index, 1) for index in range(64)]
    clip = write_clip(tmp_path / "clip.mkv", images * 3, codec="mpeg4")
    draw, used = Painter.draw, []

    def drawing(*arguments):
        used.append(tracemalloc.get_traced_memory()[0])
        return draw(*arguments)

    monkeypatch.setattr(Painter, "draw", drawing)
    tracemalloc.start(1)
    try:
        assert render(tmp_path / "out", clip, stereo="half-side-by-side") == 0
    finally:
        tracemalloc.stop()
    assert len(used) == 192
    frame = 64 * 36 * 3
    assert used[-1] - used[60] < 20 * frame  # of 132


def test_sound_is_in_step_after_an_hour(tmp_path):
    source = tmp_path / "hour.mkv"
    flashes = list(range(0, 3601, 300))
    write_flashes(source, flashes)
    for container in ("mkv", "mp4"):
        assert render(tmp_path, source, "--format", container, stereo="half-top-bottom") == 0
        found = tmp_path / f"hour_TB.{container}"
        assert flash_times(found) == pytest.approx(flashes, abs=0.002)
        assert click_times(found) == pytest.approx(flashes, abs=0.02)  # a frame lasts 0.04 s


RATE_HZ, LAST_S = 8000, 3600


def write_flashes(path: Path, flashes: list[int]) -> None:
    """A few frames around each of `flashes`, when one is white, and an hour of silence with a click at each."""
    with av.open(str(path), "w") as container:
        video, audio = container.add_stream("ffv1", rate=25), container.add_stream("pcm_s16le", rate=RATE_HZ)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        video.codec_context.time_base = Fraction(1, 1000)
        audio.layout = "mono"
        click = (20_000 * np.sin(np.arange(160) * 1.5)).astype(np.int16)
        for second in range(LAST_S + 1):
            if second in flashes:
                for step in range(-3 if second else 0, 4):
                    image = np.full((36, 64, 3), 40 + 8 * abs(step) if step else 235, np.uint8)
                    frame = av.VideoFrame.from_ndarray(image, "rgb24")
                    frame.pts, frame.time_base = 1000 * second + 40 * step, Fraction(1, 1000)
                    container.mux(video.encode(frame))
            samples = np.zeros((1, RATE_HZ), np.int16)
            if second in flashes:
                samples[0, : len(click)] = click
            sound = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            sound.sample_rate, sound.pts, sound.time_base = RATE_HZ, second * RATE_HZ, Fraction(1, RATE_HZ)
            container.mux(audio.encode(sound))
        container.mux(video.encode())
        container.mux(audio.encode())


def flash_times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 180]


def click_times(path: Path) -> list[float]:
    found: list[float] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0].astype(float)) > _LOUD[frame.format.name])
            if loud.size and (not found or frame.time + loud[0] / frame.sample_rate > found[-1] + 1):
                found.append(frame.time + loud[0] / frame.sample_rate)
    return found


_LOUD = {"s16": 8000, "fltp": 0.25}
