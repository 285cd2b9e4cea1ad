"""Position and size of a window, to restore it."""

# isort: off
from imgui_bundle import imgui as _  # noqa: F401  before glfw: it decides which library is loaded

import glfw

# isort: on

from typing import Any, NamedTuple

_VISIBLE = 80
"""How many pixels of a window, in both directions, must be on a monitor to restore its position."""


class Placement(NamedTuple):
    """Position and size in desktop units; None lets the system choose."""

    window_px: tuple[int, int] | None = None
    window_at: tuple[int, int] | None = None
    is_maximized: bool = False
    fullscreen_at: tuple[int, int] | None = None
    """Top left corner of the monitor that it fills; None for a window."""


def read(handle: Any) -> Placement:
    """Read the placement of a window that is not full screen."""
    width, height = glfw.get_window_size(handle)
    is_maximized = bool(glfw.get_window_attrib(handle, glfw.MAXIMIZED))
    if glfw.get_platform() == glfw.PLATFORM_WAYLAND:  # which does not tell positions
        return Placement((width, height), None, is_maximized)
    x, y = glfw.get_window_pos(handle)
    return Placement((width, height), (x, y), is_maximized)


def restore(handle: Any, placement: Placement) -> None:
    """Restore the placement of a new window, unless its monitor is gone."""
    if placement.window_px is not None:  # set here, since the size at creation is multiplied by the monitor's scale
        glfw.set_window_size(handle, *placement.window_px)
    if placement.window_at is not None and _is_on_a_monitor(placement.window_at, glfw.get_window_size(handle)):
        glfw.set_window_pos(handle, *placement.window_at)
    if placement.is_maximized:
        glfw.maximize_window(handle)


def _is_on_a_monitor(at: tuple[int, int], size: tuple[int, int]) -> bool:
    for monitor in glfw.get_monitors():
        x, y, width, height = glfw.get_monitor_workarea(monitor)
        across = min(at[0] + size[0], x + width) - max(at[0], x)
        down = min(at[1] + size[1], y + height) - max(at[1], y)
        if across >= _VISIBLE and down >= _VISIBLE and at[1] >= y:  # its title bar can be reached
            return True
    return False
