"""What is written of a capture: its mesh, as it is drawn."""

from collections.abc import Callable
from math import ceil, sqrt
from typing import TYPE_CHECKING

from engine.frames import Capture
from engine.geometry.mesh import surface_of
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.fields import nearest

if TYPE_CHECKING:
    from engine.export.formats import Subject

MOST_VERTICES = 600_000
"""Of a mesh that is as fine as the picture; larger pictures get one vertex for every second pixel, and so on."""


def subject_of(renderer: Renderer, capture: Capture, settings: Settings) -> "Callable[[], Subject]":
    """What is to be written of `capture`: its depths are read from the GPU now, the mesh is built when it is called."""
    depth = renderer.grid_depth(capture.frame, settings)

    def build() -> "Subject":
        from engine.export.formats import Subject

        return Subject(capture, surface_of(capture.frame, depth, settings), settings)

    return build


def as_fine_as_its_picture(capture: Capture, settings: Settings) -> Settings:
    """`settings` with one vertex for each pixel of the captured picture, or as many as are sensible."""
    height, width = capture.frame.frame.image.shape[:2]
    return settings.replace(subsample=nearest("subsample", ceil(sqrt(width * height / MOST_VERTICES))))
