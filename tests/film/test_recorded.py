"""Films of RGB-D recordings."""

import av
import pytest

from engine.commands.render import main
from engine.film import studio
from tests.sources.recording.test_rgbd import depth_frame, write
from tests.sources.rgbd.folders import write_r3d, write_tum

STEREO = "--stereo", "side-by-side", "--quality", "low", "--output-dir"


@pytest.fixture(autouse=True)
def without_networks(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a network is loaded")

    monkeypatch.setattr(studio, "make_clip_estimator", refuse)
    monkeypatch.setattr(studio, "make_capturer", refuse)


def test_a_recording_is_drawn_with_its_own_depth(tmp_path):
    path = write(tmp_path / "take_rgbd.mkv", [depth_frame(index) for index in range(4)])
    assert main([str(path), *STEREO, str(tmp_path / "out")]) == 0
    (film,) = (tmp_path / "out").iterdir()
    with av.open(str(film)) as file:
        assert not file.streams.subtitles
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert [picture.shape for picture in pictures] == [(48, 128, 3)] * 4
    left, right = pictures[3][:, :64].astype(int), pictures[3][:, 64:].astype(int)
    assert abs(left - right).mean() > 0.5  # it has depth


@pytest.mark.parametrize("write_one", [write_tum, lambda path: write_r3d(path.with_suffix(".r3d"))])
def test_recordings_of_other_programs_are_drawn_with_their_own_depth(tmp_path, write_one):
    path = write_one(tmp_path / "take")
    assert main([str(path), *STEREO, str(tmp_path / "out")]) == 0
    (film,) = (tmp_path / "out").iterdir()
    with av.open(str(film)) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(pictures) == 5
    half = pictures[0].shape[1] // 2
    left, right = pictures[3][:, :half].astype(int), pictures[3][:, half:].astype(int)
    assert abs(left - right).mean() > 0.5
