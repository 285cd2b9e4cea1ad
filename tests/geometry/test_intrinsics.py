import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CalibrationError, SettingsError
from engine.frames import Frame, default_intrinsics
from engine.geometry.intrinsics import ASSUMED_FOV_DEG, UNKNOWN, Lens, camera_of, forget_camera, fov_deg
from engine.settings import DepthSettings, Settings

CAMERA = Lens(610.0, 612.5, 321.5, 237.5, 640, 480)


def given_as(width=640, height=480, known=None, **settings):
    frame = Frame(np.zeros((height, width, 3), np.uint8), intrinsics=known)
    return camera_of(frame, DepthSettings(**settings))


def test_nobody_knows_the_camera():
    matrix, origin = given_as()
    assert origin == "assumed"
    assert matrix == pytest.approx(default_intrinsics(640, 480, ASSUMED_FOV_DEG))


def test_the_source_knows_best_then_the_focal_length_then_the_field_of_view():
    known = default_intrinsics(640, 480, 33)
    everything = {"fov_deg": 75, **CAMERA.settings}
    matrix, origin = given_as(known=known, **everything)
    assert (matrix.tolist(), origin) == (known.tolist(), "known")
    matrix, origin = given_as(**everything)
    assert origin == "known"
    assert matrix == pytest.approx(np.array([[610, 0, 322], [0, 612.5, 238], [0, 0, 1]]))
    matrix, origin = given_as(fov_deg=75)
    assert origin == "known"
    assert matrix == pytest.approx(default_intrinsics(640, 480, 75))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"focal_length_x": 0.9, "calibrated_width": 640}, "calibrated_width does not fit a focal length of 0.9 px"),
     ({"principal_point_y": 500, "calibrated_height": 480}, "principal point at 500 px")],
)  # fmt: skip
def test_settings_that_no_camera_has_are_refused(changes, reason):
    with pytest.raises(SettingsError, match=reason):
        Settings().replace(**changes)


@given(st.integers(2, 4000), st.integers(2, 4000))
def test_numbers_scale_with_the_picture(width, height):
    whole, _ = given_as(**CAMERA.settings)
    scaled, _ = given_as(width, height, **CAMERA.settings)
    corner = np.linalg.solve(whole, (640.0, 480.0, 1.0))
    assert np.linalg.solve(scaled, (width, height, 1.0)) == pytest.approx(corner)


@pytest.mark.parametrize("side", [{"calibrated_width": 1280}, {"calibrated_height": 960}])
def test_one_side_tells_the_scale_of_both(side):
    matrix, _ = given_as(focal_length_x=1000, **side)
    assert matrix == pytest.approx(np.array([[500, 0, 320], [0, 500, 240], [0, 0, 1]]))


def test_what_is_left_out_is_the_plain_case():
    matrix, _ = given_as(focal_length_y=500)
    assert matrix == pytest.approx(np.array([[500, 0, 320], [0, 500, 240], [0, 0, 1]]))


def test_the_settings_go_back_to_unknown():
    settings = Settings().replace(fov_deg=70, **CAMERA.settings)
    assert settings.depth.focal_length_y == 612.5
    assert settings.replace(**UNKNOWN) == Settings()


def test_the_camera_goes_with_its_source():
    webcam = Settings().replace(source="webcam", fov_deg=70, **CAMERA.settings)
    assert forget_camera(webcam.replace(max_res=320), webcam).depth == webcam.depth
    assert forget_camera(webcam.replace(source="demo"), webcam) == Settings().replace(source="demo")
    told_anew = webcam.replace(source="clip.mp4", fov_deg=45)
    assert forget_camera(told_anew, webcam).depth.fov_deg == 45
    assert forget_camera(told_anew, webcam).depth.focal_length_x == 0


@given(st.floats(5, 150), st.integers(2, 4000))
def test_the_field_of_view_comes_back(fov, width):
    assert fov_deg(default_intrinsics(width, 9, fov), width) == pytest.approx(fov)


@pytest.mark.parametrize(
    "numbers",
    [(0, 610, 320, 240, 640, 480), (-610, 610, 320, 240, 640, 480), (0.95, 1.27, 0.5, 0.5, 640, 480),
     (610, 0, 320, 240, 640, 480), (float("nan"), 610, 320, 240, 640, 480), (610, 610, 900, 240, 640, 480),
     (610, 610, float("nan"), 240, 640, 480), (610, 610, 320, -1, 640, 480), (610, 610, 0, 0, 0, 480)],
)  # fmt: skip
def test_what_no_camera_can_be_is_refused(numbers):
    with pytest.raises(CalibrationError, match="should"):
        Lens(*numbers)
