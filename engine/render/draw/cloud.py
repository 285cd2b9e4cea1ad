"""The pass that draws a point cloud."""

import moderngl
import numpy as np

from engine.geometry.point_cloud import Points
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import View, matrix_uniform

_OVERLAP = 2.2  # discs on a square grid need 1.42 times its spacing to leave no gap; clouds are less regular
_FULL_SUBSAMPLE = 2  # the default
_VERTEX = np.dtype([("place", "f4", 3), ("normal", "f4", 3), ("color", "u1", 4), ("size", "f4")])


class CloudPass:
    """Draws a point cloud into the framebuffer in use, and uploads it once."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program: Program | None = None  # most runs never draw a cloud
        self._buffer: moderngl.Buffer | None = None
        self._array: moderngl.VertexArray | None = None
        self._points: Points | None = None
        self._spacing = 0.0

    def draw(self, points: Points, view: View, units: float, subsample: int) -> None:
        """Draw `points` as `view` sees them.

        units: world units per unit of the points. subsample: from 4 on, draw fewer and larger points.
        """
        self._program = self._program or Program(self._ctx, "cloud.vert", "cloud.frag")
        if points is not self._points:
            self._upload(points, self._program)
        if self._array is None:
            return
        fitting = (pair for pair in points.coarser if subsample >= pair[0] * _FULL_SUBSAMPLE)
        step, count = next(fitting, (1, len(points)))
        self._program.set(
            view=matrix_uniform(view.view),
            projection=matrix_uniform(view.front_projection),
            view_size=view.size,
            units=units,
            spacing=self._spacing * step,
            overlap=_OVERLAP,
        )
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.PROGRAM_POINT_SIZE)
        self._array.render(moderngl.POINTS, vertices=count)

    def release(self) -> None:
        self._release_points()
        if self._program is not None:
            self._program.release()

    def _upload(self, points: Points, program: Program) -> None:
        self._release_points()
        self._points = points
        if not len(points.places):
            return
        self._spacing = float(points.sizes.min())
        vertices = np.zeros(len(points), _VERTEX)
        vertices["place"], vertices["normal"], vertices["size"] = points.places, points.normals, points.sizes
        vertices["color"][:, :3] = points.colors
        self._buffer = self._ctx.buffer(vertices)
        names = ("in_place", "in_normal", "in_color", "in_size")
        self._array = self._ctx.vertex_array(program.gl, [(self._buffer, "3f 3f 3f1 1x1 1f", *names)])

    def _release_points(self) -> None:
        if self._array is not None and self._buffer is not None:
            self._array.release()
            self._buffer.release()
        self._array = self._buffer = None
