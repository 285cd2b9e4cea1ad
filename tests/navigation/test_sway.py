from math import degrees

import pytest

from engine.navigation.camera import Camera
from engine.navigation.sway import Sway
from engine.settings import Settings

HOME = Camera.home(2.0)


def angles(motion: Settings, seconds: float, fps: int = 60, pointer=None) -> list[tuple[float, float]]:
    sway = Sway()
    found = []
    for _ in range(round(seconds * fps)):
        sway.update(1 / fps, motion, pointer)
        camera = sway.applied(HOME)
        found.append((degrees(camera.yaw_rad), degrees(camera.pitch_rad)))
    return found


def test_without_motion_the_camera_is_the_same_one():
    sway = Sway()
    sway.update(1.0, Settings(), (0.9, 0.1))
    assert sway.applied(HOME) is HOME


def test_by_itself_it_goes_there_and_back_in_a_period():
    motion = Settings().replace(auto_rotate=True, sway_deg=10, sway_period_s=4)
    yaw = [yaw for yaw, _ in angles(motion, 8)]
    assert max(yaw) == pytest.approx(10, rel=0.05)
    assert min(yaw) == pytest.approx(-10, rel=0.05)
    assert yaw[-1] == pytest.approx(yaw[239], abs=0.1)  # a period earlier
    assert abs(yaw[0]) < 0.2  # begins where the user is


def test_it_is_the_same_at_every_frame_rate():
    motion = Settings().replace(auto_rotate=True)
    assert angles(motion, 3, fps=30)[-1] == pytest.approx(angles(motion, 3, fps=240)[-1], abs=0.15)


def test_the_mouse_moves_it_as_if_one_looked_past_something():
    motion = Settings().replace(mouse_control=True, auto_rotate=True, sway_deg=8)
    yaw, pitch = angles(motion, 2, pointer=(1.0, 0.0))[-1]
    assert yaw == pytest.approx(8, abs=0.01)  # the mouse to the right: the camera to the right
    assert pitch == pytest.approx(0.4 * 8, abs=0.01)  # up: up
    assert angles(motion, 2, pointer=(0.5, 0.5))[-1] == pytest.approx((0, 0), abs=0.01)


def test_it_comes_to_rest_exactly_when_it_ends():
    sway = Sway()
    for _ in range(60):
        sway.update(1 / 60, Settings().replace(auto_rotate=True, sway_deg=20))
    assert sway.applied(HOME) != HOME
    for _ in range(120):
        sway.update(1 / 60, Settings())
    assert sway.applied(HOME) is HOME


def test_a_relief_comes_closer_so_that_its_edge_stays_out_of_sight():
    sway = Sway()
    for _ in range(120):
        sway.update(1 / 30, Settings().replace(mouse_control=True, projection="relief", sway_deg=6), (0.5, 0.5))
    assert sway.applied(HOME).distance == pytest.approx(0.833 * HOME.distance, abs=0.01)
    for _ in range(120):
        sway.update(1 / 30, Settings().replace(projection="relief"))
    assert sway.applied(HOME) is HOME
