from dataclasses import replace

import numpy as np
import pytest

from engine.frames import Calibration, DepthKind
from engine.geometry.units import Ruler, scale_of
from engine.settings import SceneSettings
from tests.depth_frames import depth_frame

DEPTH = np.array([[1.0, 2.0, 3.0]])
METRIC = replace(depth_frame(DEPTH, kind=DepthKind.METRIC), camera="known")


def test_two_ends_make_a_length_and_a_third_begins_anew():
    ruler = Ruler().with_end((0, 0, -2))
    assert ruler.length_m is None
    ruler = ruler.with_end((3, 4, -2))
    assert ruler.length_m == 5
    assert ruler.with_end((1, 1, 1)) == Ruler(((1, 1, 1),))


def test_meters_are_meters_at_every_scale():
    assert scale_of(METRIC, SceneSettings()).units_per_m == 1
    assert scale_of(METRIC, SceneSettings(metric_depth_scale=2.5)).units_per_m == 2.5
    live = depth_frame(DEPTH)
    calibrated = replace(live, camera="predicted", calibration=Calibration(1, 0, 9, DepthKind.METRIC, 0.1))
    assert scale_of(calibrated, SceneSettings(metric_depth_scale=2)).units_per_m == 2


@pytest.mark.parametrize(
    ("frame", "settings", "reason"),
    [
        (depth_frame(DEPTH), {}, "no unit"),
        (depth_frame(DEPTH, kind=DepthKind.RELATIVE_DEPTH), {}, "no unit"),
        (replace(depth_frame(DEPTH), calibration=Calibration(1, 0, 9, DepthKind.RELATIVE_DEPTH, 0.1)), {}, "no unit"),
        (METRIC, {"projection": "relief"}, "relief"),
        (METRIC, {"invert_depth": True}, "Swap near and far"),
    ],
)
def test_without_a_unit_there_is_a_reason_instead_of_a_number(frame, settings, reason):
    scale = scale_of(frame, SceneSettings(**settings))
    assert scale.units_per_m is None
    assert reason in scale.reason


def test_an_assumed_camera_is_said_beside_the_number():
    assumed = scale_of(replace(METRIC, camera="assumed"), SceneSettings())
    assert not assumed.is_calibrated
    assert assumed.text(1.5) == "1.50 m  (uncalibrated)"
    assert scale_of(METRIC, SceneSettings()).text(1.5) == "1.50 m"


@pytest.mark.parametrize(
    ("meters", "text"), [(0.0123, "1.2 cm"), (0.5, "50.0 cm"), (2.345, "2.35 m"), (1234, "1234 m")]
)
def test_lengths_are_as_exact_as_they_are_worth(meters, text):
    assert scale_of(METRIC, SceneSettings()).text(meters) == text
