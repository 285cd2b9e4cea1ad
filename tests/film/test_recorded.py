"""Films of RGB-D recordings."""

import av

from engine.commands.render import main
from engine.film import studio
from tests.sources.recording.test_rgbd import depth_frame, write


def test_a_recording_is_drawn_with_its_own_depth(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a network is loaded")

    monkeypatch.setattr(studio, "make_clip_estimator", refuse)
    path = write(tmp_path / "take_rgbd.mkv", [depth_frame(index) for index in range(4)])
    arguments = "--stereo", "side-by-side", "--quality", "low", "--output-dir"
    assert main([str(path), *arguments, str(tmp_path / "out")]) == 0
    (film,) = (tmp_path / "out").iterdir()
    with av.open(str(film)) as file:
        assert not file.streams.subtitles
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert [picture.shape for picture in pictures] == [(48, 128, 3)] * 4
    left, right = pictures[3][:, :64].astype(int), pictures[3][:, 64:].astype(int)
    assert abs(left - right).mean() > 0.5  # it has depth
