"""What the export of a capture needs: its mesh as drawn."""

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
"""Limit for a mesh with one vertex per pixel. Larger pictures get one vertex per two pixels, and so on."""


def subject_of(renderer: Renderer, capture: Capture, settings: Settings) -> "Callable[[], Subject]":
    """Read the depths of `capture` from the GPU. Return a function for any thread that builds its mesh."""
    depth = renderer.grid_depth(capture.frame, settings)

    def build() -> "Subject":
        from engine.export.formats import Subject

        return Subject(capture, surface_of(capture.frame, depth, settings), settings)

    return build


def as_fine_as_its_picture(capture: Capture, settings: Settings) -> Settings:
    """Return `settings` with one vertex per pixel of the captured geometry, within MOST_VERTICES."""
    width, height = capture.frame.frame.geometry_px
    return settings.replace(subsample=nearest("subsample", ceil(sqrt(width * height / MOST_VERTICES))))
