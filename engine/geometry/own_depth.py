"""Depth that comes with a frame."""

import numpy as np

from engine.errors import InputError
from engine.frames import DepthKind, DepthMap, Frame
from engine.geometry.intrinsics import camera_of
from engine.settings import DepthSettings


def has_measured(frame: Frame) -> bool:
    """Return whether no network knows better. What a recording kept may be the quick depth of a small one."""
    return frame.depth is not None and (frame.recorded is None or frame.recorded.model == "source")


def own_depth(frame: Frame, settings: DepthSettings) -> tuple[DepthMap, DepthKind]:
    """Return the depth that came with `frame`, and its kind. Disparity of a known pair of cameras becomes meters.

    Raises InputError if that needs a focal length that nobody gave.
    """
    assert frame.depth is not None
    kind = frame.kind or DepthKind.METRIC
    if frame.stereo is None:
        return frame.depth, kind
    intrinsics, origin = camera_of(frame, settings)
    if origin == "assumed":
        raise InputError("--depth-map-baseline needs the focal length: give --focal-length-x and --calibrated-width")
    focal_px = intrinsics[0, 0] * frame.depth.shape[1] / frame.geometry_px[0]
    disparity = frame.depth + np.float32(frame.stereo.offset_px)
    with np.errstate(divide="ignore"):
        depth = np.float32(focal_px * frame.stereo.baseline_m) / np.where(disparity > 0, disparity, np.nan)
    return np.asarray(depth, np.float32), DepthKind.METRIC
