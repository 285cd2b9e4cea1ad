from dataclasses import replace
from math import degrees, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyglm import glm

from engine.navigation.camera import MAX_PITCH_RAD, Camera
from engine.navigation.controller import (
    DISTANCES,
    FREE_RAD,
    LIMIT_RAD,
    ORBIT_RAD_PER_HEIGHT,
    STOP_BEFORE,
    TIME_CONSTANT_S,
    Navigation,
)
from engine.navigation.events import Dragged, Scrolled

HEIGHT = 720
REACH = (0.003, 0.002)
"""Of a pixel to the right and up, at a distance of one."""


def drag(navigation, dx, dy, button="left", shift=False):
    navigation.handle(Dragged(dx, dy, button, shift), HEIGHT, REACH)


def settle(navigation):
    for _ in range(200):
        navigation.update(1 / 30)
    return navigation.camera


@given(st.integers(1, 12), st.floats(0.01, 0.3))
def test_damping_is_the_same_at_every_frame_rate(parts, time_s):
    """Where the camera is after a time does not depend on how many steps led there."""
    start = Navigation.at(Camera.home(2))
    start.target = Camera((1.0, 0.5, -3.0), 0.7, 0.3, 5.0)
    once, often = replace(start), replace(start)
    once.update(time_s)
    for _ in range(parts):
        often.update(time_s / parts)
    for name in ("yaw_rad", "pitch_rad", "distance"):
        assert getattr(often.camera, name) == pytest.approx(getattr(once.camera, name), abs=1e-5)
    assert often.camera.pivot == pytest.approx(once.camera.pivot, abs=1e-4)


def test_after_one_time_constant_a_third_of_the_way_is_left():
    navigation = Navigation.at(Camera.home(2))
    navigation.target = navigation.target.orbited(1.0, 0)
    navigation.update(TIME_CONSTANT_S)
    assert navigation.camera.yaw_rad == pytest.approx(1 - np.exp(-1))


def test_the_camera_comes_to_rest_exactly():
    navigation = Navigation.at(Camera.home(2))
    drag(navigation, 100, 40)
    assert settle(navigation) is navigation.target


@given(st.floats(-300, 300), st.floats(-60, 60))
def test_a_drag_and_its_reverse_cancel(dx, dy):
    navigation = Navigation.at(Camera.home(2))
    drag(navigation, dx, dy)
    drag(navigation, -dx, -dy)
    assert navigation.target.yaw_rad == pytest.approx(0, abs=1e-9)
    assert navigation.target.pitch_rad == pytest.approx(0, abs=1e-9)


def test_eighty_pixels_of_a_common_window_are_five_degrees():
    navigation = Navigation.at(Camera.home(2))
    drag(navigation, -80, 0)
    assert degrees(navigation.target.yaw_rad) == pytest.approx(5)


def yaw_after(steps_px, resists=True, start=0.0):
    navigation = Navigation.at(Camera.home(2).orbited(start, 0))
    navigation.resists = resists
    for step_px in steps_px:
        drag(navigation, -step_px, 0)
    return navigation.target.yaw_rad


PX_PER_RAD = HEIGHT / ORBIT_RAD_PER_HEIGHT


@given(st.floats(-1, 1))
def test_guessed_depth_can_be_orbited_freely_near_home_and_other_depth_everywhere(share):
    near = share * FREE_RAD
    assert yaw_after([near * PX_PER_RAD]) == pytest.approx(near, abs=1e-9)
    assert yaw_after([share * 2000], resists=False) == pytest.approx(share * 2000 / PX_PER_RAD)


@given(st.floats(0, 5000), st.floats(1, 200))
def test_beyond_that_a_longer_drag_goes_farther_but_never_past_the_limit(px, more_px):
    once, farther = yaw_after([px]), yaw_after([px + more_px])
    assert once <= farther <= LIMIT_RAD
    assert farther - once <= more_px / PX_PER_RAD + 1e-9
    if once < 0.95 * LIMIT_RAD:
        assert farther > once


@given(st.floats(-2000, 2000), st.integers(2, 20))
def test_resistance_is_the_same_on_both_sides_and_in_many_small_steps(px, parts):
    assert yaw_after([-px]) == pytest.approx(-yaw_after([px]))
    assert yaw_after([px / parts] * parts) == pytest.approx(yaw_after([px]), abs=1e-9)


@given(st.floats(0, 2.5), st.floats(1, 100))
def test_the_way_back_is_free_also_from_beyond_the_limit(start, px):
    px = min(px, start * PX_PER_RAD)
    assert yaw_after([-px], start=start) == pytest.approx(start - px / PX_PER_RAD)
    assert yaw_after([px], start=start + LIMIT_RAD) == pytest.approx(start + LIMIT_RAD)


def test_keys_and_pitch_meet_the_same_resistance():
    navigation = Navigation.at(Camera.home(2))
    navigation.resists = True
    navigation.hold({"right"}, 100.0)
    drag(navigation, 0, 5000)
    assert navigation.target.yaw_rad == pytest.approx(LIMIT_RAD)
    assert navigation.target.pitch_rad == pytest.approx(LIMIT_RAD)


