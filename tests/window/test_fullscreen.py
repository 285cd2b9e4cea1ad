"""Full screen on one of several monitors, whose list is GLFW's in a window and made up here."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from engine.commands.view import _choose_monitor
from engine.errors import SettingsError
from engine.settings.run_options import RunOptions
from engine.window import fullscreen

AREAS = {"left": (0, 0, 1920, 1080), "right": (1920, 200, 1280, 720)}


@pytest.fixture(autouse=True)
def glfw(monkeypatch):
    """Two monitors beside each other; a task bar takes the lowest 40 rows."""

    def mode(name):
        return SimpleNamespace(size=SimpleNamespace(width=AREAS[name][2], height=AREAS[name][3]), refresh_rate=50)

    fake = MagicMock(
        get_monitors=lambda: list(AREAS),
        get_monitor_name=lambda name: name.encode(),
        get_monitor_pos=lambda name: AREAS[name][:2],
        get_monitor_workarea=lambda name: (*AREAS[name][:3], AREAS[name][3] - 40),
        get_video_mode=mode,
    )
    monkeypatch.setattr(fullscreen, "glfw", fake)
    return fake


@pytest.mark.parametrize(
    ("window", "name"),
    [((100, 100, 800, 600), "left"), ((1900, 300, 800, 400), "right"), ((1500, 300, 800, 400), "left"),
     ((-5000, 0, 800, 600), "left")],
)  # fmt: skip
def test_a_window_fills_the_monitor_that_shows_most_of_it(window, name):
    assert fullscreen.monitor_under(window).name == name


def test_a_monitor_is_filled_in_its_mode_and_stays_so_while_another_is_used(glfw):
    fullscreen.enter("window", fullscreen.numbered(2), (2000, 300, 640, 480))
    glfw.set_window_monitor.assert_called_once_with("window", "right", 0, 0, 1280, 720, 50)
    glfw.set_window_attrib.assert_called_once_with("window", glfw.AUTO_ICONIFY, False)
    fullscreen.leave("window", (10, 20, 800, 600))
    assert glfw.set_window_monitor.call_args.args[:6] == ("window", None, 10, 20, 800, 600)


@pytest.mark.parametrize("window", [(100, 100, 640, 480), (0, 0, 1920, 1080)])
def test_a_window_is_moved_to_the_monitor_first(glfw, window):
    fullscreen.enter("window", fullscreen.numbered(2), window)
    (moved, filled) = (call.args for call in glfw.set_window_monitor.call_args_list)
    assert moved[1] is None
    assert fullscreen.monitor_under(moved[2:6]).name == "right"
    assert filled[:2] == ("window", "right")


def test_a_monitor_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(SettingsError, match="no monitor 3; there are 1: left, 1920 × 1080; 2: right, 1280 × 720"):
        fullscreen.numbered(3)


def test_a_window_is_centered_above_the_task_bar():
    assert fullscreen.centered(fullscreen.numbered(2), (640, 480)) == (1920 + 320, 200 + 100)
    assert fullscreen.centered(fullscreen.numbered(2), (2000, 2000)) == (1920, 200)


@pytest.mark.parametrize(
    ("options", "filled_last", "filled"),
    [
        ({}, None, None),
        ({}, (1920, 200), "right"),
        ({}, (7, 7), "where it is"),
        ({"fullscreen": False}, (1920, 200), None),
        ({"size": "640x480"}, (1920, 200), None),
        ({"fullscreen": True}, None, "where it is"),
        ({"fullscreen": True, "size": "640x480", "monitor_out": 1}, (1920, 200), "left"),
        ({"monitor_out": 2}, None, None),
        ({"monitor_out": 2}, (0, 0), "right"),
    ],
)
def test_the_monitor_is_the_one_asked_for_or_the_one_filled_last(options, filled_last, filled):
    window = MagicMock()
    _choose_monitor(window, RunOptions(**options), filled_last)
    if "monitor_out" in options:
        assert window.show_on.call_args.args[0].number == options["monitor_out"]
    if filled is None:
        window.enter_fullscreen.assert_not_called()
    else:
        (monitor,) = window.enter_fullscreen.call_args.args
        assert (monitor.name if monitor is not None else "where it is") == filled
