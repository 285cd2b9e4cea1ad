"""Instant replay: what is kept of what was shown, and saved."""

from dataclasses import replace

import numpy as np
import pytest

from engine.clock import RealClock
from engine.mailbox import Mailbox
from engine.pipeline.replay import Past, Replay
from engine.settings import SourceSettings
from engine.sources import SourceSwitch
from engine.sources.recording.rgbd import RgbdSource
from engine.sources.recording.ring import KeptFrame
from tests.clips import demo_clip
from tests.sources.recording.test_rgbd import depth_frame
from tests.waiting import wait_for


def past(count=12, **changes):
    frames = [replace(KeptFrame.of(depth_frame(index), index / 10), **changes) for index in range(count)]
    return Past(frames, SourceSettings())


def assert_same(path, replayed, count):
    """The file holds what the replay showed: depth to the bit, and pictures but for what the codec loses."""
    saved = RgbdSource(path)
    for index in range(count):
        frame, shown = saved.read(640), replayed.read(640)
        assert saved.position_s == pytest.approx(index / 10, abs=0.001)
        assert np.array_equal(frame.depth, shown.depth, equal_nan=True)
        assert (frame.kind, frame.recorded.model) == (shown.kind, shown.recorded.model)
        assert np.abs(frame.image.astype(int) - shown.image).mean() < 4
    saved.close()


def test_a_saved_replay_opens_as_a_recording_with_exactly_its_depth(tmp_path):
    kept, shares = past(), []
    kept.save(tmp_path / "new" / "x_rgbd.mkv", shares.append)
    assert shares == pytest.approx([(index + 1) / 12 for index in range(12)])
    assert_same(tmp_path / "new" / "x_rgbd.mkv", kept.open(), 12)


def test_where_the_network_changes_another_file_begins(tmp_path):
    first = past(6)
    header = replace(first.frames[0].header, model="vits")
    second = [replace(frame, header=header, time_s=frame.time_s + 0.6) for frame in first.frames]
    Past([*first.frames, *second], SourceSettings()).save(tmp_path / "x_rgbd.mkv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x-2_rgbd.mkv", "x_rgbd.mkv"]
    assert_same(tmp_path / "x-2_rgbd.mkv", Past(second, SourceSettings()).open(), 6)


def test_of_a_recording_only_depth_is_kept_and_its_pictures_are_saved(tmp_path):
    settings = SourceSettings(source=str(demo_clip(tmp_path / "clip.mp4", frames=30)))
    frames = [
        replace(KeptFrame.of(depth_frame(index), index / 10), picture=(index + 5) / 25, size=(320, 180))
        for index in range(8)
    ]
    kept = Past(frames, settings)
    kept.save(tmp_path / "x_rgbd.mkv")
    assert_same(tmp_path / "x_rgbd.mkv", kept.open(), 8)


def test_what_moves_is_kept_until_it_is_switched_off():
    replay = Replay(SourceSwitch(Mailbox(), RealClock(), SourceSettings()))

    def shown(index, **changes):
        frame = depth_frame(index)
        return replace(frame, frame=replace(frame.frame, time_s=1.0 + index, **changes))

    for frame in (shown(1), replace(shown(2), is_warped=True), shown(3, is_still=True), shown(4, take=-1), shown(5)):
        assert replay.past(frame) is None
        replay.keep(frame, 20.0)
        wait_for(lambda: not replay._keeper._shown._value)
    wait_for(lambda: replay.past(shown(6)))
    assert [kept.line.low for kept in replay.past(shown(6)).frames] == pytest.approx([1.1, 1.5])
    assert replay.past(shown(6, source_id="another")) is None
    assert replay.past(None) is None
    replay.keep(shown(7), 0.0)
    assert replay.past(shown(7)) is None
    assert replay._keeper.ring.size_bytes == 0
    replay.close()
