"""What a place hands to the renderer: triangles, light, air and the cameras that look at them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.skies import Panorama
from training.soup import Soup

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class View:
    """A pinhole camera: position and target (3,), horizontal field of view in degrees, roll in radians."""

    eye: Array
    target: Array
    fov: float
    roll: float = 0.0


@dataclass(frozen=True)
class Slide:
    """A texture that is thrown onto everything from a `view`, `repeats` times across its field of view.

    `strength` 0 … 1. As a shadow its dark half takes light away; else it colors what it falls on.
    """

    view: View
    layer: int
    repeats: float
    strength: float
    is_shadow: bool


@dataclass
class Light:
    """Linear colors (3,). `sun` points to the one light that throws shadows; `lamps` are points."""

    above: Array
    below: Array
    sun: Array
    sun_color: Array
    lamps: Array
    lamp_colors: Array
    gloss: float = 0.0


@dataclass
class Scene:
    """One place. `soup` has shape (N, 13); `extent` is its size in meters, for light and shadow."""

    kind: str
    soup: Soup
    views: list[View]
    light: Light
    extent: float
    sky: Panorama | None = None
    """None: nothing is seen behind the triangles (indoors)."""
    sky_turn: float = 0.0
    fog: float = 0.0
    """Share of light lost per meter."""
    mirror: float = 0.0
    """How much the ground at y = 0 reflects, 0 … 1: wet streets, polished floors."""
    ripple: float = 0.0
    """How far the reflection wavers, as a share of the picture."""
    slide: Slide | None = None
    movers: list[tuple[slice, Array]] = field(default_factory=list)
    """Rows of the soup that move, and by how much (3,) from the first view of a clip to its last."""
    subject: slice | None = None
    """Rows of whom or what the picture is of."""


class Parts:
    """Collects soups; what may move in a clip, and what the picture is of, are remembered by their rows."""

    def __init__(self) -> None:
        self._soups: list[Soup] = []
        self._rows = 0
        self.movers: list[tuple[slice, Array]] = []
        self.subject: slice | None = None

    def add(self, rows: Soup, way: Array | None = None, *, is_subject: bool = False) -> None:
        """Append rows (N, 13); `way` (3,) is how far they move during a clip, the subject is what the picture is of."""
        place = slice(self._rows, self._rows + len(rows))
        if way is not None:
            self.movers.append((place, way))
        if is_subject:
            self.subject = place
        self._soups.append(rows)
        self._rows += len(rows)

    def soup(self) -> Soup:
        return np.concatenate(self._soups).astype(np.float32)
