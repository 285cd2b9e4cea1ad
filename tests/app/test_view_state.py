"""The camera stays where it is in the scene, whatever the unit of the world is."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine.app.view_state import ViewState
from engine.frames import Calibration, Capture, DepthKind, Frame
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.settings import Settings
from engine.sources.recording.transport import Transport
from tests.depth_frames import checker, depth_frame


@pytest.fixture
def view():
    """A live scene of disparity, whose pivot is 2 away; that of depth is where its median is."""
    live = depth_frame(np.ones((4, 4)), span=(1, 2, 3))

    def pivot_distance(frame):
        return 2.0 if frame.kind is DepthKind.DISPARITY and not frame.calibration else frame.range.median

    pipeline = SimpleNamespace(
        live=live, pivot_distance=pivot_distance, take_depth=lambda: False, virtual_camera=None
    )  # fmt: skip
    pipeline.source = SimpleNamespace(transport=None, newest=None)
    view = ViewState(pipeline)
    view.take_depth()
    view.navigation = Navigation.at(Camera.home(2.0).orbited(0.3, 0.1))
    return view


def capture_of(view, kind, middle):
    return Capture(depth_frame(np.ones((4, 4)), kind=kind, span=(1, middle, 9)), live=view._pipeline.live)


def test_a_world_five_times_as_large_is_seen_from_five_times_as_far(view):
    before = view.navigation.camera
    view.hold_capture(capture_of(view, DepthKind.RELATIVE_DEPTH, 10.0))
    assert view.navigation.camera == view.navigation.target == before.scaled(5)
    assert view.draw_request(0.25).comparison.camera.distance == pytest.approx(before.distance)
    assert view.draw_request(0.25).comparison.frame is view._pipeline.live
    view.release()
    assert view.navigation.camera.distance == pytest.approx(before.distance)
    assert view.navigation.camera.pivot == pytest.approx(before.pivot)
    assert not view.is_capture


@pytest.mark.parametrize(
    ("changes", "resists"),
    [
        ({"model": "lite"}, True),
        ({"model": "source"}, False),
        ({"model": "metric-vda-vits", "kind": DepthKind.METRIC}, False),
    ],
)
def test_orbiting_resists_where_depth_is_only_guessed(view, changes, resists):
    view._pipeline.settings = Settings()
    view._pipeline.live = replace(view._pipeline.live, **changes)
    view.move(0.01, None)
    assert view.navigation.resists == resists
    view._pipeline.settings = Settings().replace(free_orbit=True)
    view.move(0.01, None)
    assert not view.navigation.resists


def test_a_capture_is_orbited_freely(view):
    view._pipeline.settings = Settings()
    view._pipeline.live = replace(view._pipeline.live, model="lite")
    view.hold_capture(Capture(view._pipeline.live))
    view.move(0.01, None)
    assert not view.navigation.resists
    view.release()
    view.move(0.01, None)
    assert view.navigation.resists


def test_a_capture_of_the_whole_picture_says_how_much_larger_that_is(view):
    assert view.enlargement == 1
    large = depth_frame(np.ones((4, 4)), np.zeros((12, 12, 3), np.uint8))
    view.hold_capture(Capture(large, live=depth_frame(np.ones((4, 4)), np.zeros((4, 4, 3), np.uint8))))
    assert view.enlargement == 3
    view.hold_capture(Capture(large))  # it was opened, not taken
    assert view.enlargement == 1


def test_captures_in_a_row_and_a_freeze_do_not_add_up(view):
    before = view.navigation.camera
    for middle in (10.0, 3.0, 7.0):
        view.hold_capture(capture_of(view, DepthKind.RELATIVE_DEPTH, middle))
        assert view.navigation.camera.distance == pytest.approx(middle)
    view.hold(view._pipeline.live)
    assert view.navigation.camera.distance == pytest.approx(before.distance)
    assert view.is_frozen
    view.release()
    assert view.navigation.camera.distance == pytest.approx(before.distance)


def test_meters_are_meters(view):
    view._pipeline.live = depth_frame(np.ones((4, 4)), kind=DepthKind.METRIC, span=(1, 2, 3))
    view.take_depth()
    before = view.navigation.camera
    view.hold_capture(capture_of(view, DepthKind.METRIC, 2.5))
    assert view.navigation.camera == before
    view.release()
    assert view.navigation.camera == before


def test_a_live_scene_that_was_calibrated_meanwhile_has_the_capture_s_unit(view):
    view.hold_capture(capture_of(view, DepthKind.RELATIVE_DEPTH, 10.0))
    there = view.navigation.camera
    calibration = Calibration(1.0, 0.0, 9.0, DepthKind.RELATIVE_DEPTH, 0.0)
    view._pipeline.live = replace(view._pipeline.live, calibration=calibration)
    assert view.draw_request(0.5).comparison.camera == there
    view.release()
    assert view.navigation.camera == there


def test_the_camera_goes_along_when_the_live_scene_gets_another_unit(view):
    before = view.navigation.camera
    calibration = Calibration(1.0, 0.0, 9.0, DepthKind.RELATIVE_DEPTH, 0.0)
    plain = view._pipeline.live
    view._pipeline.live = replace(plain, calibration=calibration, range=replace(plain.range, median=6.0))
    view.take_depth()
    assert view.navigation.camera == before.scaled(3)
    view._pipeline.live = plain
    view.take_depth()
    assert view.navigation.camera.distance == pytest.approx(before.distance)
    other = replace(plain, frame=replace(plain.frame, source_id="another"), calibration=calibration)
    view._pipeline.live = other
    view.take_depth()
    assert view.navigation.camera.distance == pytest.approx(before.distance)


def test_there_is_nothing_beside_the_live_scene(view):
    assert view.draw_request(0.5).comparison is None
    view.hold(view.shown)
    assert view.draw_request(0.5).comparison is None


def test_with_reduced_motion_nothing_glides_or_sways(view):
    view._pipeline.settings = Settings().replace(reduced_motion=True, auto_rotate=True, mouse_control=True)
    home = Camera.home(2.0)
    view.navigation.go_to(home)
    view.move(0.001, (0.9, 0.9))
    assert view.camera == home


def test_a_recording_rests_while_a_capture_of_it_is_shown(view):
    transport = view._pipeline.source.transport = Transport()
    capture = capture_of(view, DepthKind.RELATIVE_DEPTH, 10.0)
    view.hold_capture(capture)
    assert transport.playback.is_paused
    view.hold_capture(capture)  # another one
    view.release()
    assert not transport.playback.is_paused
    view.hold(view.shown)
    assert not transport.playback.is_paused
    view.hold(view.shown, pauses=True)
    assert transport.playback.is_paused
    view.hold_capture(capture)
    view.release()
    assert not transport.playback.is_paused
    transport.toggle()  # the user pauses
    view.hold_capture(capture)
    view.release()
    assert transport.playback.is_paused


def test_a_new_picture_lies_flat_until_its_depth_is_there_and_is_seen_from_its_home(view):
    pipeline = view._pipeline
    pipeline.settings, pipeline.take_depth = Settings(), lambda: False
    pipeline.home_camera = lambda frame: Camera.home(pipeline.pivot_distance(frame))
    old = view.draw_request()
    assert (old.frame, old.rise) == (pipeline.live, 1)
    pipeline.source.newest = Frame(checker(32, 18), source_id="other")
    view.take_depth()
    request = view.draw_request()
    assert (request.frame.frame, request.rise) == (pipeline.source.newest, 0)
    assert request.camera == Camera.home(2.0)
    assert view.shown is None
    depth = replace(depth_frame(np.ones((4, 4))), frame=pipeline.source.newest)
    pipeline.take_depth = lambda: setattr(pipeline, "live", depth) or True
    view.take_depth()
    assert view.shown is pipeline.live
    assert 0 < view.draw_request().rise < 0.01
    view.move(0.01, None)
    assert view.camera.yaw_rad != view.navigation.camera.yaw_rad
    for _ in range(60):
        view.move(0.01, None)
    assert view.draw_request().rise == 1
    assert view.camera == view.navigation.camera


def test_with_reduced_motion_nothing_rises(view):
    view._pipeline.settings = Settings().replace(reduced_motion=True)
    view.rise.begin()
    view.move(0.01, None)
    assert view.draw_request().rise == 1


@pytest.mark.parametrize(
    ("distances", "distance", "is_astray"),
    [
        ([2.0] * 25, 2.0, False),
        ([2.0] * 3 + [None] * 22, 2.0, False),
        ([2.0] * 2 + [None] * 23, 2.0, True),  # nothing to look at
        ([0.5] * 20 + [3.0] * 5, 2.0, True),  # a single blob
        ([0.5] * 10 + [3.0] * 15, 2.0, False),
        ([7.0] * 25, 7.0, True),  # home is far
    ],
)
def test_who_has_lost_the_scene_is_offered_the_way_home(view, distances, distance, is_astray):
    camera = Camera((0, 0, -2.0), 0.1, 0, distance)
    points = [d and tuple(camera.position - d * camera.backward) for d in distances]
    view._pipeline.renderer = SimpleNamespace(points_in_view=lambda share: points)
    view._pipeline.home_camera = lambda frame: Camera.home(2.0)
    view.navigation = Navigation.at(camera)
    assert view.is_astray() == is_astray
    view.navigation = Navigation.at(Camera.home(2.0))
    assert not view.is_astray()


def test_a_scene_glides_where_it_has_room_and_the_first_one_begins_there(view):
    view._pipeline.settings = Settings()
    live, view._pipeline.live = view._pipeline.live, None
    for covered in (0.4, 0.0):  # the panel was drawn; then it was clear that a video comes, over which it lies
        view.centering.covered = covered
        view.move(0.01, None)
        assert view.centering.share == covered
    view._pipeline.live = live
    view.centering.covered = 0.4
    view.move(0.01, None)
    assert 0 < view.centering.share < 0.4
