"""Bullet time: the scene stops, the camera goes there and back, and all goes on as it was."""

from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from engine.app.tools.bullet_time import AMPLITUDE_DEG, BEGIN_S, ROUND_S, BulletTime
from engine.film.camera_path import PATH_NAMES
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.settings import MotionSettings, Settings
from tests.app.parts import Program
from tests.depth_frames import depth_frame

HOME = Camera.home(3.0).orbited(0.1, 0.05)


class View(SimpleNamespace):
    """The live scene, or what is held."""

    live, held = depth_frame(np.ones((4, 4))), None

    @property
    def shown(self):
        return self.held or self.live

    @property
    def is_held(self):
        return self.held is not None

    def hold(self, frame, pauses):
        assert pauses
        self.held = frame

    def release(self):
        self.held = None


def tool_for(**settings):
    return BulletTime(Program(Settings().replace(**settings), view=View(navigation=Navigation.at(HOME))))


def toggle(tool):
    tool.actions()["toggle_bullet_time"]()


def test_the_setting_offers_the_paths_of_films():
    assert get_args(MotionSettings.model_fields["bullet_path"].annotation) == PATH_NAMES


@pytest.mark.parametrize("path", PATH_NAMES)
def test_the_camera_leaves_gently_and_comes_back(path):
    tool = tool_for(bullet_path=path)
    view = tool.context.view
    toggle(tool)
    assert view.held is view.live
    view.live = depth_frame(np.ones((4, 4)))  # the source goes on
    start_s, cameras = tool.context.clock.now_s(), []
    for step in range(round(2 * ROUND_S * 30)):
        tool.update(start_s + step / 30)
        cameras.append(view.navigation.camera)
    assert cameras[0] == HOME
    assert (cameras[1].yaw_rad, cameras[1].distance) == pytest.approx((HOME.yaw_rad, HOME.distance), abs=2e-3)
    turned = [max(abs(c.yaw_rad - HOME.yaw_rad), abs(c.pitch_rad - HOME.pitch_rad)) for c in cameras]
    moved = [max(abs(c.distance / HOME.distance - 1), c.zoom - 1) for c in cameras]
    assert max(turned) == pytest.approx(np.radians(AMPLITUDE_DEG), abs=1e-3) or max(moved) > 0.3
    late = slice(round(BEGIN_S * 30) + 1, None)
    steps = np.abs(np.diff([c.yaw_rad for c in cameras[late]]))
    assert steps.max() < np.radians(1.0), "it never jumps"
    assert tool.is_on
    toggle(tool)
    assert (view.navigation.target, view.held, tool.is_on) == (HOME, None, False)
    assert not tool.escape()


def test_who_moves_the_camera_looks_around_until_the_scene_goes_on():
    tool = tool_for()
    view = tool.context.view
    toggle(tool)
    tool.update(2.0)
    view.navigation.go_to(HOME.orbited(0.5, 0))
    tool.update(2.1)
    tool.update(2.2)
    assert view.navigation.target == HOME.orbited(0.5, 0)
    toggle(tool)
    assert (view.navigation.target, view.held) == (HOME.orbited(0.5, 0), None)


def test_what_was_frozen_stays_frozen_and_something_else_on_screen_ends_it():
    tool = tool_for()
    view = tool.context.view
    view.held = frozen = depth_frame(np.ones((4, 4)))
    toggle(tool)
    toggle(tool)
    assert view.held is frozen
    toggle(tool)
    tool.update(tool.context.clock.now_s() + 1.5)
    assert view.navigation.target != HOME
    view.held = depth_frame(np.ones((4, 4)))
    tool.update(tool.context.clock.now_s() + 1.6)
    assert view.navigation.target == HOME
    assert not tool.is_on
    assert view.held is not None
    view.held = view.live = None
    toggle(tool)
    assert tool.context.notices.status.warnings
