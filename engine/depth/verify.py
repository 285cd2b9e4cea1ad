"""Whether weights are what they should be, and how fast they are here."""

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
    """What was found out about one file."""

    hash: Literal["as published", "not known", "wrong"]
    """Against what the hub said when the file was fetched."""
    problem: str | None = None
    """What is wrong with it, if anything."""
    device: str | None = None
    """Where it was run, with the number format; None if it was not run."""
    frame_ms: float | None = None
    """How long one picture takes there, at the input size that the viewer would choose."""

    @property
    def speed(self) -> str:
        """What it is fast enough for on this device."""
        if self.frame_ms is None:
            return "not run"
        if self.frame_ms <= _REAL_TIME_MS:
            return "real time"
        return "live, in slow steps" if self.frame_ms <= _SLOW_MS else "video and capture"


def verify(checkpoint: Checkpoint, path: Path, settings: DepthSettings) -> Verification:
    """Hash, strict load, and one frame that must be finite and not constant.

    settings: where it runs, and where `path` was found.
    """
    published = known_sha256(path)
    if published is not None and published != sha256_of(path):
        return Verification("wrong", "it is not what the hub published: delete it and fetch it again")
    origin: Literal["as published", "not known"] = "as published" if published else "not known"
    try:
        run, where = _network(checkpoint, settings)
        problem, frame_ms = _try(run)
    except (EngineError, RuntimeError, MemoryError) as error:
        return Verification(origin, str(error) or type(error).__name__)
    return Verification(origin, problem, where, frame_ms)


def _network(checkpoint: Checkpoint, settings: DepthSettings) -> tuple[Run, str]:
    """What computes the depth of a picture, and on which device in which number format."""
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
    """What is wrong with the depth of a picture, if anything, and the milliseconds that another one takes."""
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
    """Soft shapes in three colors, 640x360."""
    y, x = np.mgrid[0:360, 0:640]
    waves = [np.sin(x / width) * np.cos(y / (width + 9)) for width in (23, 47, 95)]
    return (127.5 + 127 * np.stack(waves, -1)).astype(np.uint8)
