"""Time-warp: between two depth maps, the newest frame is shown with the last depth, warped by optical flow."""

import logging
import threading
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import DepthFrame, Frame, Image
from engine.logs import RepeatGuard
from engine.mailbox import Mailbox

log = logging.getLogger(__name__)

FLOW_PX = 320
"""Longest side of the images that optical flow is computed on."""
CONSISTENT_PX = 1.0
"""Forward and backward flow must cancel out, up to this many pixels and a share of their length."""
CONSISTENT_SHARE = 0.1
MAX_DRAWING_SHARE = 0.25
"""Share of the time between two source frames that drawing may take."""
OLDEST_S = 1.0
"""Older depth is not warped."""
_IDLE_S = 0.1

Array = NDArray[np.float32]


def is_worthwhile(depth_fps: float, source_fps: float, display_ms: float) -> bool:
    """Return whether depth is slower than the source, and drawing fast enough to show every frame of the source."""
    if not (depth_fps and source_fps and display_ms):
        return False
    return depth_fps < 0.8 * source_fps and display_ms < MAX_DRAWING_SHARE * 1e3 / source_fps


def can_warp(base: DepthFrame, frame: Frame) -> bool:
    """Return whether `frame` is from the same source as `base`, a little later, and has no depth of its own."""
    return frame.depth is None and frame.goes_on_from(base.frame) and 0 < frame.time_s - base.frame.time_s <= OLDEST_S


def warp_depth(base: DepthFrame, frame: Frame) -> DepthFrame:
    """Return `frame` with the depth of `base`, warped to where its pixels have moved.

    The flow is dense inverse search (Kroeger et al. 2016), forward and backward. Where the two do not agree, for
    instance where something comes into sight, the flow of the surroundings is used.
    """
    before, now = small_gray(base.frame.geometry_image), small_gray(frame.geometry_image)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    back: Array = search.calc(now, before, None)
    forth: Array = search.calc(before, now, None)
    flow = _agreeing(back, forth)
    height, width = base.depth.shape
    scale = np.array([width / now.shape[1], height / now.shape[0]], np.float32)
    at = pixel_grid(height, width) + cv2.resize(flow, (width, height)) * scale
    depth = cv2.remap(base.depth, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return replace(base, frame=frame, depth=depth, is_warped=True)


def _agreeing(back: Array, forth: Array) -> Array:
    """Return the flow `back` (h, w, 2) where `forth` cancels it, and the flow of the surroundings elsewhere."""
    height, width = back.shape[:2]
    returned = cv2.remap(
        forth, pixel_grid(height, width) + back, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    off = np.linalg.norm(back + returned, axis=-1)
    agree = (off < CONSISTENT_PX + CONSISTENT_SHARE * np.linalg.norm(back, axis=-1)).astype(np.float32)
    weight = cv2.GaussianBlur(agree, (0, 0), 4)[..., None]
    around = cv2.GaussianBlur(back * agree[..., None], (0, 0), 4) / np.maximum(weight, 1e-3)
    result: Array = np.where(agree[..., None] > 0, back, around)
    return result


@lru_cache(maxsize=4)
def pixel_grid(height: int, width: int) -> Array:
    """Return the position of each pixel, (h, w, 2) as x, y. The array is shared and read-only."""
    grid = np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), -1)
    grid.flags.writeable = False
    return grid


def small_gray(image: Image) -> Image:
    """Return `image` (H, W, 3) in gray, no larger than `FLOW_PX`."""
    height, width = image.shape[:2]
    scale = min(1.0, FLOW_PX / max(height, width))
    size = max(round(width * scale), 16), max(round(height * scale), 16)
    gray: Image = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return gray


class TimeWarp:
    """The thread that warps the newest depth to every frame that comes before the next depth map."""

    def __init__(self, frames: Mailbox[Frame], depths: Mailbox[DepthFrame]) -> None:
        self._frames, self._depths = frames, depths
        self._base: DepthFrame | None = None
        self._guard = RepeatGuard(log)
        self._thread = threading.Thread(target=self._run, name="time warp", daemon=True)

    def follow(self, base: DepthFrame | None) -> None:
        """Warp `base` from now on, or nothing if None. Callable from any thread."""
        self._base = base

    def start(self) -> None:
        self._thread.start()

    def close(self, timeout_s: float = 1.0) -> None:
        self._frames.close()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._frames.closed:
            frame, base = self._frames.wait(_IDLE_S), self._base
            if frame is None or base is None or not can_warp(base, frame):
                continue
            try:
                self._depths.put(warp_depth(base, frame))
            except Exception as error:  # the next frame may work
                self._guard.report("warping depth", error)
