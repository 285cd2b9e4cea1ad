"""Full screen on one of several monitors."""

# isort: off
from imgui_bundle import imgui as _  # noqa: F401  before glfw: it decides which library is loaded

import glfw

# isort: on

from dataclasses import dataclass
from typing import Any

from engine.errors import SettingsError

Rectangle = tuple[int, int, int, int]
"""Left, top, width and height on the desktop."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor as GLFW lists it: the primary one first."""

    number: int
    """Counted from 1."""
    name: str
    area: Rectangle
    handle: Any
    """GLFW's."""

    @property
    def label(self) -> str:
        """Number, name and size, for lists."""
        return f"{self.number}: {self.name}, {self.area[2]} × {self.area[3]}"


def monitors() -> list[Monitor]:
    """Return the monitors that are connected."""
    found = []
    for number, handle in enumerate(glfw.get_monitors(), start=1):
        name: bytes = glfw.get_monitor_name(handle)  # type: ignore[assignment]  # the stub says str
        size = glfw.get_video_mode(handle).size
        area = (*glfw.get_monitor_pos(handle), size.width, size.height)
        found.append(Monitor(number, name.decode(errors="replace"), area, handle))
    return found


def numbered(number: int) -> Monitor:
    """Return a monitor by its number. Raises SettingsError, which lists them, if there is none."""
    there = monitors()
    if not 1 <= number <= len(there):
        raise SettingsError(f"there is no monitor {number}; there are {'; '.join(one.label for one in there)}")
    return there[number - 1]


def monitor_at(corner: tuple[int, int] | None) -> Monitor | None:
    """Return the monitor with its top left corner there, if it still exists."""
    return next((one for one in monitors() if one.area[:2] == corner), None)


def monitor_under(window: Rectangle) -> Monitor | None:
    """Return the monitor that shows most of a window, or the primary one if none does; None without any."""
    there = monitors()
    return max(there, key=lambda one: _common(one.area, window), default=None)


def enter(handle: Any, monitor: Monitor, window: Rectangle) -> None:
    """Make GLFW's window `handle`, whose place and size is `window`, fill `monitor` in its present mode."""
    here = monitor_under(window)
    if here is not None and here.area != monitor.area:
        # some window managers, such as Openbox, fill the monitor that a window is on, whatever they are asked for
        size = min(window[2], monitor.area[2]), min(window[3], monitor.area[3])
        leave(handle, (*centered(monitor, size), *size))
    # else it would disappear as soon as something is clicked on another monitor
    glfw.set_window_attrib(handle, glfw.AUTO_ICONIFY, False)
    rate = glfw.get_video_mode(monitor.handle).refresh_rate
    glfw.set_window_monitor(handle, monitor.handle, 0, 0, *monitor.area[2:], rate)


def leave(handle: Any, area: Rectangle) -> None:
    """Make it a window with this place and size again."""
    no_monitor: Any = None
    glfw.set_window_monitor(handle, no_monitor, *area, glfw.DONT_CARE)


def centered(monitor: Monitor, size: tuple[int, int]) -> tuple[int, int]:
    """Return where the top left corner of a window of `size` lies that is centered on `monitor`."""
    left, top, width, height = glfw.get_monitor_workarea(monitor.handle)
    return left + max(width - size[0], 0) // 2, top + max(height - size[1], 0) // 2


def _common(one: Rectangle, other: Rectangle) -> int:
    """Return the area that two rectangles share."""
    sides = (min(one[i] + one[i + 2], other[i] + other[i + 2]) - max(one[i], other[i]) for i in (0, 1))
    across, down = (max(side, 0) for side in sides)
    return across * down
