"""The program's own drawing of a pair's right picture, from the left one."""

from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import Any

import cv2
import numpy as np
from pyglm import glm

from engine.errors import CalibrationError
from engine.frames import Calibration, DepthFrame, DepthKind, Frame, Image, scale_intrinsics
from engine.geometry.calibration import fit_calibration
from engine.gl.context import headless_context
from engine.navigation.camera import Camera, projection_matrix
from engine.render.compose.layout import Viewport
from engine.render.renderer import Renderer
from engine.render.view_inputs import View
from engine.settings import Settings
from engine.sources.image import shrink
from engine.sources.sizes import with_proxy
from tests.bench.second_view.pairs import BASELINE, Pair

LITE_PX = 252
"""Short side of the input of `lite`."""

_numbers = count()


class SecondView(Renderer):
    """The renderer with a camera of a pair instead of one that orbits."""

    camera_given: tuple[glm.mat4, glm.mat4] | None = None
    """World to eye and eye to clip space; None: the camera that is passed to `draw`."""

    def _view(
        self, frame: DepthFrame, camera: Camera, viewport: Viewport, size: tuple[int, int], settings: Settings
    ) -> View:
        if self.camera_given is None:
            return super()._view(frame, camera, viewport, size, settings)
        return View(*self.camera_given, size, viewport.shape)


@lru_cache(maxsize=1)
def _renderer() -> SecondView:
    return SecondView(headless_context(), (1, 1))


def right_view(pair: Pair, *, depth: str = "true", max_res: int = 0, antialias: bool = False, **changes: Any) -> Image:
    """Draw what the right camera of `pair` sees.

    depth: "true", "measured" (with gaps) or "lite". max_res: as of the settings. antialias: as of
    `Renderer.draw`. changes: settings other than the
    default ones.
    """
    image = shrink(pair.left, max_res) if max_res else pair.left
    camera = scale_intrinsics(pair.camera, image.shape[1] / pair.left.shape[1], image.shape[0] / pair.left.shape[0])
    known = pair.measured_depth if depth == "measured" else pair.depth
    frame = _metric(image, known, camera)
    if max_res == 0:
        frame = replace(frame, frame=with_proxy(frame.frame))
    if depth == "lite":
        frame = _by_lite(replace(frame, depth=pair.measured_depth))
    height, width = pair.right.shape[:2]
    renderer = _renderer()
    renderer.resize((width, height))
    to_eye = glm.translate(glm.vec3(-BASELINE, 0, 0))
    renderer.camera_given = (to_eye, projection_matrix(pair.right_camera, (width, height), (width, height)))
    renderer.draw(frame, Camera.home(2), Settings().replace(**changes), antialias=antialias)
    return renderer.read()


def from_home(picture: Image, depth: np.ndarray, **changes: Any) -> Image:
    """Draw `picture` from where it was taken: it should come out unchanged. `depth` is in meters, 0 where unknown."""
    renderer = _renderer()
    renderer.resize((picture.shape[1], picture.shape[0]))
    renderer.camera_given = None
    renderer.draw(_metric(picture, depth.astype(np.float32)), Camera.home(2), Settings().replace(**changes))
    return renderer.read()


def _metric(image: Image, depth: np.ndarray, camera: np.ndarray | None = None) -> DepthFrame:
    frame = Frame(image, source_id=f"second view {next(_numbers)}", intrinsics=camera)  # no two share what was seen
    return DepthFrame(frame, depth, DepthKind.METRIC)


def _by_lite(measured: DepthFrame) -> DepthFrame:
    """Return the frame with the depth of `lite`, its scale and shift fitted to what was measured."""
    live = DepthFrame(measured.frame, _lite().infer(measured.frame.geometry_image), DepthKind.DISPARITY, model="lite")
    try:
        fitted = fit_calibration(live, measured)
    except CalibrationError:  # near and far disagree: least squares, whatever they give
        fitted = _least_squares(live.depth, measured.depth)
    return replace(live, calibration=fitted)


def _least_squares(disparity: np.ndarray, depth: np.ndarray) -> Calibration:
    known = depth > 0
    x = cv2.resize(disparity, depth.shape[::-1], interpolation=cv2.INTER_LINEAR)[known]
    gain, bias = np.polyfit(x, 1 / depth[known], 1)
    if gain <= 0:
        gain, bias = 1e-6, np.median(1 / depth[known])
    return Calibration(float(gain), float(bias), 2 * float(np.percentile(depth[known], 98)), DepthKind.METRIC, 0.0)


@lru_cache(maxsize=1)
def _lite():
    from engine.depth.lite_depth import LiteDepth
    from engine.models import load

    return LiteDepth(load("lite"), input_size=LITE_PX, precision="fp32", backend="torch")
