"""A new scene lies flat, and rises."""

import numpy as np
import pytest

from engine.app.rise import LONGEST_STEP_S, RISE_S, Rise
from engine.frames import DepthKind, Frame
from engine.geometry.rise import flat, risen
from engine.geometry.world import world_map
from engine.settings import DepthSettings, Settings
from tests.depth_frames import checker, depth_frame


def distances(frame):
    return world_map(frame, Settings().scene).view_distance(frame.depth)


def test_a_frame_without_depth_lies_on_a_plane():
    frame = flat(Frame(checker(64, 36)), DepthSettings(fov_deg=40))
    assert np.ptp(distances(frame)) == 0
    assert frame.depth.shape == (18, 32)
    assert frame.intrinsics[0, 2] == 16
    assert frame.camera == "known"


@pytest.mark.parametrize("kind", DepthKind)
def test_depth_rises_from_the_middle_of_its_range(kind):
    depth = np.tile(np.linspace(1, 3, 32, dtype=np.float32), (18, 1))
    frame = depth_frame(depth, kind=kind)
    low, half, full = (np.ptp(distances(risen(frame, share))) for share in (1e-3, 0.5, 1))
    assert low < 0.01 * full
    assert 0.2 * full < half < 0.8 * full
    assert risen(frame, 1) is frame


def test_what_was_not_measured_stays_so():
    depth = np.full((4, 4), 2.0)
    depth[1, 1] = 0
    assert (risen(depth_frame(depth, kind=DepthKind.METRIC, span=(1, 2, 3)), 0.5).depth == 0).sum() == 1


def test_the_rise_is_eased_and_takes_its_time_even_after_a_stall():
    rise = Rise()
    assert (rise.share, rise.yaw_rad) == (1, 0)
    rise.begin()
    shares = [rise.share]
    while rise.share < 1:
        rise.update(3.0)
        shares.append(rise.share)
    assert len(shares) == pytest.approx(RISE_S / LONGEST_STEP_S + 1, abs=1)
    assert shares[1] < 0.15
    assert shares == sorted(shares)
    assert rise.yaw_rad == 0
    rise.duration_s = 0
    rise.begin()
    assert rise.share == 1
