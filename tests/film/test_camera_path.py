"""Camera paths and their limits."""

from itertools import pairwise

import numpy as np
import pytest

from engine.errors import InputError
from engine.film.camera_path import PATH_NAMES, NamedPath, shares
from engine.film.limits import LARGEST_ZOOM, ViewLimits, amplitude_for, zoom_for
from engine.frames import DepthFrame, DepthKind, Frame
from engine.geometry.world import pivot_distance
from engine.navigation.camera import Camera
from engine.settings import SceneSettings


def poses(name: str, count: int = 24, **options):
    path = NamedPath(name, amplitude_deg=8, **options)
    return [path.pose(share, 1.0) for share in shares(count, is_closed=path.is_closed)]


def distance(one, other) -> float:
    return (
        abs(one.yaw_deg - other.yaw_deg)
        + abs(one.pitch_deg - other.pitch_deg)
        + 30 * (abs(one.closer - other.closer) + abs(one.zoom - other.zoom))
    )


@pytest.mark.parametrize("name", PATH_NAMES)
def test_a_loop_closes_without_a_jump(name):
    along = poses(name, is_loop=True)
    steps = [distance(one, other) for one, other in zip(along, [*along[1:], along[0]], strict=True)]
    assert max(steps) > 0
    assert steps[-1] <= max(steps[:-1]) + 1e-9
    assert len(set(along)) > len(along) // 2  # there and back


@pytest.mark.parametrize("name", ["orbit", "dolly", "zoom", "vertigo", "rise"])
def test_a_path_begins_and_ends_at_rest_or_moves_evenly(name):
    smooth, even = poses(name), poses(name, easing="linear")
    first = distance(smooth[0], smooth[1])
    assert first < distance(smooth[11], smooth[12]) / 4
    assert distance(smooth[-2], smooth[-1]) == pytest.approx(first)
    steps = [distance(one, other) for one, other in pairwise(even)]
    np.testing.assert_allclose(steps, steps[0])
    assert distance(smooth[0], even[0]) == distance(smooth[-1], even[-1]) == 0


def test_vertigo_keeps_the_size_of_what_is_at_the_pivot():
    home = Camera.home(2.0)
    for pose in poses("vertigo"):
        camera = pose.camera(home)
        assert camera.zoom / camera.distance == pytest.approx(1 / 2)
    assert camera.zoom > 1.2


def test_an_unknown_path_is_named():
    with pytest.raises(InputError, match="no path 'sing'; choose one of swing, orbit"):
        NamedPath("sing", amplitude_deg=6)


def framed(nearest_m: float) -> DepthFrame:
    """A square in front of a wall at 4 m."""
    depth = np.full((90, 160), 4.0, np.float32)
    depth[30:60, 60:100] = nearest_m
    return DepthFrame(Frame(np.zeros((90, 160, 3), np.uint8)), depth, DepthKind.METRIC)


def test_the_amplitude_shrinks_until_holes_are_small():
    settings, path = SceneSettings(), NamedPath("swing", amplitude_deg=12)
    found = {}
    for nearest_m in (4.0, 2.0, 1.0):
        frame = framed(nearest_m)
        home, limits = Camera.home(pivot_distance(frame, settings)), ViewLimits(frame, settings, (640, 360))
        found[nearest_m] = amplitude_for(path, limits, home, 0.05)
        widest = max(limits.hole(path.pose(share, found[nearest_m]).camera(home)) for share in (0.25, 0.75))
        assert widest <= 0.052
    assert found[4.0] == 1
    assert 1 > found[2.0] > found[1.0] > 0.05


def test_the_border_stays_out_of_sight():
    settings, frame = SceneSettings(), framed(2.0)
    home, limits = Camera.home(pivot_distance(frame, settings)), ViewLimits(frame, settings, (640, 360))
    assert limits.zoom(home) == 1
    path = NamedPath("swing", amplitude_deg=3)
    zoom = zoom_for(path, 1.0, limits, home)
    assert 1 < zoom < LARGEST_ZOOM
    assert zoom_for(NamedPath("swing", amplitude_deg=40), 1.0, limits, home) == LARGEST_ZOOM
    assert zoom_for(NamedPath("zoom", amplitude_deg=3), 1.0, limits, home) == 1
