"""Instant replay: what is kept, within which limits, and how it plays."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.frames import DepthKind
from engine.geometry.depth_code import decoded, measured_codes
from engine.sources.recording.replay import ReplaySource
from engine.sources.recording.ring import CORE_SHARE, LONGEST_GAP_S, Keeper, KeptFrame, Ring, Thinning
from engine.sources.recording.video import VideoSource
from tests.clips import demo_clip
from tests.sources.recording.test_rgbd import depth_frame
from tests.waiting import LIMIT_S, wait_for

SECONDS = 20.0


def kept(index, interval_s=0.1, **changes):
    return replace(KeptFrame.of(depth_frame(index % 40), index * interval_s), **changes)


def index_of(frame) -> int:
    return round(float(frame.image[4:12, 4:12].mean()) / 6)


def test_a_ring_keeps_the_newest_seconds():
    ring = Ring()
    for index in range(300):
        ring.add(kept(index), SECONDS)
    assert [ring.frames[0].time_s, ring.frames[-1].time_s] == pytest.approx([9.9, 29.9])
    assert ring.size_bytes == sum(frame.size_bytes for frame in ring.frames)
    ring.add(kept(300), 5.0)
    assert len(ring.frames) == 51


def test_a_ring_keeps_no_more_bytes_than_it_may_and_only_one_source():
    each = kept(0).size_bytes
    ring = Ring(limit_bytes=round(10.5 * each))
    for index in range(40):
        ring.add(kept(index), SECONDS)
        assert ring.size_bytes <= 10.5 * each
    assert len(ring.frames) in (9, 10, 11)  # their JPEG files differ a little
    ring.add(kept(40, source_id="another"), SECONDS)
    assert [frame.source_id for frame in ring.frames] == ["another"]
    ring.clear()
    assert (ring.frames, ring.size_bytes) == ((), 0)


@pytest.mark.parametrize(
    ("core_s", "size_bytes", "rate"),
    [
        (0.002, 100_000, 30),
        (0.005, 100_000, CORE_SHARE / 0.005),
        (0.001, 1_000_000, 256 / SECONDS),
    ],
)
def test_frames_are_thinned_to_what_a_share_of_a_core_and_the_memory_allow(core_s, size_bytes, rate):
    thinning, taken = Thinning(), 0
    for index in range(300):
        if thinning.takes(index / 30, SECONDS):
            thinning.note(core_s, size_bytes)
            taken += 1
    assert taken / 10 == pytest.approx(rate, rel=0.05)


def test_a_keeper_leaves_out_pauses_and_never_waits(monkeypatch):
    goes_on, of = threading.Event(), KeptFrame.of
    monkeypatch.setattr(KeptFrame, "of", lambda *arguments: goes_on.wait(LIMIT_S) and of(*arguments))
    keeper = Keeper()
    for index in range(50):
        keeper.show(depth_frame(index % 40), 100 + index / 10, SECONDS)
    goes_on.set()
    wait_for(lambda: keeper.ring.frames and keeper.ring.frames[-1].time_s == pytest.approx(9.9))
    assert len(keeper.ring.frames) <= 2, "the newest, and the one that was being kept"
    keeper.show(depth_frame(1), 1000.0, SECONDS)
    wait_for(lambda: keeper.ring.frames[-1].time_s > 10)
    last = keeper.ring.frames
    assert last[-1].time_s - last[-2].time_s == pytest.approx(LONGEST_GAP_S)
    keeper.close()


def test_kept_frames_play_step_and_loop_as_a_recording():
    source = ReplaySource([kept(index) for index in range(40)])
    assert source.duration_s == pytest.approx(4.0)
    frames = [source.read(1920) for _ in range(82)]
    assert [index_of(frame) for frame in frames] == [*range(40), *range(40), 0, 1]
    assert np.diff([frame.time_s for frame in frames]) == pytest.approx(0.1)
    source.seek(2.55)
    assert index_of(source.read(1920)) == 25
    source.step_back()
    assert index_of(source.read(1920)) == 24
    source.seek(-1.0)
    source.step_back()
    assert index_of(source.read(1920)) == 0
    source.loop_s = 1.0, 1.2
    assert [index_of(source.read(1920)) for _ in range(12)] == [*range(1, 10), 10, 11, 10]
    assert source.read(32).image.shape == (24, 32, 3)


@pytest.mark.parametrize("kind", list(DepthKind))
def test_depth_and_what_is_known_about_it_come_back(kind):
    frame = depth_frame(7, kind, camera="predicted")
    depth = frame.depth.copy()
    depth[3:5] = np.nan
    frame = replace(frame, depth=depth)
    shown = ReplaySource([KeptFrame.of(frame, 0.0), KeptFrame.of(frame, 0.1)]).read(1920)
    assert shown.depth == pytest.approx(decoded(*measured_codes(frame)), nan_ok=True)
    assert np.isnan(shown.depth[3:5]).all()
    assert np.abs(shown.depth - frame.depth)[:3].max() < (9 - 1) / 100_000
    assert (shown.kind, shown.recorded.model, shown.recorded.camera) == (kind, "lite", "predicted")
    assert shown.recorded.range.median == frame.range.median
    assert shown.intrinsics[0, 0] == pytest.approx(2 * frame.intrinsics[0, 0])


def test_pictures_of_a_recording_are_read_from_it_again(tmp_path):
    path = demo_clip(tmp_path / "clip.mp4", frames=30)
    video = VideoSource(path)
    pictures = [video.read(640) for _ in range(30)]
    places = []
    video.seek(0.0)
    for _ in range(30):
        video.read(640)
        places.append(video.position_s)
    order = [20, 21, 24, 29, 3, 4]  # the user went back in between
    depth = depth_frame(0)
    color = [replace(pictures[index], position_s=places[index]) for index in order]
    frames = [KeptFrame.of(replace(depth, frame=frame), number / 10) for number, frame in enumerate(color)]
    assert all(frame.size_bytes == frame.codes.nbytes for frame in frames)
    source = ReplaySource(frames, video)
    for index in [*order, order[0]]:
        assert np.array_equal(source.read(640).image, pictures[index].image)
    source.close()
