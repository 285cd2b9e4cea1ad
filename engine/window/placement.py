"""Where a window is and how large, to be found there again."""

# isort: off
from imgui_bundle import imgui as _  # noqa: F401  before glfw: it decides which library is loaded

import glfw

# isort: on

from typing import Any, NamedTuple

_VISIBLE = 80
"""So much of a window must be on some monitor, in both directions, for it to be put there again."""


class Placement(NamedTuple):
    """Units are those of the desktop; None: as the system likes."""

    window_px: tuple[int, int] | None = None
    window_at: tuple[int, int] | None = None
    is_maximized: bool = False


def read(handle: Any) -> Placement:
    """Of a window that is not full screen."""
    width, height = glfw.get_window_size(handle)
    is_maximized = bool(glfw.get_window_attrib(handle, glfw.MAXIMIZED))
    if glfw.get_platform() == glfw.PLATFORM_WAYLAND:  # which tells no program where it is
        return Placement((width, height), None, is_maximized)
    x, y = glfw.get_window_pos(handle)
    return Placement((width, height), (x, y), is_maximized)


def restore(handle: Any, placement: Placement) -> None:
    """Put a new window there; but not where no monitor is any more."""
    if placement.window_px is not None:  # here, since what a window is opened with grows with the monitor's scale
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
        if across >= _VISIBLE and down >= _VISIBLE and at[1] >= y:  # by its title it can be moved
            return True
    return False
