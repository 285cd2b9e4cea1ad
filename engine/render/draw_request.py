"""What is to be drawn, and from where it is seen."""

from dataclasses import dataclass

from engine.frames import DepthFrame
from engine.geometry.mesh import Fused
from engine.navigation.camera import Camera
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Comparison:
    """A second scene, drawn over the right part of the picture."""

    frame: DepthFrame
    camera: Camera
    split: float
    """Where its part begins: 0 at the left border of the picture that an eye sees, 1 at the right one."""
    settings: Settings | None = None
    """How it is drawn; None for as the first one."""


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One picture: the scene and the camera. Equal requests give equal pictures under the same settings."""

    frame: DepthFrame | None
    """None draws the background alone."""
    camera: Camera
    points: Fused | None = None
    """A point cloud or a mesh to draw in place of the frame's surface, in the unit and from the camera of the frame."""
    comparison: Comparison | None = None
    rise: float = 1.0
    """How much of the relief to show: 0 of a flat picture, and less than 1 while a new scene rises from it."""
    covered: float = 0.0
    """How much of the left of each view is covered by panels, as a share of its width: the picture makes room."""
    spacing: float = 1.0
    """Times as many pixels between vertices as the settings ask for: a larger picture needs no finer mesh."""
