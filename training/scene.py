"""What a place hands to the renderer: triangles, light, air and the cameras that look at them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.skies import Panorama
from training.soup import Soup


@dataclass(frozen=True)
class View:
    """A pinhole camera: position and target (3,), horizontal field of view in degrees, roll in radians."""

    eye: NDArray[np.float64]
    target: NDArray[np.float64]
    fov: float
    roll: float = 0.0


@dataclass
class Light:
    """Linear colours (3,). `sun` points to the one light that throws shadows; `lamps` are points."""

    above: NDArray[np.float64]
    below: NDArray[np.float64]
    sun: NDArray[np.float64]
    sun_colour: NDArray[np.float64]
    lamps: NDArray[np.float64]
    lamp_colours: NDArray[np.float64]
    gloss: float = 0.0


@dataclass
class Scene:
    """One place. `soup` has shape (N, 13); `extent` is its size in metres, for light and shadow."""

    kind: str
    soup: Soup
    views: list[View]
    light: Light
    extent: float
    sky: Panorama | None = None
    """None: nothing is seen behind the triangles (indoors)."""
    sky_turn: float = 0.0
    fog: float = 0.0
    """Share of light lost per metre."""
    mirror: float = 0.0
    """How much the ground at y = 0 reflects, 0 … 1: wet streets, polished floors."""
    ripple: float = 0.0
    """How far the reflection wavers, as a share of the picture."""
    movers: list[tuple[slice, NDArray[np.float64]]] = field(default_factory=list)
    """Rows of the soup that move, and by how much (3,) from the first view of a clip to its last."""


class Parts:
    """Collects soups; what may move in a clip is remembered by its rows."""

    def __init__(self) -> None:
        self._soups: list[Soup] = []
        self._rows = 0
        self.movers: list[tuple[slice, NDArray[np.float64]]] = []

    def add(self, rows: Soup, way: NDArray[np.float64] | None = None) -> None:
        """Append rows (N, 13); `way` (3,) is how far they move during a clip."""
        if way is not None:
            self.movers.append((slice(self._rows, self._rows + len(rows)), way))
        self._soups.append(rows)
        self._rows += len(rows)

    def soup(self) -> Soup:
        return np.concatenate(self._soups).astype(np.float32)
