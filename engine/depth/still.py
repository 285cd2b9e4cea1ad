"""Depth of single images and of views of one scene, with any of the networks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from engine.depth.merge import FINE_SCALE, merged
from engine.depth.preprocess import (
    PROCESS_RES,
    depth_anything3_views,
    lite_input,
    lite_size,
    size_for,
    video_depth_input,
)
from engine.depth.runtime.precision import Precision, prepare
from engine.frames import DepthKind, DepthMap, Image, Intrinsics, checked_image
from engine.models.depth_anything3 import AnyViewDepth, Prediction, SingleViewDepth
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth

_CANONICAL_FOCAL_PX = 300.0  # the focal length for which da3metric returns meters

_SKY = 0.3 - 5e-7  # from this value on a pixel is sky; 0.3 less a rounding error
_FARTHEST = 0.99  # the sky gets this quantile of the other depth
_FEW = 10  # pixels; if there is no more sky, or no more of anything else, the sky is not filled
_SAMPLE = 100_000  # pixels for the quantile


@dataclass(frozen=True, slots=True, eq=False)
class ImageDepth:
    """The depth of an image at the network's resolution (h, w). None for what the network does not estimate."""

    depth: DepthMap
    """(h, w), in the unit of `kind`. The sky is as far as the farthest other pixels."""
    kind: DepthKind
    confidence: DepthMap | None = None
    """(h, w), at least 1; large where the depth is reliable."""
    sky: DepthMap | None = None
    """(h, w), 0 on the ground, large in the sky."""
    intrinsics: Intrinsics | None = None
    """(3, 3), in pixels of the map."""


@dataclass(frozen=True, slots=True, eq=False)
class ViewsDepth:
    """The depth and the cameras of N views of a scene, all in the same unit."""

    depth: NDArray[np.float32]
    """(N, h, w)"""
    kind: DepthKind
    confidence: NDArray[np.float32] | None = None
    """(N, h, w)"""
    sky: NDArray[np.float32] | None = None
    """(N, h, w)"""
    intrinsics: NDArray[np.float64] | None = None
    """(N, 3, 3)"""
    extrinsics: NDArray[np.float64] | None = None
    """(N, 3, 4), world to camera, OpenCV axes: x right, y down, z forward."""


class StillDepth:
    """A network that is prepared once, for any number of images."""

    def __init__(self, model: nn.Module, *, precision: Precision = "fp32") -> None:
        self._model, self._dtype = prepare(model, precision)
        self._device = next(model.parameters()).device
        self._hooks: list[RemovableHandle] = []
        self._span = (0.0, 1.0)
        """The share of the work that is done before the present pass, and after it."""

    @property
    def network(self) -> nn.Module:
        """The prepared copy of the model that was given."""
        return self._model

    def image(self, image: Image, *, process_res: int | None = None, focal_px: float | None = None) -> ImageDepth:
        """Compute the depth of an image; see `infer_image`."""
        model = self._model
        checked_image(image)
        process_res = size_for(model, process_res, PROCESS_RES)
        if isinstance(model, AnyViewDepth | SingleViewDepth):
            views = read(self.predict([image], process_res=process_res))
        elif isinstance(model, VideoDepth):
            kind = DepthKind.METRIC if model.metric else DepthKind.DISPARITY
            views = ViewsDepth(self._plain(video_depth_input(image, process_res)), kind)
        elif isinstance(model, Lite):
            views = ViewsDepth(self._at_two_scales(image, process_res)[None], DepthKind.DISPARITY)
            if focal_px is not None:
                focal_px *= views.depth.shape[2] / lite_size(image.shape[1], image.shape[0], process_res)[0]
        else:
            raise TypeError(f"{type(model).__name__} is not a network of engine.models")

        depth, kind = views.depth[0], views.kind
        if isinstance(model, SingleViewDepth) and model.metric and focal_px is not None:
            depth, kind = depth * np.float32(focal_px / _CANONICAL_FOCAL_PX), DepthKind.METRIC
        intrinsics = _first(views.intrinsics)
        if intrinsics is None and focal_px is not None:
            intrinsics = _pinhole(focal_px, *depth.shape)
        return ImageDepth(depth, kind, _first(views.confidence), _first(views.sky), intrinsics)

    def views(self, images: Sequence[Image], *, process_res: int | None = None) -> ViewsDepth:
        """Compute depth and cameras of views; see `infer_views`."""
        if not isinstance(self._model, AnyViewDepth):
            raise TypeError(
                f"{type(self._model).__name__} takes images one by one; use da3-small, da3-base or da3-large for views"
            )
        for image in images:
            checked_image(image)
        return read(self.predict(images, process_res=process_res))

    def watch(self, report: Callable[[float], None]) -> None:
        """Call `report` from now on with the share of the layers that is done, 0 to 1. It may raise to stop them.

        It replaces the function that was given before.
        """
        for hook in self._hooks:
            hook.remove()
        # the layers of the rays run only if rays are asked for
        layers = [m for name, m in self._model.named_modules() if not any(m.children()) and not name.startswith("rays")]
        done = 0

        def begin(*_: object) -> None:
            nonlocal done
            done = 0

        def count(*_: object) -> None:
            nonlocal done
            done += 1
            start, end = self._span
            report(start + (end - start) * min(done / len(layers), 1.0))

        self._hooks = [layer.register_forward_hook(count) for layer in layers]
        self._hooks.append(self._model.register_forward_pre_hook(begin))

    @torch.inference_mode()
    def predict(self, images: Sequence[Image], *, process_res: int | None = None, rays: bool = False) -> Prediction:
        """Return the output of Depth-Anything-3 for `images`, without filling the sky or scaling anything."""
        x = depth_anything3_views(images, size_for(self._model, process_res, PROCESS_RES)).to(self._device, self._dtype)
        prediction: Prediction = self._model(x, rays=rays) if rays else self._model(x)
        return prediction

    def _at_two_scales(self, image: Image, size: int) -> DepthMap:
        """Return the disparity of `image` by `lite`, seen at `size` for its shape, and larger for its outlines."""
        coarse_share = 1 / (1 + FINE_SCALE**2)
        try:
            self._span = (0.0, coarse_share)
            coarse = self._plain(lite_input(image, size))[0]
            self._span = (coarse_share, 1.0)
            fine = self._plain(lite_input(image, FINE_SCALE * size))[0]
        finally:
            self._span = (0.0, 1.0)
        return merged(coarse, fine)

    @torch.inference_mode()
    def _plain(self, x: Tensor) -> NDArray[np.float32]:
        depth: NDArray[np.float32] = self._model(x.to(self._device, self._dtype)).cpu().numpy()
        return depth  # (1, h, w)


