"""The renderer: draws a depth frame as a camera sees it into its own framebuffer."""

from dataclasses import replace

import moderngl
import numpy as np
from numpy.typing import NDArray
from pyglm import glm

from engine.frames import DeepImage, DepthFrame, Image
from engine.geometry.mesh import Fused
from engine.geometry.point_cloud import Points
from engine.geometry.world import units_of, world_map, world_units
from engine.navigation.camera import Camera, beside, picture_share, projection_matrix, zoomed
from engine.render.compose.compositor import Compositor
from engine.render.compose.layout import LEAST, Layout, Viewport, arrange
from engine.render.draw.fused import FusedPass
from engine.render.draw.layer import Draw
from engine.render.draw.order import drawn_layers
from engine.render.gpu.multisample import Multisample
from engine.render.gpu.readback import read_deep, read_depth, read_rgb, read_values
from engine.render.gpu.target import ColorType, Target
from engine.render.passes import Passes
from engine.render.prepare.lighting import lamp_under
from engine.render.prepare.preparation import Preparation
from engine.render.stereo import eyes_for, sees_source
from engine.render.view_inputs import Scene, View, rgb
from engine.settings import DisplaySettings, SceneSettings, Settings


class Renderer:
    """Owns every GPU object of the scene. GL thread only.

    A picture takes three steps: prepare the depth frame, once per frame; draw its layers for each view; compose the
    views and panes.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], *, color: ColorType = "f1") -> None:
        """`size`: width and height of the picture in pixels. `color`: "nu2" for films of more than 8 bits."""
        self._ctx, self._color = ctx, color
        self._passes = Passes(ctx)
        self._preparation = Preparation(ctx, self._passes)
        self._compositor = Compositor(ctx, color)
        self._target = Target(ctx, size, components=4, dtype=color, has_depth=True)
        self._seen: dict[Viewport, tuple[View, Target]] = {}
        """The view of each viewport of the last picture, and the target with its depth buffer."""
        self._unstretched: Target | None = None
        """A picture that was drawn smaller and not stretched to full size yet."""
        self.upload_s = 0.0
        """How long it took to bring the last frame to the GPU; 0 if it was there."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return self._target.size

    @property
    def target(self) -> Target:
        """The target with the picture, to draw over it."""
        if self._unstretched is not None:
            self._compositor.stretch(self._unstretched, self._target)
            self._unstretched = None
        return self._target

    @property
    def framebuffer(self) -> moderngl.Framebuffer:
        """The picture in full size, to read it."""
        return self.target.picture

    @property
    def drawn(self) -> moderngl.Framebuffer:
        """The picture in the size it was drawn in, to show it: stretched only once, into the window."""
        return (self._unstretched or self._target).picture

    def resize(self, size: tuple[int, int]) -> None:
        """Make the picture `size` pixels. A size of zero, as of a minimized window, is ignored."""
        if min(size) > 0:
            self._target.resize(size)

    def draw(
        self,
        frame: DepthFrame | None,
        camera: Camera,
        settings: Settings,
        points: Fused | None = None,
        scale: float = 1.0,
        antialias: bool = False,
        covered: float = 0.0,
    ) -> None:
        """Draw `frame` as `camera` sees it, or only the background color if there is no frame yet.

        points: a point cloud or a mesh to draw instead of the surface, in the unit and from the camera of `frame`.
        scale: draw the scene at this share of the picture's width and height, and stretch it.
        antialias: smooth the outlines of meshes, which takes a software renderer two to three times as long.
        covered: how much of the left of each view is to be left to panels, as a share of its width.
        Raises ShaderError if a shader does not compile.
        """
        self._seen = {}
        self._unstretched = None
        if frame is None:
            self._clear(self._target.framebuffer, settings)
            return
        layout = arrange(self.size, settings, covered)
        scene = self._preparation.scene(frame, settings, layout.widest_px(scale))
        self.upload_s = self._preparation.textures.upload_s
        everything = Viewport((0, 0, *self.size), self.size)
        is_alone = layout == Layout((everything,))
        is_whole = scale == 1 and is_alone
        for viewport in layout.viewports:
            target = self._target if is_whole else self._compositor.target(viewport, scale)
            view = self._view(frame, camera, viewport, target.size, settings)
            if covered and settings.display.panes == "scene" and settings.stereo.stereo != "quilt":
                share = picture_share(frame.intrinsics, frame.depth.shape[::-1], viewport.shape)
                least = LEAST if settings.stereo.stereo == "off" else 1.0  # the parallax depends on the size
                view = replace(view, projection=beside(view.projection, share, covered, least))
            self._seen[viewport] = (view, target)
            if points is None and sees_source(viewport.eye, viewport.shape, frame, camera, settings):
                self._clear(target.framebuffer, settings)
                self._compositor.draw_source(target, self._preparation.textures)
                continue
            multisample = self._passes[Multisample] if antialias and has_outlines(points, settings.display) else None
            self._clear(
                multisample.framebuffer(target.size, self._color) if multisample else target.framebuffer, settings
            )
            if not isinstance(points, Points):
                self._draw_scene(scene, view, settings)
            if points is not None:
                self._passes[FusedPass].draw(points, view, units_of(frame, settings.scene) or 1.0, settings.display)
            if multisample is not None:
                multisample.resolve(target)
        if is_alone and not is_whole:
            self._unstretched = self._compositor.target(everything, scale)
        elif not is_alone:
            if layout.viewports != (everything,):
                self._clear(self._target.framebuffer, settings)
            self._compositor.draw_panes(self._target, layout, self._preparation.textures, scene.world, settings.display)
            self._compositor.draw_viewports(self._target, layout, scale)

    def remember(self, frame: DepthFrame, settings: Settings) -> None:
        """Prepare `frame` without drawing it: where later frames of its shot have holes, they show what it shows."""
        self._preparation.scene(frame, settings, 0)

    def draws(self, frame: DepthFrame, settings: Settings) -> list[Draw]:
        """Return the draw calls of `frame`, to draw it elsewhere. The textures are valid until the next frame."""
        scene = self._preparation.scene(frame, settings, frame.frame.image.shape[1])
        return [
            draw
            for layer in drawn_layers(scene, settings.display)
            for draw in self._passes[layer].draws(scene, settings.display)
            if draw.elements.count
        ]

    def read(self) -> Image:
        """Return the last picture, (H, W, 3)."""
        return read_rgb(self.framebuffer)

    def read_deep(self) -> DeepImage:
        """Return the last picture in 16 bits, (H, W, 3), of a renderer whose colors have that many."""
        return read_deep(self.framebuffer)

    def grid_depth(self, frame: DepthFrame, settings: Settings) -> NDArray[np.float32]:
        """Return the depths of the grid's vertices as drawn, (rows, columns), in the unit of the map; without those
        that fill gaps.

        `engine.geometry.world.is_measured` tells which ones a pass has removed.
        """
        # leaves the clean plate alone
        in_front = settings.replace(hole_memory_s=0.0, hole_fill=0.0, border_fill=0.0, fill_gaps=False)
        return read_values(self._ctx, self._preparation.scene(frame, in_front, 0).depth)

    def release(self) -> None:
        self._target.release()
        self._compositor.release()
        self._passes.release()
        self._preparation.release()

    def projection(self, frame: DepthFrame, settings: SceneSettings, shape: tuple[int, int] | None = None) -> glm.mat4:
        """Return the projection that just fits all of `frame` into the picture, or into a view of `shape` pixels."""
        height, width = frame.depth.shape
        units = world_units(frame, settings)
        return projection_matrix(frame.intrinsics, (width, height), shape or self.size, units)

    def pick(self, u: float, v: float) -> tuple[float, float, float] | None:
        """Return the surface point drawn at (u, v), shares of the picture from its top left corner; None outside it."""
        found = self._hit(u, v)
        if found is None:
            return None
        view, drawn, across, up = found
        column, row = int(across * drawn.size[0]), int(up * drawn.size[1])
        depth = read_depth(drawn.framebuffer, column, row)
        if depth >= 1:
            return None
        point = view.point((column + 0.5) / drawn.size[0], (row + 0.5) / drawn.size[1], depth)
        return point.x, point.y, point.z

    def points_in_view(self, share: float, count: int = 5) -> list[tuple[float, float, float] | None]:
        """Return the surface points at count x count places of the first view; None where nothing is drawn.

        share: how much of the view they are spread over; the smaller it is, the closer they are to where the camera
        looks.
        """
        seen = next(iter(self._seen.items()), None)
        if seen is None:
            return []
        (x, y, width, height), projection = seen[0].area, seen[1][0].projection
        steps = [(i + 0.5) / count - 0.5 for i in range(count)]
        right, up = (0.5 - (1 - share) * projection[2][axis] / 2 for axis in (0, 1))
        across = [(x + (right + share * step) * width) / self.size[0] for step in steps]
        down = [1 - (y + (up + share * step) * height) / self.size[1] for step in steps]
        return [self.pick(u, v) for v in down for u in across]

    def direction(self, u: float, v: float) -> tuple[float, float]:
        """Return how far right and up of where the camera looks (u, v) is, as in `pick`, at a distance of one.

        0, 0 outside the scene.
        """
        found = self._hit(u, v)
        if found is None:
            return 0.0, 0.0
        view, _, *place = found
        projection = view.projection
        right, up = ((2 * share - 1 + projection[2][axis]) / projection[axis][axis] for axis, share in enumerate(place))
        return right, up

    def lamp_under(self, u: float, v: float) -> tuple[float, float] | None:
        """Return `lamp_x` and `lamp_y` of a lamp seen at (u, v), as in `pick`; None outside the scene."""
        found = self._hit(u, v)
        if found is None or self._preparation.last is None:
            return None
        view, _, across, up = found
        frame, settings, _ = self._preparation.last
        near, far = view.point(across, up, 0.0), view.point(across, up, 0.4995)
        return lamp_under(near, far, frame, world_map(frame, settings.scene), settings.light)

    def _hit(self, u: float, v: float) -> tuple[View, Target, float, float] | None:
        """Return the view drawn at (u, v), its target, and the position there as shares from the lower left corner."""
        for viewport, (view, drawn) in self._seen.items():
            x, y, width, height = viewport.area
            across, up = (u * self.size[0] - x) / width, ((1 - v) * self.size[1] - y) / height
            if 0 <= across < 1 and 0 <= up < 1:
                return view, drawn, across, up
        return None

    def project(self, point: tuple[float, float, float]) -> tuple[tuple[float, float] | None, ...]:
        """Project a world point to shares of the picture from its top left corner, for each viewport.

        None for a viewport whose eye has the point behind it.
        """
        found: list[tuple[float, float] | None] = []
        for viewport, (view, _) in self._seen.items():
            x, y, width, height = viewport.area
            clip = glm.vec4(view.projection * view.view * glm.vec4(*point, 1))
            if clip.w > 1e-6:
                across, up = (1 + clip.x / clip.w) / 2, (1 + clip.y / clip.w) / 2
                found.append(((x + across * width) / self.size[0], 1 - (y + up * height) / self.size[1]))
            else:
                found.append(None)
        return tuple(found)

    def units_per_px(self) -> tuple[float, float]:
        """Return the width and height of a pixel of the picture in world units, at a distance of one.

        Both are 0 if no scene is drawn. In stereo they are the same for both eyes.
        """
        seen = next(iter(self._seen.items()), None)
        if seen is None:
            return 0.0, 0.0
        (_, _, width, height), view = seen[0].area, seen[1][0]
        return 2 / (view.projection[0][0] * width), 2 / (view.projection[1][1] * height)

    def _view(
        self, frame: DepthFrame, camera: Camera, viewport: Viewport, size: tuple[int, int], settings: Settings
    ) -> View:
        projection = zoomed(self.projection(frame, settings.scene, viewport.shape), camera.zoom)
        if settings.stereo.stereo != "off":
            eyes = eyes_for(frame, camera, projection, settings)
            return View(*eyes.view(camera, projection, viewport.eye), size, viewport.shape)
        return View(camera.view_matrix(), projection, size, viewport.shape)

    def _draw_scene(self, scene: Scene, view: View, settings: Settings) -> None:
        for layer in drawn_layers(scene, settings.display):
            self._passes[layer].draw(scene, view, settings.display)

    def _clear(self, framebuffer: moderngl.Framebuffer, settings: Settings) -> None:
        """Draw into `framebuffer` from now on."""
        framebuffer.use()
        framebuffer.clear(*rgb(settings.display.background))


def has_outlines(points: Fused | None, settings: DisplaySettings) -> bool:
    """Return whether antialiasing changes a picture. Discs are round by leaving out pixels."""
    return (
        not isinstance(points, Points) and settings.display_mode != "pointcloud" and settings.panes != "picture+depth"
    )
