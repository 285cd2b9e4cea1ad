"""The pass that draws a mesh of several views."""

import moderngl
import numpy as np

from engine.geometry.mesh import ColoredMesh
from engine.render.gpu.shaders import Program
from engine.render.view_inputs import View, matrix_uniform

_VERTEX = np.dtype([("place", "f4", 3), ("color", "u1", 4)])


class FusedMeshPass:
    """Draws a colored mesh into the framebuffer in use, and uploads it once."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program: Program | None = None  # most runs never draw one
        self._buffers: tuple[moderngl.Buffer, ...] = ()
        self._array: moderngl.VertexArray | None = None
        self._mesh: ColoredMesh | None = None

    def draw(self, mesh: ColoredMesh, view: View, units: float) -> None:
        """Draw `mesh` as `view` sees it, over what is there. units: world units per unit of the mesh."""
        self._program = self._program or Program(self._ctx, "mesh.vert", "mesh.frag")
        if mesh is not self._mesh:
            self._upload(mesh, self._program)
        if self._array is None:
            return
        _forget_depth(self._ctx.fbo)
        self._program.set(view=matrix_uniform(view.view), projection=matrix_uniform(view.front_projection), units=units)
        self._ctx.enable_only(moderngl.DEPTH_TEST)
        self._array.render(moderngl.TRIANGLES)

    def release(self) -> None:
        self._release_mesh()
        if self._program is not None:
            self._program.release()

    def _upload(self, mesh: ColoredMesh, program: Program) -> None:
        self._release_mesh()
        self._mesh = mesh
        if not len(mesh.triangles):
            return
        vertices = np.zeros(len(mesh.points), _VERTEX)
        vertices["place"], vertices["color"][:, :3] = mesh.points, mesh.colors
        corners, indices = self._ctx.buffer(vertices), self._ctx.buffer(mesh.triangles)
        self._buffers = (corners, indices)
        content = [(corners, "3f 3f1 1x1", "in_place", "in_color")]
        self._array = self._ctx.vertex_array(program.gl, content, index_buffer=indices)

    def _release_mesh(self) -> None:
        if self._array is not None:
            self._array.release()
        for buffer in self._buffers:
            buffer.release()
        self._array, self._buffers = None, ()


def _forget_depth(framebuffer: moderngl.Framebuffer) -> None:
    """Draw over everything that was drawn into `framebuffer`."""
    framebuffer.color_mask = (False,) * 4
    framebuffer.use()
    framebuffer.clear()
    framebuffer.color_mask = (True,) * 4
    framebuffer.use()
