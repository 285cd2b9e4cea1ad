import numpy as np
import pytest

from engine.depth.transparency import enlarged, up_to_the_cut, without_transparent
from engine.frames import DepthKind, Frame
from engine.geometry.world import is_measured
from engine.settings import Settings
from engine.sources.transparency import BACKGROUND

BACKGROUND_SETTING = Settings().display.background


@pytest.fixture
def frame():
    is_opaque = np.zeros((480, 640), bool)
    is_opaque[100:380, 120:500] = True
    return Frame(np.zeros((480, 640, 3), np.uint8), is_opaque=is_opaque)


@pytest.mark.parametrize("kind", DepthKind)
def test_there_is_no_surface_where_an_image_is_transparent(frame, kind):
    depth = without_transparent(np.full((240, 320), 2, np.float32), frame)
    measured = is_measured(depth, kind is DepthKind.DISPARITY)
    np.testing.assert_array_equal(measured, frame.is_opaque[::2, ::2])
    assert (depth[measured] == 2).all()


def test_along_the_cut_the_depth_is_that_of_the_visible_part(frame):
    """A network sees an edge there, and blurs it."""
    depth = np.full((60, 80), 1, np.float32)
    depth[12:48, 15:63] = 5
    depth[13:47, 16:62] = 8  # one pixel lies between the two
    whole = up_to_the_cut(enlarged(depth, frame), frame, 8)
    assert whole.shape == (480, 640)
    np.testing.assert_allclose(whole[frame.is_opaque], 8, atol=1e-5)


def test_what_is_thin_keeps_its_own_depth(frame):
    is_opaque = frame.is_opaque.copy()
    is_opaque[200:204, 500:] = True  # a wire, far from everything else
    depth = np.full((60, 80), 8, np.float32)
    depth[:, 72:] = 3
    frame = Frame(frame.image, is_opaque=is_opaque)
    whole = up_to_the_cut(enlarged(depth, frame), frame, 8)
    np.testing.assert_allclose(whole[200:204, 600:], 3, atol=1e-5)


def test_opaque_images_are_left_alone():
    depth = np.full((60, 80), 8, np.float32)
    frame = Frame(np.zeros((480, 640, 3), np.uint8))
    assert up_to_the_cut(enlarged(depth, frame), frame) is depth
    assert without_transparent(depth, frame) is depth


def test_the_background_is_that_of_the_window():
    assert "#" + "".join(f"{part:02x}" for part in BACKGROUND) == BACKGROUND_SETTING
