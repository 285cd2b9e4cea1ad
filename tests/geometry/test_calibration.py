from dataclasses import replace

import numpy as np
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.errors import CalibrationError
from engine.frames import DepthKind
from engine.geometry.calibration import calibrate_stream, fit_calibration, fit_line
from engine.geometry.world import Z_MIN, world_map
from engine.settings import SceneSettings
from tests.depth_frames import depth_frame

GAIN, BIAS = 1.7, 0.06


@pytest.fixture(scope="module")
def truth():
    """The demo's picture and its depth in meters."""
    return render(SceneCamera.at(160, 90), 1.0)


def frames(truth, disparity=None, kind=DepthKind.METRIC):
    """The stream's frame, and the capture of the same picture."""
    image, depth = truth
    disparity = (1 / depth - BIAS) / GAIN if disparity is None else disparity
    live = replace(depth_frame(disparity, image), model="lite")
    return live, replace(depth_frame(depth, image, kind, fov_deg=75), camera="predicted")


def test_meters_come_back(truth):
    live, captured = frames(truth)
    fitted = fit_calibration(live, captured)
    assert (fitted.gain, fitted.bias) == pytest.approx((GAIN, BIAS), rel=1e-4)
    assert fitted.residual < 1e-5
    assert fitted.kind is DepthKind.METRIC


def test_the_resolutions_may_differ(truth):
    image, depth = truth
    live, _ = frames(truth)
    fine = replace(depth_frame(np.kron(depth, np.ones((3, 3))), image, DepthKind.METRIC))
    assert fit_calibration(live, fine).gain == pytest.approx(GAIN, rel=1e-4)


def test_what_is_wrong_in_places_does_not_matter(truth, rng):
    """A third of the picture are outliers, and the rest has 2 % noise."""
    live, _ = frames(truth)
    disparity = live.depth * rng.normal(1, 0.02, live.depth.shape)
    disparity[:, :53] = rng.uniform(0, 2, (90, 53))
    live, captured = frames(truth, disparity)
    fitted = fit_calibration(live, captured)
    distance = 1 / (fitted.gain * live.depth[:, 53:] + fitted.bias)
    assert np.median(np.abs(distance / captured.depth[:, 53:] - 1)) < 0.03
    assert abs(fitted.gain / GAIN - 1) < 0.03
    assert 0.01 < fitted.residual < 0.06, "the residual tells that not all fits"


def test_without_a_unit_the_capture_s_median_is_one(truth):
    live, captured = frames(truth, kind=DepthKind.RELATIVE_DEPTH)
    fitted = fit_calibration(live, captured)
    assert fitted.kind is DepthKind.RELATIVE_DEPTH
    scene = SceneSettings(metric_depth_scale=1.5)
    calibrated = replace(live, calibration=fitted)
    there = world_map(captured, scene).view_distance(captured.depth)
    np.testing.assert_allclose(world_map(calibrated, scene).view_distance(live.depth), there, rtol=1e-3)
    assert not calibrated.is_metric


def test_beyond_what_was_fitted_it_is_far_and_no_more(truth):
    live, captured = frames(truth)
    fitted = fit_calibration(live, captured)
    world = world_map(replace(live, calibration=fitted), SceneSettings(metric_depth_scale=2))
    far, near = world.view_distance(np.array([-9.0, 9e9]))
    assert far == pytest.approx(2 * fitted.z_far)
    assert np.percentile(captured.depth, 98) < fitted.z_far < 3 * captured.depth.max()
    assert near == pytest.approx(2 * Z_MIN)


def test_depth_that_runs_the_other_way_is_refused(truth):
    live, captured = frames(truth, disparity=truth[1])
    with pytest.raises(CalibrationError, match="lite and the capture disagree"):
        fit_calibration(live, captured)


def test_flat_depth_says_nothing(truth):
    live, captured = frames(truth, disparity=np.ones((90, 160)))
    with pytest.raises(CalibrationError, match="more depth"):
        fit_calibration(live, captured)


def test_too_little_measured(truth):
    live, captured = frames(truth)
    empty = replace(captured, depth=np.zeros_like(captured.depth))
    with pytest.raises(CalibrationError, match="too little"):
        fit_calibration(live, empty)


def test_a_line_through_points_of_which_many_are_anything(rng):
    x = rng.uniform(0, 1, 4000)
    y = 3 * x - 1 + rng.normal(0, 0.01, 4000)
    y[: 4000 * 2 // 5] = rng.uniform(5, 9, 1600)
    assert fit_line(x, y) == pytest.approx((3, -1), abs=0.01)


def test_the_stream_gets_scale_and_field_of_view(truth):
    live, captured = frames(truth)
    rig = calibrate_stream(live, captured)
    calibrated = rig.applied(live)
    assert calibrated.is_metric
    assert calibrated.camera == "predicted"
    np.testing.assert_allclose(calibrated.intrinsics, captured.intrinsics)


def test_only_what_is_not_known_is_replaced(truth):
    live, captured = frames(truth)
    rig = calibrate_stream(live, captured)
    known = replace(live, camera="known")
    assert rig.applied(known).intrinsics is known.intrinsics
    assert rig.applied(known).camera == "known"
    other = replace(live, frame=replace(live.frame, source_id="another"))
    assert rig.applied(other) is other
    part = replace(live, frame=replace(live.frame, cropped=(0.0, 0.2, 0.0, 0.2)))
    assert rig.applied(part) is part
    assert rig.applied(replace(live, model="vits")).calibration is None, "it was fitted for another network"
    metric = replace(live, kind=DepthKind.METRIC)
    assert rig.applied(metric).calibration is None
    assumed = replace(captured, camera="assumed")
    assert calibrate_stream(live, assumed).lens is None
    assert calibrate_stream(live, replace(captured, kind=DepthKind.DISPARITY)).disparity is None
