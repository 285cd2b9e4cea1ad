"""The camera stays where it is in the scene, whatever the unit of the world is."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine.app.view_state import ViewState
from engine.frames import Calibration, Capture, DepthKind
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from tests.depth_frames import depth_frame


@pytest.fixture
def stage():
    """A live scene of disparity, whose pivot is 2 away; that of depth is where its median is."""
    live = depth_frame(np.ones((4, 4)), span=(1, 2, 3))

    def pivot_distance(frame):
        return 2.0 if frame.kind is DepthKind.DISPARITY and not frame.calibration else frame.range.median

    app = SimpleNamespace(live=live, pivot_distance=pivot_distance, take_depth=lambda: False)
    stage = ViewState(app)
    stage.take_depth()
    stage.navigation = Navigation.at(Camera.home(2.0).orbited(0.3, 0.1))
    return stage


def capture_of(stage, kind, middle):
    return Capture(depth_frame(np.ones((4, 4)), kind=kind, span=(1, middle, 9)), live=stage._app.live)


def test_a_world_five_times_as_large_is_seen_from_five_times_as_far(stage):
    before = stage.navigation.camera
    stage.hold_capture(capture_of(stage, DepthKind.RELATIVE_DEPTH, 10.0))
    assert stage.navigation.camera == stage.navigation.target == before.scaled(5)
    assert stage.draw_request(0.25).comparison.camera.distance == pytest.approx(before.distance)
    assert stage.draw_request(0.25).comparison.frame is stage._app.live
    stage.release()
    assert stage.navigation.camera.distance == pytest.approx(before.distance)
    assert stage.navigation.camera.pivot == pytest.approx(before.pivot)
    assert not stage.is_capture


def test_a_capture_of_the_whole_picture_says_how_much_larger_that_is(stage):
    assert stage.enlargement == 1
    large = depth_frame(np.ones((4, 4)), np.zeros((12, 12, 3), np.uint8))
    stage.hold_capture(Capture(large, live=depth_frame(np.ones((4, 4)), np.zeros((4, 4, 3), np.uint8))))
    assert stage.enlargement == 3
    stage.hold_capture(Capture(large))  # it was opened, not taken
    assert stage.enlargement == 1


def test_captures_in_a_row_and_a_freeze_do_not_add_up(stage):
    before = stage.navigation.camera
    for middle in (10.0, 3.0, 7.0):
        stage.hold_capture(capture_of(stage, DepthKind.RELATIVE_DEPTH, middle))
        assert stage.navigation.camera.distance == pytest.approx(middle)
    stage.hold(stage._app.live)
    assert stage.navigation.camera.distance == pytest.approx(before.distance)
    assert stage.is_frozen
    stage.release()
    assert stage.navigation.camera.distance == pytest.approx(before.distance)


def test_meters_are_meters(stage):
    stage._app.live = depth_frame(np.ones((4, 4)), kind=DepthKind.METRIC, span=(1, 2, 3))
    stage.take_depth()
    before = stage.navigation.camera
    stage.hold_capture(capture_of(stage, DepthKind.METRIC, 2.5))
    assert stage.navigation.camera == before
    stage.release()
    assert stage.navigation.camera == before


def test_a_live_scene_that_was_calibrated_meanwhile_has_the_capture_s_unit(stage):
    stage.hold_capture(capture_of(stage, DepthKind.RELATIVE_DEPTH, 10.0))
    there = stage.navigation.camera
    calibration = Calibration(1.0, 0.0, 9.0, DepthKind.RELATIVE_DEPTH, 0.0)
    stage._app.live = replace(stage._app.live, calibration=calibration)
    assert stage.draw_request(0.5).comparison.camera == there
    stage.release()
    assert stage.navigation.camera == there


def test_the_camera_goes_along_when_the_live_scene_gets_another_unit(stage):
    before = stage.navigation.camera
    calibration = Calibration(1.0, 0.0, 9.0, DepthKind.RELATIVE_DEPTH, 0.0)
    plain = stage._app.live
    stage._app.live = replace(plain, calibration=calibration, range=replace(plain.range, median=6.0))
    stage.take_depth()
    assert stage.navigation.camera == before.scaled(3)
    stage._app.live = plain
    stage.take_depth()
    assert stage.navigation.camera.distance == pytest.approx(before.distance)
    other = replace(plain, frame=replace(plain.frame, source_id="another"), calibration=calibration)
    stage._app.live = other
    stage.take_depth()
    assert stage.navigation.camera.distance == pytest.approx(before.distance)


def test_there_is_nothing_beside_the_live_scene(stage):
    assert stage.draw_request(0.5).comparison is None
    stage.hold(stage.shown)
    assert stage.draw_request(0.5).comparison is None
