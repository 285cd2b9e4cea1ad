from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.depth.live.time_warp import TimeWarp, can_warp, is_worthwhile, warp_depth
from engine.frames import DepthFrame, Frame
from engine.mailbox import Mailbox
from tests.depth_frames import depth_frame
from tests.waiting import LIMIT_S, wait_for


def moved_by(x):
    """A textured near disc before a textured wall, `x` pixels from where it began: picture and truth."""
    texture = cv2.GaussianBlur(np.random.default_rng(1).uniform(0, 255, (180, 320, 3)), (0, 0), 2)
    texture = np.clip((texture - 127) * 4 + 127, 0, 255).astype(np.uint8)
    rows, columns = np.mgrid[0:180, 0:320]
    inside = (columns - 110 - x) ** 2 + (rows - 90) ** 2 < 45**2
    image = np.where(inside[..., None], np.roll(255 - texture[:, ::-1], x, axis=1), texture)
    return image, np.where(inside, 3.0, 1.0)


def at_index(frame, index, **changes):
    return replace(frame, frame=replace(frame.frame, index=index, time_s=index / 30, **changes))


BASE = at_index(depth_frame(moved_by(0)[1], moved_by(0)[0]), 3)


def newer(x=12, index=6, **changes):
    return Frame(moved_by(x)[0], index, index / 30, BASE.frame.source_id, **changes)


@pytest.mark.parametrize("x", [4, 12])
def test_depth_goes_where_the_picture_goes(x):
    found = warp_depth(BASE, newer(x))
    truth = moved_by(x)[1]
    off = np.abs(found.depth - truth) > 0.5
    assert off.mean() < 0.5 * (np.abs(BASE.depth - truth) > 0.5).mean()
    assert found.is_warped
    assert found.frame.index == 6
    assert found.done_s == BASE.done_s


def test_a_still_picture_keeps_its_depth():
    assert np.abs(warp_depth(BASE, newer(0)).depth - BASE.depth).mean() < 0.01


def test_depth_is_not_warped_back_nor_far_nor_to_another_source():
    assert can_warp(BASE, newer())
    assert can_warp(BASE, replace(newer(), index=0)), "the source was reopened, and counts from zero again"
    assert not can_warp(BASE, newer(index=3))
    assert not can_warp(BASE, newer(index=60))
    assert not can_warp(BASE, replace(newer(), source_id="other"))
    assert not can_warp(BASE, replace(newer(), image=newer().image[::2]))
    assert not can_warp(BASE, replace(newer(), depth=np.ones((2, 2), np.float32)))


@pytest.mark.parametrize(
    ("depth_fps", "source_fps", "display_ms", "expected"),
    [(10, 30, 5, True), (29, 30, 5, False), (10, 30, 12, False), (10, 0, 5, False), (0, 30, 5, False)],
)
def test_by_itself_it_is_done_where_depth_is_slow_and_drawing_is_fast(depth_fps, source_fps, display_ms, expected):
    assert is_worthwhile(depth_fps, source_fps, display_ms) is expected


class Counted(Mailbox[Frame]):
    """A mailbox that counts how often its reader comes: at the next time it is done with what it took."""

    visits = 0

    def wait(self, timeout_s: float) -> Frame | None:
        self.visits += 1
        return super().wait(timeout_s)


def test_the_thread_warps_while_it_has_something_to_follow():
    frames = Counted()
    depths: Mailbox[DepthFrame] = Mailbox()
    time_warp = TimeWarp(frames, depths)
    time_warp.start()
    frames.put(newer())
    visits = frames.visits
    wait_for(lambda: frames.visits > visits + 1)
    assert depths.take() is None
    time_warp.follow(BASE)
    frames.put(newer(index=7))
    found = depths.wait(LIMIT_S)
    assert found is not None
    assert found.frame.index == 7
    time_warp.close(LIMIT_S)
    assert not time_warp._thread.is_alive()


def test_a_frame_that_cannot_be_warped_to_does_not_end_the_thread(monkeypatch):
    def fails_at_first(base, frame):
        if frame.index == 6:
            raise ValueError("an odd picture")
        return base

    monkeypatch.setattr("engine.depth.live.time_warp.warp_depth", fails_at_first)
    frames: Mailbox[Frame] = Mailbox()
    depths: Mailbox[DepthFrame] = Mailbox()
    time_warp = TimeWarp(frames, depths)
    time_warp.follow(BASE)
    time_warp.start()
    frames.put(newer(index=6))
    wait_for(lambda: time_warp._guard.total)
    frames.put(newer(index=7))
    assert depths.wait(LIMIT_S) is BASE
    time_warp.close()
