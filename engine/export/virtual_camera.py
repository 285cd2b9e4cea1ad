"""A virtual camera, which lets other programs (video calls, OBS) use the scene as a webcam."""

import logging
import threading
from typing import Any

import cv2
import numpy as np

from engine.clock import Clock, RealClock, Ticker
from engine.errors import OutputError
from engine.frames import Image
from engine.logs import RepeatGuard
from engine.mailbox import Mailbox

log = logging.getLogger(__name__)

INSTALL_PACKAGE = "the virtual camera needs another package: python -m pip install 'da3d[virtualcam]'"
INSTALL_DEVICE = (
    "no virtual camera can be opened. Linux: sudo apt-get install v4l2loopback-dkms, then sudo modprobe v4l2loopback "
    "exclusive_caps=1. Windows and macOS: install OBS Studio, and start its virtual camera once"
)


class VirtualCamera:
    """A virtual camera. It repeats the last image while there is no newer one, since programs drop a silent camera."""

    def __init__(self, size: tuple[int, int], fps: float, clock: Clock | None = None) -> None:
        """`size`: width and height in pixels, rounded down to even numbers.

        Raises OutputError, which says what to install.
        """
        self._device = _open(size[0] // 2 * 2, size[1] // 2 * 2, fps)
        self.name = str(self._device.device)
        """The name that other programs show."""
        self._ticker = Ticker(clock or RealClock(), fps)
        self._images: Mailbox[Image] = Mailbox()
        self._guard = RepeatGuard(log)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="virtual camera", daemon=True)
        self._thread.start()

    def show(self, image: Image) -> None:
        """Send `image`, (H, W, 3) of any size, from now on. Returns at once."""
        self._images.put(image)

    def close(self) -> None:
        self._closing.set()
        self._thread.join(2)
        self._device.close()

    def _run(self) -> None:
        size = (int(self._device.width), int(self._device.height))
        shown: Image | None = None
        while not self._closing.is_set():
            self._ticker.wait()
            image = self._images.take()
            shown = letterbox(image, size) if image is not None else shown
            if shown is None:
                continue
            try:
                self._device.send(shown)
            except Exception as error:  # the program must survive any failure of the device
                self._guard.report("sending to the virtual camera", error)


def letterbox(image: Image, size: tuple[int, int]) -> Image:
    """Fit `image` (H, W, 3) into `size` (width, height) with black bars."""
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    scale = min(size[0] / width, size[1] / height)
    inner = (max(round(width * scale), 1), max(round(height * scale), 1))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    bars = np.zeros((size[1], size[0], 3), np.uint8)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    bars[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=interpolation)
    return bars


def _open(width: int, height: int, fps: float) -> Any:
    try:
        import pyvirtualcam
    except ImportError:
        raise OutputError(INSTALL_PACKAGE) from None
    try:
        return pyvirtualcam.Camera(width=width, height=height, fps=fps, fmt=pyvirtualcam.PixelFormat.RGB)
    except (RuntimeError, OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise OutputError(f"{INSTALL_DEVICE} ({reason})") from error
