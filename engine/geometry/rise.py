"""Depth that rises from a plane: what is shown of a source until its first depth map is there, and just after."""

from dataclasses import replace

import numpy as np

from engine.frames import DepthFrame, DepthKind, DepthRange, Frame, scale_intrinsics
from engine.geometry.intrinsics import camera_of
from engine.geometry.world import is_measured
from engine.settings import DepthSettings

_SIDE = 32
"""Longest side of the depth map of a plane."""


def flat(frame: Frame, settings: DepthSettings, *, is_quick: bool = False) -> DepthFrame:
    """Return `frame` on a plane. From the source's camera it looks like the picture.

    is_quick: with the small version of its colors, if it has one: to upload those of a photograph takes a while.
    """
    width, height = frame.geometry_px
    scale = _SIDE / max(width, height)
    w, h = max(2, round(scale * width)), max(2, round(scale * height))
    matrix, origin = camera_of(frame, settings)
    shown = replace(frame, image=frame.proxy, proxy=None) if is_quick and frame.proxy is not None else frame
    return DepthFrame(
        shown, np.full((h, w), 0.5, np.float32), DepthKind.DISPARITY, scale_intrinsics(matrix, w / width, h / height),
        DepthRange(0.0, 1.0, 0.5), "none", camera=origin,
    )  # fmt: skip


def risen(frame: DepthFrame, share: float) -> DepthFrame:
    """Return `frame` with `share` of its relief: 0 is a plane in its middle, 1 is `frame` itself."""
    if share >= 1:
        return frame
    is_disparity = frame.kind is DepthKind.DISPARITY
    measured = is_measured(frame.depth, is_disparity)
    values = np.where(measured, frame.depth, 1).astype(np.float64)
    if is_disparity:
        middle = (frame.range.low + frame.range.high) / 2
        raised = middle + share * (values - middle)
    else:
        raised = 1 / (share / values + (1 - share) / frame.range.median)
    return replace(frame, depth=np.where(measured, raised, frame.depth).astype(np.float32))
