"""Webcams."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2

from engine.errors import SourceError
from engine.sources.base import Source
from engine.sources.live.opencv import RETRY_S, CaptureSource

BACKENDS = {
    "linux": (cv2.CAP_V4L2, cv2.CAP_ANY),
    "win32": (cv2.CAP_DSHOW, cv2.CAP_MSMF, cv2.CAP_ANY),
    "darwin": (cv2.CAP_AVFOUNDATION, cv2.CAP_ANY),
}
"""By `sys.platform`, in the order in which they are tried."""
FIRST_FRAME_S = 1.5
"""A camera without a frame for this long after it was opened is in use elsewhere, or needs another back-end."""
SYSTEM_CAMERAS = Path("/sys/class/video4linux")


class WebcamSource(CaptureSource):
    """A camera of this machine."""

    def __init__(
        self,
        device: int | str,
        *,
        width: int = 0,
        height: int = 0,
        fps: float = 0,
        backends: Sequence[int] | None = None,
    ) -> None:
        """`device` is the number of a camera, or any device that one of OpenCV's `backends` accepts. The camera chooses
        the mode nearest to `width` and `height` in pixels and `fps`; 0 leaves the choice to it.

        Raises SourceError.
        """
        for backend in BACKENDS.get(sys.platform, (cv2.CAP_ANY,)) if backends is None else backends:
            capture = cv2.VideoCapture(device, backend)
            if capture.isOpened():
                _ask_for(capture, width, height, fps)
                if _sends_frames(capture):
                    super().__init__(f"webcam:{device}", capture)
                    return
            capture.release()
        raise SourceError(_what_is_wrong(device))


def open_webcam(name: str, width: int, height: int, fps: float) -> Source:
    """Open the camera "webcam" or "webcam:N". Raises SourceError."""
    return WebcamSource(camera_number(name), width=width, height=height, fps=fps)


def camera_number(name: str) -> int:
    """Return N of "webcam:N", and 0 for "webcam". Raises SourceError for other names."""
    number = name.partition(":")[2] if ":" in name else "0"
    if not (number.isascii() and number.isdigit()):
        raise SourceError(f"{name} is not a camera; use webcam or webcam:N, such as webcam:1")
    return min(int(number), 1 << 30)


def system_cameras() -> dict[int, str]:
    """Return numbers and names of the cameras that Linux lists, without opening them. Empty on other systems."""
    found = {}
    for folder in SYSTEM_CAMERAS.glob("video*"):
        number = folder.name.removeprefix("video")
        # further entries of a camera are for metadata and send no frames
        if number.isdigit() and _line(folder / "index", "0") == "0":
            found[int(number)] = _line(folder / "name", "camera")
    return dict(sorted(found.items()))


def _line(path: Path, default: str) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return default


def _ask_for(capture: cv2.VideoCapture, width: int, height: int, fps: float) -> None:
    if not (width or height or fps):
        return
    # USB carries only a few large uncompressed frames a second; a camera without MJPEG keeps its format
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    wishes = {cv2.CAP_PROP_FRAME_WIDTH: width, cv2.CAP_PROP_FRAME_HEIGHT: height, cv2.CAP_PROP_FPS: fps}
    for setting, value in wishes.items():
        if value:
            capture.set(setting, value)


def _sends_frames(capture: cv2.VideoCapture) -> bool:
    until_s = time.monotonic() + FIRST_FRAME_S
    while time.monotonic() < until_s:
        try:
            if capture.read()[0]:
                return True
        except cv2.error:
            return False
        time.sleep(RETRY_S)
    return False


def _what_is_wrong(device: int | str) -> str:
    """Say in one line why no back-end could open the camera, and what to do."""
    if sys.platform != "linux" or not isinstance(device, int):
        return (
            f"camera {device} was not found, or sends no frames: check that it is connected, allow this program to use "
            "the camera in the system's privacy settings, and close other programs that use it"
        )
    cameras = system_cameras()
    if device in cameras:
        node = f"/dev/video{device}"
        if not os.access(node, os.R_OK | os.W_OK):
            return (
                f"no permission for camera {device} ({cameras[device]}): give yourself access to {node} (group video)"
            )
        return f"camera {device} ({cameras[device]}) sends no frames; close other programs that use it"
    if not cameras:
        return "no camera was found. Plug one in and it will be picked up; --list-sources lists those that are found"
    known = ", ".join(f"webcam:{number} ({name})" for number, name in cameras.items())
    return f"there is no camera {device}; use {known}"
