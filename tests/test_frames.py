import numpy as np
import pytest

from engine.errors import InputError
from engine.frames import DepthFrame, DepthKind, DepthRange, Frame, default_intrinsics, scale_intrinsics

IMAGE = np.zeros((48, 64, 3), np.uint8)
DEPTH = np.linspace(1, 5, 24 * 32, dtype=np.float32).reshape(24, 32)


def test_a_depth_frame_takes_an_image_and_its_depth():
    made = DepthFrame(Frame(IMAGE), DEPTH, DepthKind.METRIC)
    np.testing.assert_allclose(made.intrinsics, default_intrinsics(32, 24, 60))
    assert made.camera == "assumed"
    assert 1 < made.range.low < made.range.median < made.range.high < 5
    assert made.range.median == pytest.approx(3)
    assert made.is_metric


def test_a_camera_that_is_told_is_known():
    lens = default_intrinsics(64, 48, 90)
    of_frame = DepthFrame(Frame(IMAGE, intrinsics=lens), DEPTH, DepthKind.METRIC)
    told = DepthFrame(Frame(IMAGE), DEPTH, DepthKind.METRIC, scale_intrinsics(lens, 0.5, 0.5))
    assert of_frame.camera == told.camera == "known"
    np.testing.assert_allclose(of_frame.intrinsics, told.intrinsics)


def test_numbers_of_other_types_become_float32_and_holes_are_filled():
    depth = np.where(np.arange(24 * 32).reshape(24, 32) % 7, 3.0, np.nan)
    assert DepthFrame(Frame(IMAGE), depth, DepthKind.METRIC).depth.dtype == np.float32
    assert DepthFrame(Frame(IMAGE), depth, DepthKind.METRIC).depth.min() == 0
    assert DepthFrame(Frame(IMAGE), depth, DepthKind.DISPARITY).depth.min() == 3
    assert DepthFrame(Frame(IMAGE), DEPTH.astype(np.uint16), DepthKind.METRIC).depth.dtype == np.float32


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"intrinsics": np.eye(3)}, "no camera has focal lengths 1, 1"),
        ({"intrinsics": default_intrinsics(640, 480, 60)}, "in pixels of the depth map"),
        ({"intrinsics": default_intrinsics(32, 24, 60).T}, "last row"),
        ({"intrinsics": np.eye(4)}, r"\(3, 3\)"),
        ({"intrinsics": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}, r"\(3, 3\)"),
        ({"intrinsics": np.full((3, 3), np.nan)}, r"\(3, 3\)"),
        ({"depth": DEPTH.T}, "not of the same shape"),
        ({"depth": DEPTH[None]}, r"\(1, 24, 32\)"),
        ({"depth": "depth.png"}, "this is str"),
        ({"depth": np.zeros_like(DEPTH)}, "no measured metric value"),
        ({"frame": Frame("cat.jpg")}, "is a path"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, says):
    with pytest.raises(InputError, match=says):
        DepthFrame(**{"frame": Frame(IMAGE), "depth": DEPTH, "kind": DepthKind.METRIC, **changes})


def test_the_range_of_a_map_leaves_out_what_was_not_measured():
    depth = np.array([[0, 1, 2], [3, np.inf, -1]], np.float32)
    assert DepthRange.of(depth, DepthKind.METRIC).median == 2
    assert DepthRange.of(depth, DepthKind.DISPARITY).median == 1


def test_a_camera_that_the_user_wants_is_shown_whatever_it_is():
    odd = default_intrinsics(640, 480, 60)
    assert DepthFrame(Frame(IMAGE), DEPTH, DepthKind.METRIC, odd, camera="known").intrinsics is odd
