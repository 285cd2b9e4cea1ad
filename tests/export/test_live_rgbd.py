"""Recordings with depth of what happens now."""

import threading
from dataclasses import replace

import pytest

from engine.errors import OutputError
from engine.export.live_rgbd import LiveRgbd
from engine.export.rgbd_video import RgbdVideo
from engine.sources.recording.rgbd import RgbdSource
from tests.sources.recording.test_rgbd import depth_frame
from tests.waiting import LIMIT_S


def count_in(path) -> int:
    source, last = RgbdSource(path), -1.0
    count = 0
    while True:
        frame = source.read(640)
        if source.position_s <= last:
            source.close()
            return count
        assert frame.depth is not None
        last, count = source.position_s, count + 1


def test_another_source_or_network_begins_another_file(tmp_path):
    recording = LiveRgbd(tmp_path / "new" / "x_rgbd.mkv", 25)
    for index in range(12):
        frame = depth_frame(index)
        if index >= 5:
            frame = replace(frame, frame=replace(frame.frame, source_id="another"))
        if index >= 9:
            frame = replace(frame, model="vits")
        recording.show(frame, index / 25)
    recording.stop()
    status = recording.write()
    assert [path.name for path in recording.files] == ["x_rgbd.mkv", "x-2_rgbd.mkv", "x-3_rgbd.mkv"]
    assert [count_in(path) for path in recording.files] == [5, 4, 3]
    assert status.size_bytes == sum(path.stat().st_size for path in recording.files)
    assert (status.seconds, status.dropped) == (pytest.approx(11 / 25), 0)


def test_frames_are_dropped_and_counted_while_the_disk_is_slow(tmp_path, monkeypatch):
    goes_on, write = threading.Event(), RgbdVideo.write
    monkeypatch.setattr(RgbdVideo, "write", lambda *arguments: goes_on.wait(LIMIT_S) and write(*arguments))
    recording = LiveRgbd(tmp_path / "x_rgbd.mkv", 25)
    thread = threading.Thread(target=recording.write)
    thread.start()
    for index in range(90):
        recording.show(depth_frame(index % 40), index / 25)
    dropped = recording.status.dropped
    assert 90 - 62 <= dropped <= 90 - 60  # two may have been taken from the queue
    goes_on.set()
    recording.stop()
    thread.join(LIMIT_S)
    assert count_in(tmp_path / "x_rgbd.mkv") == 90 - dropped


def test_a_full_disk_ends_it_with_what_there_is(tmp_path, monkeypatch):
    write = RgbdVideo.write

    def failing(video, frame, time_s):
        if time_s > 0.5:
            raise OSError(28, "No space left on device")
        write(video, frame, time_s)

    monkeypatch.setattr(RgbdVideo, "write", failing)
    recording = LiveRgbd(tmp_path / "x_rgbd.mkv", 25)
    for index in range(30):
        recording.show(depth_frame(index), index / 25)
    recording.stop()
    with pytest.raises(OutputError, match=r"No space left on device.*x_rgbd\.mkv"):
        recording.write()
    assert count_in(tmp_path / "x_rgbd.mkv") == 13

    (tmp_path / "file").touch()
    recording = LiveRgbd(tmp_path / "file" / "x_rgbd.mkv", 25)
    recording.show(depth_frame(0), 0.0)
    recording.stop()
    with pytest.raises(OutputError, match="cannot be written"):
        recording.write()