@pytest.mark.parametrize(("button", "shift"), [("left", True), ("right", False), ("right", True), ("middle", False)])
def test_panning_keeps_the_pivot_under_the_cursor(button, shift):
    navigation = Navigation.at(Camera.home(2))
    drag(navigation, 72, -36, button, shift)
    camera = navigation.target
    assert (camera.yaw_rad, camera.pitch_rad) == (0, 0)
    seen = camera.view_matrix() * glm.vec4(0, 0, -2, 1)  # the old pivot
    assert (seen.x, seen.y) == pytest.approx((72 * REACH[0] * 2, 36 * REACH[1] * 2), abs=1e-5)


@given(st.lists(st.floats(-30, 30), max_size=20), st.sampled_from([0.01, 1.0, 100.0]))
def test_the_wheel_stays_within_bounds(steps, units):
    navigation = Navigation.at(Camera.home(2 * units))
    for step in steps:
        navigation.handle(Scrolled(step), HEIGHT, REACH, units)
    assert DISTANCES[0] * units <= navigation.target.distance <= DISTANCES[1] * units


def test_wheel_forward_goes_nearer():
    navigation = Navigation.at(Camera.home(2))
    navigation.handle(Scrolled(1), HEIGHT, REACH)
    assert navigation.target.distance < 2


def test_flying_forward_moves_along_the_view():
    navigation = Navigation.at(Camera.home(2).orbited(0.5, 0.2))
    before, forward = navigation.target.position, -navigation.target.backward
    navigation.hold({"w"}, 0.5)
    moved = navigation.target.position - before
    assert glm.length(moved) > 0.1
    assert glm.distance(glm.normalize(moved), forward) < 1e-3


def test_opposite_keys_cancel_and_arrows_orbit():
    navigation = Navigation.at(Camera.home(2))
    navigation.hold({"w", "s", "a", "d", "q", "e"}, 0.3)
    assert glm.distance(navigation.target.position, glm.vec3(0)) < 1e-5
    navigation.hold({"right"}, 0.3)
    assert navigation.target.yaw_rad > 0


@given(st.floats(-3, 3), st.floats(-2, 2), st.floats(-9, -0.5), st.floats(-1.2, 1.2))
def test_looking_at_a_point_keeps_the_eye_where_it_is(x, y, z, yaw):
    navigation = Navigation.at(Camera.home(2).orbited(yaw, 0.1))
    eye = navigation.target.position
    navigation.look_at((x, y, z))
    if glm.distance(eye, glm.vec3(x, y, z)) > 0.1 and abs(navigation.target.pitch_rad) < 1.5:
        assert glm.distance(navigation.target.position, eye) < 1e-3
        assert navigation.target.pivot == (x, y, z)
    assert abs(navigation.target.yaw_rad - yaw) <= pi + 1e-6


@pytest.mark.parametrize("y", [-3, 3])
def test_looking_straight_up_or_down_stops_at_the_limit_of_pitch(y):
    navigation = Navigation.at(Camera.home(2))
    navigation.look_at((0, y, 0))
    assert abs(navigation.target.pitch_rad) == pytest.approx(MAX_PITCH_RAD)


def test_the_way_home_is_the_short_one():
    navigation = Navigation.at(Camera.home(2).orbited(6.5 * pi, 0))
    navigation.go_to(Camera.home(3))
    assert navigation.target.yaw_rad == pytest.approx(6 * pi)
    assert settle(navigation).distance == 3


def test_in_a_larger_world_everything_is_seen_as_before():
    navigation = Navigation.at(Camera((0.3, -0.2, -2.0), 0.4, 0.1, 2.5))
    place = glm.vec4(0.5, 0.7, -3.0, 1)
    before = navigation.camera.view_matrix() * place
    navigation.scale(3.0)
    after = navigation.camera.view_matrix() * glm.vec4(glm.vec3(place) * 3, 1)
    assert tuple(glm.vec3(after)) == pytest.approx(tuple(glm.vec3(before) * 3), abs=1e-4)
    assert navigation.target == navigation.camera


def test_the_wheel_stops_before_a_surface_and_goes_along_it():
    navigation = Navigation.at(Camera.home(2.0))
    for _ in range(60):
        room = 1.0 + navigation.target.position.z  # a wall one away from home
        navigation.dolly(1, room=room)
    assert 1 + navigation.target.position.z == pytest.approx(STOP_BEFORE)
    assert navigation.target.pivot[:2] == (0, 0)
    depth = navigation.target.position.z
    navigation.dolly(1, room=STOP_BEFORE, aside=(0.5, 0.25))
    assert navigation.target.position.z == pytest.approx(depth)
    assert navigation.target.position.x == pytest.approx(2 * navigation.target.position.y)
    assert navigation.target.position.x > 0
    navigation.dolly(-1)  # the way back is free
    assert navigation.target.position.z > depth


def test_the_wheel_passes_the_pivot_where_there_is_room():
    navigation = Navigation.at(Camera.home(1.0))
    for _ in range(40):
        navigation.dolly(1, room=3 + navigation.target.position.z)
    assert 3 + navigation.target.position.z == pytest.approx(STOP_BEFORE, rel=0.2)
    assert navigation.target.pivot[2] < navigation.target.position.z
