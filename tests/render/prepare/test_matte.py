from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.frames import DepthKind
from engine.navigation.camera import Camera
from engine.render.prepare.matte import MattePass
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import depth_frame
from tests.render.scenes import FRONT_ONLY

SIZE = (144, 256)
BRIGHT, DARK, GAP = 230, 40, (255, 0, 255)
MATTED = Settings().replace(**{**FRONT_ONLY, "edge_feather": 1.5, "border_fill": 0}, background="#ff00ff")


@pytest.fixture
def renderer(ctx):
    one = Renderer(ctx, SIZE[::-1])
    yield one
    one.release()


def disc(softness_px=1.0):
    """A bright disc in front of a dark wall. The pixels of its outline mix both, as those of a lens."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    inside = 40 - np.hypot(x - 128, y - 72)
    share = cv2.GaussianBlur((inside > 0).astype(np.float32), (0, 0), softness_px)[..., None]
    image = np.rint(share * BRIGHT + (1 - share) * DARK).astype(np.uint8).repeat(3, 2)
    frame = depth_frame(np.where(inside > 0, 1.0, 3.0), image, DepthKind.METRIC, span=(1, 2, 3))
    return replace(frame, model="source")


@pytest.mark.parametrize("subsample", [1, 2])
def test_what_the_disc_uncovers_of_the_wall_keeps_nothing_of_the_disc(renderer, subsample):
    renderer.draw(disc(), Camera.home(2).orbited(0.2, 0), MATTED.replace(subsample=subsample))
    picture = renderer.read().astype(int)
    row = picture[72]
    gap = np.flatnonzero((row == GAP).all(-1) & (np.arange(row.shape[0]) > 128))
    wall = row[gap[-1] + 1 :][:6, 1]
    assert wall.size == 6
    assert gap.size > 20
    assert wall.max() < DARK + 15, wall


def test_a_third_color_on_the_outline_hardly_stays_on_the_wall(renderer):
    frame = disc(0.01)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    away = np.hypot(x - 128, y - 72) - 40
    frame.frame.image[(away >= 0) & (away < 0.5)] = 255, 0, 0
    renderer.draw(frame, Camera.home(2).orbited(0.2, 0), MATTED.replace(subsample=2))
    picture = renderer.read().astype(int)
    for row in picture[[58, 86]]:
        gap = np.flatnonzero((row == GAP).all(-1) & (np.arange(row.shape[0]) > 128))
        wall = row[gap[-1] + 1 :][:6]
        assert (wall[:, 0] - wall[:, 1]).max() < 90, wall


def test_from_home_the_mixed_pixels_stay_as_they_are(renderer):
    frame = disc()
    off = []
    for feather in (0, 1.5):
        renderer.draw(frame, Camera.home(2), MATTED.replace(subsample=2, edge_feather=feather))
        off.append(renderer.read())
    assert np.array_equal(*off)


def test_without_silhouettes_there_is_no_matte(renderer):
    renderer.draw(disc(), Camera.home(2), MATTED.replace(edge_feather=0))
    assert MattePass not in renderer._passes._made
    renderer.draw(disc(), Camera.home(2), MATTED)
    assert MattePass in renderer._passes._made
