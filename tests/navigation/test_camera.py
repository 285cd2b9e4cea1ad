from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyglm import glm

from engine.frames import default_intrinsics, scale_intrinsics
from engine.navigation.camera import MAX_PITCH_RAD, Camera, projection_matrix

angles = st.floats(-1.5, 1.5)
distances = st.floats(0.1, 50)
sizes = st.tuples(st.integers(16, 4000), st.integers(16, 4000))


def close(a, b, tolerance=1e-4):
    assert np.allclose(np.array(a), np.array(b), atol=tolerance), (a, b)


@given(angles, angles, distances)
def test_the_eye_keeps_its_distance_to_the_pivot_and_looks_at_it(yaw, pitch, distance):
    camera = Camera.home(distance).orbited(yaw, pitch)
    close(glm.distance(camera.position, glm.vec3(camera.pivot)), distance, 1e-4 * distance)
    seen = camera.view_matrix() * glm.vec4(*camera.pivot, 1)
    close(seen.xyz, (0, 0, -distance), 1e-4 * max(distance, 1))


@given(st.floats(-1, 1), st.floats(-0.7, 0.7), distances)
def test_orbiting_there_and_back_is_nothing(yaw, pitch, distance):
    camera = Camera.home(distance)
    back = camera.orbited(yaw, pitch).orbited(-yaw, -pitch)
    assert back.yaw_rad == pytest.approx(camera.yaw_rad, abs=1e-12)
    assert back.pitch_rad == pytest.approx(camera.pitch_rad, abs=1e-12)


@given(st.floats(-20, 20))
def test_the_pole_is_never_passed(pitch):
    assert abs(Camera().orbited(0, pitch).pitch_rad) <= MAX_PITCH_RAD


@given(angles, angles)
def test_axes_are_orthonormal_and_right_handed(yaw, pitch):
    camera = Camera().orbited(yaw, pitch)
    close(glm.cross(camera.right, camera.up), camera.backward)
    view = camera.view_matrix()
    close(view * glm.vec4(camera.right, 0), (1, 0, 0, 0))
    close(view * glm.vec4(camera.up, 0), (0, 1, 0, 0))


def test_home_is_where_the_picture_was_taken():
    close(Camera.home(3).position, (0, 0, 0))
    close(Camera.home(3).view_matrix(), glm.mat4(1))


def test_positive_yaw_goes_right_and_positive_pitch_goes_up():
    moved = Camera.home(2).orbited(0.3, 0.2).position
    assert moved.x > 0
    assert moved.y > 0


@given(sizes, sizes, st.floats(20, 140))
def test_the_picture_just_fits_the_view(picture, view, fov):
    k = default_intrinsics(*picture, fov)
    matrix = projection_matrix(k, picture, view)
    corners = []
    for u, v in ((0, 0), (picture[0], picture[1])):
        point = glm.vec4((u - k[0, 2]) / k[0, 0] * 3, -(v - k[1, 2]) / k[1, 1] * 3, -3, 1)
        clip = matrix * point
        corners.append((clip.x / clip.w, clip.y / clip.w))
    (left, top), (right, bottom) = corners
    assert max(right, top) == pytest.approx(1, abs=1e-4)
    assert (left, bottom) == pytest.approx((-right, -top), abs=1e-4)
    # the picture keeps its proportions in the view
    picture_aspect, view_aspect = picture[0] / picture[1], view[0] / view[1]
    assert (right - left) / (top - bottom) * view_aspect == pytest.approx(picture_aspect, rel=1e-3)


def test_field_of_view():
    k = default_intrinsics(640, 480, 90)
    assert k[0, 0] == pytest.approx(320)
    assert default_intrinsics(640, 480, 60)[0, 0] == pytest.approx(320 / np.tan(pi / 6))


def test_intrinsics_scale_with_the_picture():
    k = scale_intrinsics(default_intrinsics(640, 480, 60), 0.5, 0.25)
    assert k[0, 2] == 160
    assert k[1, 2] == 60
    assert k[2, 2] == 1
