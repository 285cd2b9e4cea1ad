"""Verification of downloaded weights: hash, strict load, a test frame and its speed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np

from engine.depth.capture.runner import TRAINED_RES
from engine.depth.live.estimator import Estimator, LiteEstimator, VideoDepthEstimator, precision_name
from engine.depth.runtime.device import pick_device
from engine.depth.runtime.precision import dtype_for
from engine.depth.still import StillDepth
from engine.errors import EngineError
from engine.frames import DepthMap, Image
from engine.models.catalog import Checkpoint
from engine.models.checkpoints import load
from engine.models.download import known_sha256, sha256_of
from engine.settings import DepthSettings

Run = Callable[[Image], DepthMap]

_REAL_TIME_MS, _SLOW_MS = 100.0, 1000.0
_LEAST_VARIATION = 1e-4  # of the mean: below it a depth map is a plane


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for one file."""

    hash: Literal["as published", "not known", "wrong"]
    """Compared with the hash that the hub gave when the file was downloaded."""
    problem: str | None = None
    """What is wrong with the file, if anything."""
    device: str | None = None
    """The device it ran on, with the number format; None if it did not run."""
    frame_ms: float | None = None
    """How long a frame takes, at the input size that the viewer would choose."""

    @property
    def speed(self) -> str:
        """What the network is fast enough for on this device."""
        if self.frame_ms is None:
            return "not run"
        if self.frame_ms <= _REAL_TIME_MS:
            return "real time"
        return "live, in slow steps" if self.frame_ms <= _SLOW_MS else "video and capture"


def verify(checkpoint: Checkpoint, path: Path, settings: DepthSettings) -> Verification:
    """Check the hash, load the weights strictly, and run a frame, whose depth must be finite and not constant.

    `settings` say which device to use, and in which folder `path` was found.
    """
    published = known_sha256(path)
    if published is not None and published != sha256_of(path):
        return Verification("wrong", "the file differs from the published one: delete it and download it again")
    origin: Literal["as published", "not known"] = "as published" if published else "not known"
    try:
        run, where = _network(checkpoint, settings)
        problem, frame_ms = _try(run)
    except (EngineError, RuntimeError, MemoryError) as error:
        return Verification(origin, str(error) or type(error).__name__)
    return Verification(origin, problem, where, frame_ms)


def _network(checkpoint: Checkpoint, settings: DepthSettings) -> tuple[Run, str]:
    """Return a function that computes the depth of an image, and the device and number format it uses."""
    if checkpoint.family == "depth_anything3":
        device = pick_device(settings.device)
        model = load(checkpoint.name, device=device, checkpoints_dir=settings.checkpoints_dir)
        still = StillDepth(model, precision=settings.precision)
        where = f"{device} {precision_name(dtype_for(device, settings.precision))}"
        return lambda picture: still.image(picture, process_res=TRAINED_RES).depth, where
    plain = settings.model_copy(update={"metric": checkpoint.metric, "backend": "torch"})
    estimator: Estimator
    if checkpoint.family == "lite":
        estimator = LiteEstimator(plain)
    else:
        estimator = VideoDepthEstimator(plain, checkpoint.variant.removeprefix("metric-"))
    return estimator.estimate, f"{estimator.info.device} {estimator.info.precision}"


def _try(run: Run) -> tuple[str | None, float]:
    """Return what is wrong with the depth of an image, if anything, and the milliseconds that an image takes."""
    depth = run(_picture())
    times_ms = []
    for _ in range(2):
        started_s = perf_counter()
        run(_picture())
        times_ms.append(1000 * (perf_counter() - started_s))
    if not np.isfinite(depth).all():
        return "its depth is not finite", min(times_ms)
    if depth.std() <= _LEAST_VARIATION * abs(depth.mean()):
        return "its depth is the same everywhere", min(times_ms)
    return None, min(times_ms)


def _picture() -> Image:
    """Return an image of soft shapes in three colors, (360, 640, 3)."""
    y, x = np.mgrid[0:360, 0:640]
    waves = [np.sin(x / width) * np.cos(y / (width + 9)) for width in (23, 47, 95)]
    return (127.5 + 127 * np.stack(waves, -1)).astype(np.uint8)
