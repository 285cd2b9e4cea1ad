"""The depth of one image by any network, for programs."""

import os
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.frames import DepthFrame, Frame, Image, default_intrinsics
from engine.plugins.loading import load_installed
from engine.plugins.registered import NETWORKS
from engine.settings import Settings
from engine.sources.crop import crop_picture
from engine.sources.image import as_image

if TYPE_CHECKING:
    from engine.depth.capture.runner import Capturer

_KEPT = 2  # networks that stay in memory
_PROCESS_RES = 504  # as `infer_image` takes for Depth-Anything-3


def depth(
    image: "str | os.PathLike[str] | Image",
    model: str = "lite",
    *,
    fov_deg: float | None = None,
    device: str = "auto",
    crop: str = "off",
) -> DepthFrame:
    """Estimate the depth of an image: a path, or uint8 RGB (H, W, 3).

    `model` is a name from `python -m engine models`, one that `--encoder` takes, or that of a registered network. The
    last two networks stay in memory. `fov_deg` is the camera's horizontal field of view, if it is known; otherwise 60
    degrees are assumed, unless the network predicts it. `crop` cuts off black bars ("auto"), nothing ("off"), or pixels
    at the left, top, right and bottom ("0,60,0,60"): the result is about its `frame.image`, which is what remains.

    The result holds the depth map `depth` (h, w) float32 at the resolution of the network, its `kind`, its `range`,
    `intrinsics` (3, 3) in pixels of the map, and in `camera` where those come from.

    Raises InputError, SourceError for a path that cannot be read, CheckpointError for a model that is not there,
    SettingsError for a field of view, a device or a crop that cannot be.
    """
    settings = Settings().replace(device=device, fov_deg=fov_deg or 0.0, capture_res=_PROCESS_RES, crop=crop)
    frame = crop_picture(Frame(as_image(image)), settings.source.crop)
    load_installed()
    if model not in NETWORKS:
        (capture,) = _capturer(model, device).take([frame], settings)
        return capture.frame

    from engine.depth.live.added_estimator import AddedEstimator

    estimator = AddedEstimator(settings.replace(encoder=model).depth)
    if fov_deg:
        height, width = frame.image.shape[:2]
        frame = replace(frame, intrinsics=default_intrinsics(width, height, fov_deg))
    return DepthFrame(frame, estimator.estimate(frame.image), estimator.kind, model=model)


@lru_cache(_KEPT)
def _capturer(model: str, device: str) -> "Capturer":
    from engine.clock import RealClock
    from engine.depth.capture.runner import Capturer
    from engine.depth.runtime.device import pick_device
    from engine.models.catalog import entry
    from engine.models.checkpoints import load

    network = load(model, device=pick_device(device))
    return Capturer(entry(model).name, network, "fp32", RealClock())
