"""An image and its depth as a 3D scene that is drawn into memory, for programs."""

import os
from dataclasses import replace
from itertools import count
from math import radians
from pathlib import Path
from threading import local
from typing import Any

from numpy.typing import NDArray

from engine.errors import InputError
from engine.frames import Capture, DepthFrame, DepthKind, Frame, Image, Intrinsics
from engine.geometry.world import pivot_distance
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.pipeline.subject import as_fine_as_its_picture, subject_of
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.crop import cropped_like
from engine.sources.image import as_image

_numbers = count()  # no two scenes may look like frames of one stream, whose holes are filled from each other
_of_this_thread = local()


class Scene:
    """An image with its depth. No window and no display are needed, and any thread may draw."""

    def __init__(
        self,
        image: "str | os.PathLike[str] | Image",
        depth: DepthFrame | NDArray[Any],
        *,
        kind: DepthKind | str | None = None,
        intrinsics: Intrinsics | None = None,
        **settings: Any,
    ) -> None:
        """`image` is a path, or uint8 RGB (H, W, 3). `depth` is what `da3d.depth` returns, or an array (h, w) of any
        size: then `kind` says which way it runs ("disparity", "metric" or "relative"), and `intrinsics` (3, 3), in
        pixels of the array, which camera took the image. Any setting of the viewer goes by its name: `depth_scale=0.8`.

        Raises InputError for what does not fit together, SourceError for a path that cannot be read, SettingsError.
        """
        frame = Frame(as_image(image), source_id=f"scene {next(_numbers)}")
        if isinstance(depth, DepthFrame):
            frame = cropped_like(frame, depth.frame)
            # constructed again, which refuses a depth map of another image
            fits = DepthFrame(frame, depth.depth, depth.kind, depth.intrinsics)
            self.frame = replace(fits, range=depth.range, camera=depth.camera, model=depth.model)
        elif kind is None:
            raise InputError('an array of depth needs a kind: "disparity" (near is large), "metric" or "relative"')
        elif intrinsics is None:
            self.frame = DepthFrame(frame, depth, _kind(kind))
        else:
            self.frame = DepthFrame(frame, depth, _kind(kind), intrinsics)
        self.settings = Settings().replace(**settings)
        """What the scene is drawn and exported with."""

    def render(
        self, size: tuple[int, int] = (960, 640), yaw: float = 0.0, pitch: float = 0.0, distance: float | None = None
    ) -> Image:
        """Draw the scene with `size` (width, height) pixels; return uint8 RGB (height, width, 3).

        `yaw` and `pitch` are degrees around the middle of the scene: to the right of where the image was taken from,
        and above it. `distance` from that middle is in units of the world; None: as far as the camera was.

        Raises InputError for a size without pixels, EngineError if the machine has no OpenGL 3.3.
        """
        if len(size) != 2 or min(size) < 1:
            raise InputError(f"a size is (width, height) in pixels, at least (1, 1); this is {size}")
        camera = Camera.home(pivot_distance(self.frame, self.settings.scene)).orbited(radians(yaw), radians(pitch))
        if distance is not None:
            camera = replace(camera, distance=distance)
        with _Drawing() as renderer:
            renderer.resize((int(size[0]), int(size[1])))
            renderer.draw(self.frame, camera, self.settings, antialias=True)
            return renderer.read()

    def export(self, path: "str | os.PathLike[str]") -> Path:
        """Write the scene to `path`, in the format of its suffix, and return the path.

        .glb, .ply and .obj (a folder of that name) are the mesh, as fine as the image; -points.ply its points; .exr,
        .npz and .png (16 bits) the depth map. Raises InputError for another suffix, OutputError if it cannot be
        written.
        """
        from engine.export.formats import format_of, write_to

        target, capture = Path(path).expanduser(), Capture(self.frame)
        form = format_of(target)
        with _Drawing() as renderer:
            subject = subject_of(renderer, capture, as_fine_as_its_picture(capture, self.settings))
        write_to(target, form, subject())
        return target


class _Drawing:
    """The renderer of the thread, with its context current for the while."""

    def __enter__(self) -> Renderer:
        if not hasattr(_of_this_thread, "renderer"):
            _of_this_thread.context = headless_context()
            with _of_this_thread.context:
                _of_this_thread.renderer = Renderer(_of_this_thread.context, (1, 1))
        _of_this_thread.context.__enter__()
        renderer: Renderer = _of_this_thread.renderer
        return renderer

    def __exit__(self, *error: object) -> None:
        _of_this_thread.context.__exit__(*error)


def _kind(kind: DepthKind | str) -> DepthKind:
    try:
        return DepthKind(kind)
    except ValueError as error:
        known = ", ".join(each.value for each in DepthKind)
        raise InputError(f"there is no kind of depth {kind!r}; known: {known}") from error
