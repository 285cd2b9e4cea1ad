"""Key frames: setting, timing, reordering and flying."""

from unittest.mock import MagicMock

import pytest

from engine.app.tools.key_frames import STEP_S, KeyFrames
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.events import Dragged
from engine.status.commands import GoToKeyFrame, RemoveKeyFrame, SwapKeyFrames, TimeKeyFrame
from tests.app.parts import Program

HOME = Camera.home(3.0)
YAWS = (0.0, 0.2, -0.1)


@pytest.fixture
def tool():
    program = Program(view=MagicMock(navigation=Navigation.at(HOME), key_frames=()))
    program.pipeline.home_camera = lambda shown: HOME
    return KeyFrames(program)


def act(tool, command) -> None:
    tool.handlers()[type(command)](command)


def set_three(tool) -> None:
    for yaw in YAWS:
        tool.context.view.navigation = Navigation.at(HOME.orbited(yaw, 0))
        tool.actions()["set_key_frame"]()


def test_each_key_frame_is_a_while_after_the_one_before(tool):
    assert tool.facts() is None
    set_three(tool)
    assert [key.at for key in tool.keys] == [0, STEP_S, 2 * STEP_S]
    assert [row.yaw_deg for row in tool.facts().rows] == pytest.approx([0, 11.459, -5.730], abs=0.01)


def test_they_are_reordered_timed_and_removed(tool):
    set_three(tool)
    first, second, third = (key.yaw for key in tool.keys)
    act(tool, SwapKeyFrames(1))
    assert [(key.at, key.yaw) for key in tool.keys] == [(0, first), (STEP_S, third), (2 * STEP_S, second)]
    act(tool, TimeKeyFrame(0, 2.0))  # past the next one
    assert [(key.at, key.yaw) for key in tool.keys] == [(STEP_S, third), (2.0, first), (2 * STEP_S, second)]
    act(tool, TimeKeyFrame(0, 2.0))
    times = [key.at for key in tool.keys]
    assert times == sorted(set(times)), "no two are at the same time"
    act(tool, TimeKeyFrame(1, -4.0))
    assert tool.keys[0].at == 0
    act(tool, RemoveKeyFrame(0))
    assert len(tool.keys) == 2
    tool.actions()["forget_key_frames"]()
    assert tool.keys == ()
    assert tool.facts().rows == ()


def test_the_camera_flies_through_them_until_the_user_takes_over(tool):
    set_three(tool)
    tool.actions()["fly_key_frames"]()
    for now_s, yaw in ((0.0, YAWS[0]), (STEP_S, YAWS[1]), (2 * STEP_S, YAWS[2])):
        tool.update(now_s)
        assert tool.context.view.navigation.camera.yaw_rad == pytest.approx(yaw, abs=1e-4)
    assert not tool.facts().is_flying, "it has arrived"
    tool.actions()["fly_key_frames"]()
    assert tool.facts().is_flying
    assert not tool.handle(Dragged(5, 0, "left", shift=False))
    assert not tool.facts().is_flying
    act(tool, GoToKeyFrame(1))
    assert tool.context.view.navigation.target.yaw_rad == pytest.approx(YAWS[1], abs=1e-4)


def test_escape_lands_then_closes_the_list_and_keeps_the_key_frames(tool):
    set_three(tool)
    tool.actions()["fly_key_frames"]()
    assert tool.escape()
    assert tool.facts() is not None
    assert tool.escape()
    assert tool.facts() is None
    assert not tool.escape()
    assert len(tool.keys) == 3
