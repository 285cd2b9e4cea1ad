"""Pictures that hold their depth beside their colors: in gray levels, or in hues.

Looking Glass puts gray levels, bright is near, to the right of the colors, and has a switch that inverts them:
https://learn.lookingglassfactory.com/tutorials/rgb-d. Record3D puts hues to the left, and appends the camera and the
ends of the range to the file: https://github.com/marek-simonik/record3d-wifi-streaming-and-rgbd-mp4-3d-video-demo
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import CalibrationError
from engine.files.rgbd_facts import Header
from engine.frames import DepthKind, DepthMap, Frame, Image, Intrinsics, scale_intrinsics
from engine.geometry.intrinsics import Lens
from engine.settings import SourceSettings

Pixels = TypeVar("Pixels", bound=NDArray[np.generic])

_HUES_END_M = 3.0
_FIRST_HUE, _LAST_HUE = 1 / 30, 14 / 15
"""What is beyond may be of the other end: both are red."""
_STEEPEST = 1 / 60
"""Share of the range between neighbors at which hues are those of an edge, blurred by the video."""
_DULL, _DARK = 0.3, 0.3
"""Below this saturation or brightness there is no hue, so nothing was measured."""
_BLACK = 6
"""Gray levels up to this are black, whatever the video made of them."""
_TAIL_BYTES = 1 << 16
_MARK = b'{"intrinsic'


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """How the pictures of a source hold their depth."""

    place: str
    """side-by-side, over-under, depth-left or depth-above, as in the settings."""
    is_hue: bool
    is_inverted: bool = False
    range_m: tuple[float, float] | None = None
    """Distances of the near and the far end; None: no unit."""
    lens: tuple[float, float, float, float] | None = None
    """Focal lengths and principal point in pixels of the colors, the center of the first pixel being at 0."""

    @property
    def header(self) -> Header:
        """What is the same for all pictures."""
        return Header(self.kind, "known" if self.lens else "assumed", "source")

    @property
    def kind(self) -> DepthKind:
        return DepthKind.DISPARITY if self.range_m is None else DepthKind.METRIC

    def colors(self, image: Pixels) -> Pixels:
        """Return the part (h, w, 3) of a whole picture (H, W, 3) that shows the scene."""
        return _part(image, self.place in ("over-under", "depth-above"), self.place in ("side-by-side", "over-under"))

    def coded(self, image: Pixels) -> Pixels:
        """Return the part (h, w, 3) of a whole picture (H, W, 3) that holds the depth."""
        return _part(image, self.place in ("over-under", "depth-above"), self.place in ("depth-left", "depth-above"))

    def with_depth(self, frame: Frame, coded: Image) -> Frame:
        """Return `frame`, which shows the colors, with what the other part (h, w, 3) of its picture says."""
        depth = _from_hues(coded) if self.is_hue else _from_gray(coded)
        depth = 1 - depth if self.is_inverted else depth
        if self.range_m is None:
            depth = 1 - depth
        else:
            near, far = self.range_m
            depth = near + (far - near) * depth
            if self.is_inverted and not self.is_hue:
                depth[coded.max(axis=2) <= _BLACK] = np.nan  # dark is near, and black is nothing
        return replace(frame, depth=depth, kind=self.kind, intrinsics=self._camera(frame, depth))

    def _camera(self, frame: Frame, depth: DepthMap) -> Intrinsics | None:
        if self.lens is None:
            return None
        (height, width), (h, w) = frame.image.shape[:2], depth.shape
        try:
            return scale_intrinsics(Lens(*self.lens, w, h).shares, width, height)
        except CalibrationError:  # of another size: the video was scaled
            return None


def packing_of(settings: SourceSettings, path: Path) -> Packing | None:
    """Return how the pictures of a file or folder hold their depth; None if they hold none."""
    if settings.rgbd == "off":
        return None
    if settings.rgbd == "auto":
        return _of_record3d(path)
    is_hue = settings.rgbd_code == "hue"
    far = settings.rgbd_far or (_HUES_END_M if is_hue else 0.0)
    ends = (settings.rgbd_near, far) if far else None
    return Packing(settings.rgbd, is_hue, settings.rgbd_invert, ends)


def _of_record3d(path: Path) -> Packing | None:
    """Return what Record3D has appended to a video; None if it is not one of its videos."""
    # devices and pipes may never end
    if path.suffix.lower() not in (".mp4", ".mov", ".m4v") or not os.path.isfile(path):
        return None
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
            tail = file.read()
        at = tail.rindex(_MARK)
        facts: dict[str, Any] = json.JSONDecoder().raw_decode(tail[at:].decode("utf-8", "replace"))[0]
        k = [float(number) for number in facts["intrinsicMatrix"]]  # column by column
        near, far = map(float, facts.get("rangeOfEncodedDepth", (0.0, _HUES_END_M)))
        return Packing("depth-left", is_hue=True, range_m=(near, far), lens=(k[0], k[4], k[6], k[7]))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _part(image: Pixels, is_stacked: bool, is_first: bool) -> Pixels:
    middle = image.shape[0 if is_stacked else 1] // 2
    if is_stacked:
        part = image[:middle] if is_first else image[-middle:]
    else:
        part = image[:, :middle] if is_first else image[:, -middle:]
    return np.ascontiguousarray(part)  # type: ignore[return-value]  # of the same type


def _from_gray(coded: Image) -> DepthMap:
    """Return 0 (bright) to 1 (dark) of each pixel."""
    return 1 - np.asarray(cv2.cvtColor(coded, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)


def _from_hues(coded: Image) -> DepthMap:
    """Return 0 (red) to 1 (all around) of each pixel; NaN without a hue, near both ends, and at edges."""
    hsv = cv2.cvtColor(coded.astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
    hue = np.asarray(hsv[..., 0] / 360, np.float32)
    is_hue = (hsv[..., 1] >= _DULL) & (hsv[..., 2] >= _DARK) & (hue >= _FIRST_HUE) & (hue <= _LAST_HUE)
    around = np.ones((3, 3), np.uint8)
    hue[~is_hue] = 0
    is_edge = cv2.dilate(hue, around) - cv2.erode(hue, around) > _STEEPEST
    return np.where(is_hue & ~is_edge, hue, np.float32(np.nan))
