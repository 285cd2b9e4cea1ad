"""The built-in scene, at 30 frames a second, with its exact depth."""

from dataclasses import replace

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthKind, Frame
from engine.sources.base import Source, fit_px
from engine.sources.sizes import GEOMETRY_RES

FPS = 30
WIDTH_PX, HEIGHT_PX = 1920, 1080
"""The largest size of the frames, which also sets their aspect ratio."""


class DemoSource(Source):
    """Frames of `scene.render` from the scene's own camera; metric depth unless `with_depth` is false."""

    source_id = "demo"
    auto_res = GEOMETRY_RES  # each ray takes its time

    def __init__(self, with_depth: bool = True) -> None:
        self._with_depth = with_depth
        self._index = 0
        self._camera: SceneCamera | None = None

    def read(self, max_res: int) -> Frame:
        size = fit_px(WIDTH_PX, HEIGHT_PX, max_res)
        if self._camera is None or (self._camera.width_px, self._camera.height_px) != size:
            self._camera = SceneCamera.at(*size)
        time_s = self._index / FPS
        image, depth = render(self._camera, time_s)
        frame = Frame(image, self._index, time_s, self.source_id, intrinsics=self._camera.intrinsics)
        if self._with_depth:
            frame = replace(frame, depth=depth, kind=DepthKind.METRIC)
        self._index += 1
        return frame