def infer_image(
    model: nn.Module,
    image: Image,
    *,
    process_res: int | None = None,
    focal_px: float | None = None,
    precision: Precision = "fp32",
) -> ImageDepth:
    """Compute the depth of an image, uint8 RGB (H, W, 3), with any network.

    `process_res` is the network's input size in pixels: the longest side for Depth-Anything-3, the shortest side for
    the others. None is 504, and 224 for `lite`, which also sees the image twice as large, for its outlines; its map
    has that size. `focal_px` is the focal length at `process_res`. With it, da3metric returns meters. Without it, and
    from the other networks of Depth-Anything-3, depth has no unit.

    Raises InputError if `image` is not such an array, TypeError for an unknown network.
    """
    return StillDepth(model, precision=precision).image(image, process_res=process_res, focal_px=focal_px)


def infer_views(
    model: nn.Module, images: Sequence[Image], *, process_res: int | None = None, precision: Precision = "fp32"
) -> ViewsDepth:
    """Compute depth and cameras of views of one scene, each uint8 RGB (H, W, 3), with da3-small, da3-base or da3-large.

    If the views differ in size, all are cropped around their center to the smallest sides.

    Raises TypeError for a network that takes one image at a time, ValueError if there are no images, InputError if one
    is not such an array.
    """
    return StillDepth(model, precision=precision).views(images, process_res=process_res)


def read(prediction: Prediction) -> ViewsDepth:
    """Convert a prediction to arrays, with the sky filled."""
    depth, sky = _array(prediction.depth), prediction.sky
    if sky is not None:
        depth = np.stack([fill_sky(*pair) for pair in zip(depth, _array(sky), strict=True)])
    return ViewsDepth(
        depth,
        DepthKind.RELATIVE_DEPTH,
        confidence=None if prediction.confidence is None else _array(prediction.confidence),
        sky=None if sky is None else _array(sky),
        intrinsics=None if prediction.intrinsics is None else _array(prediction.intrinsics).astype(np.float64),
        extrinsics=None if prediction.extrinsics is None else _array(prediction.extrinsics).astype(np.float64),
    )


def fill_sky(depth: DepthMap, sky: DepthMap) -> DepthMap:
    """Return `depth` (h, w) with the sky as far as the farthest other pixels.

    For large images upstream uses a random sample. Ours is drawn with a fixed seed, so that the same maps always give
    the same result.
    """
    is_sky = sky >= _SKY
    elsewhere = torch.from_numpy(depth[~is_sky])
    if min(is_sky.sum(), len(elsewhere)) <= _FEW:
        return depth
    if len(elsewhere) > _SAMPLE:
        drawn = torch.randint(0, len(elsewhere), (_SAMPLE,), generator=torch.Generator().manual_seed(0))
        elsewhere = elsewhere[drawn]
    return np.where(is_sky, elsewhere.quantile(_FARTHEST).numpy(), depth)


def _array(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = np.ascontiguousarray(values.cpu().numpy(), np.float32)
    return array


def _first(arrays: NDArray[Any] | None) -> NDArray[Any] | None:
    return None if arrays is None else arrays[0]


def _pinhole(focal_px: float, rows: int, columns: int) -> Intrinsics:
    return np.array([[focal_px, 0, columns / 2], [0, focal_px, rows / 2], [0, 0, 1]], np.float64)
