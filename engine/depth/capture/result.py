"""From a depth map to a capture. No torch here: depth that comes with the frame needs no network."""

from dataclasses import dataclass

from engine.depth.live.stabilize import RangeTracker
from engine.depth.transparency import up_to_the_cut, without_transparent
from engine.frames import (
    Capture,
    DepthFrame,
    DepthKind,
    DepthMap,
    Extrinsics,
    Frame,
    Intrinsics,
    scale_intrinsics,
)
from engine.geometry.intrinsics import camera_of
from engine.geometry.world import measured_only
from engine.settings import DepthSettings


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """The output of a network for one frame; None for what it does not estimate."""

    depth: DepthMap
    """(h, w), in the unit of `kind`."""
    kind: DepthKind
    confidence: DepthMap | None = None
    """(h, w)"""
    intrinsics: Intrinsics | None = None
    """(3, 3), in pixels of the map."""
    extrinsics: Extrinsics | None = None
    """(3, 4)"""


def capture_of(
    frame: Frame, estimate: Estimate, model: str, settings: DepthSettings, started_s: float, done_s: float,
    note: str | None = None,
) -> Capture:  # fmt: skip
    """Return `frame` with the `estimate` of the network `model`. A camera that the source knows is kept."""
    (width, height), (h, w) = frame.geometry_px, estimate.depth.shape
    matrix, camera = camera_of(frame, settings)
    intrinsics = scale_intrinsics(matrix, w / width, h / height)
    if camera == "assumed" and estimate.intrinsics is not None:
        intrinsics, camera = estimate.intrinsics, "predicted"
    span = RangeTracker().update(
        estimate.depth, estimate.kind, frame.time_s,
        percentiles=(settings.depth_min_percentile, settings.depth_max_percentile), time_constant_s=0.0,
    )  # fmt: skip
    depth = measured_only(estimate.depth, estimate.kind, fill=span.low)
    if model != "source":
        depth = up_to_the_cut(depth, frame)
    depth = without_transparent(depth, frame)
    shown = DepthFrame(frame, depth, estimate.kind, intrinsics, span, model, started_s, done_s, camera)
    return Capture(shown, estimate.confidence, estimate.extrinsics, note=note)
