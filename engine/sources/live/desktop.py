"""The desktop: its monitors and their pixels."""

import os
import sys
from typing import Any

import mss
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.logs import log
from engine.sources.base import Rectangle


class Desktop:
    """A connection to the display. Rectangles are in its pixels, or in its units where it is scaled."""

    def __init__(self) -> None:
        """Raises SourceError without a display."""
        try:
            self._screen = mss.MSS()
        except Exception as error:  # mss raises many types
            if sys.platform == "linux" and not os.environ.get("DISPLAY") and not _is_wayland():
                raise SourceError("there is no screen to capture: set DISPLAY, or choose another source") from error
            raise _not_captured(error) from error

    @property
    def bounds(self) -> Rectangle:
        """The rectangle around all monitors."""
        return _rectangle(self._screen.monitors[0])

    @property
    def monitors(self) -> list[Rectangle]:
        """The monitors, the primary one first."""
        listed: list[dict[str, Any]] = self._screen.monitors[1:]
        return [_rectangle(monitor) for monitor in sorted(listed, key=lambda monitor: not monitor.get("is_primary"))]

    def region(self, name: str) -> Rectangle:
        """Return the rectangle that "screen", "screen:N" or "screen:X,Y,W,H" means, clipped to the desktop.

        Raises SourceError.
        """
        try:
            numbers = [int(part) for part in (name.partition(":")[2] or "1").split(",")]
        except ValueError:
            numbers = []
        match numbers:
            case [number]:
                monitors = self.monitors
                if not 1 <= number <= len(monitors):
                    known = ", ".join(f"screen:{n} ({m[2]}x{m[3]})" for n, m in enumerate(monitors, 1))
                    raise SourceError(f"there is no monitor {number}; use {known or 'another source'}")
                return monitors[number - 1]
            case [x, y, width, height] if width > 0 and height > 0:
                region = intersection((x, y, width, height), self.bounds)
                if region[2] and region[3]:
                    return region
                left, top, width, height = self.bounds
                raise SourceError(
                    f"{name} is off the desktop; choose a part of {width}x{height} pixels at {left},{top}"
                )
        raise SourceError(f"{name} is not a part of the screen; use screen, screen:N or screen:X,Y,W,H in pixels")

    def grab(self, region: Rectangle) -> NDArray[np.uint8]:
        """Return the pixels of `region`: BGRA (H, W, 4), which the caller may change. Raises SourceError."""
        left, top, width, height = region
        try:
            return np.asarray(self._screen.grab({"left": left, "top": top, "width": width, "height": height}))
        except Exception as error:  # mss raises its own type for a refusal, and an AssertionError for a lost display
            raise _not_captured(error) from error

    def refuse_black(self, pixels: NDArray[np.uint8]) -> None:
        """Raise SourceError for the black image (H, W, 4) that Wayland gives to X11 programs."""
        if _is_wayland() and not pixels[..., :3].any():
            raise _not_captured("it is all black")

    def close(self) -> None:
        try:
            self._screen.close()
        except Exception as error:  # the display is gone, and the connection with it
            log.debug("closing the connection to the display: %s", error)


def intersection(a: Rectangle, b: Rectangle) -> Rectangle:
    """Return the intersection of two rectangles; its width or height is 0 if they do not overlap."""
    left, top = max(a[0], b[0]), max(a[1], b[1])
    right, bottom = min(a[0] + a[2], b[0] + b[2]), min(a[1] + a[3], b[1] + b[3])
    return left, top, max(0, right - left), max(0, bottom - top)


def _not_captured(reason: object) -> SourceError:
    hint = "Wayland does not allow it: log in to an X11 session" if _is_wayland() else "choose another source"
    return SourceError(f"the screen cannot be captured ({str(reason) or 'the display is gone'}); {hint}")


def _is_wayland() -> bool:
    return "WAYLAND_DISPLAY" in os.environ or os.environ.get("XDG_SESSION_TYPE") == "wayland"


def _rectangle(monitor: dict[str, Any]) -> Rectangle:
    return monitor["left"], monitor["top"], monitor["width"], monitor["height"]
