"""What is where in the picture: panes beside each other, a picture for each eye."""

from dataclasses import dataclass
from typing import Literal

from engine.settings import Settings

Size = tuple[int, int]
"""Width and height in pixels."""
Area = tuple[int, int, int, int]
"""Left, bottom, width and height in pixels; y runs up, as in GL."""

_WIDE = 2.5
"""From this proportion on, three panes stand in a row; else the flat ones stand over each other."""


@dataclass(frozen=True, slots=True)
class Look:
    """The scene as one eye sees it."""

    area: Area
    shape: Size
    """What the view is made to fit; other than the area's where the picture is squeezed."""
    eye: Literal["both", "left", "right"] = "both"

    def size(self, scale: float) -> Size:
        """How large it is drawn: `scale` times as large as it is shown."""
        return max(round(self.area[2] * scale), 1), max(round(self.area[3] * scale), 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is in the picture."""

    looks: tuple[Look, ...]
    picture: Area | None = None
    """Where the flat picture is, if it is shown."""
    depth: Area | None = None

    @property
    def is_overlaid(self) -> bool:
        """Whether both eyes share one place."""
        return len(self.looks) == 2 and self.looks[0].area == self.looks[1].area


def arrange(size: Size, settings: Settings) -> Layout:
    """Where things are in a picture of `size`."""
    everything = (0, 0, *size)
    match settings.display.panes:
        case "picture+depth":
            left, right = _columns(everything, 2)
            return Layout((), left, right)
        case "picture+depth+scene" if size[0] >= _WIDE * size[1]:
            left, middle, right = _columns(everything, 3)
            return Layout(_looks(right, settings), left, middle)
        case "picture+depth+scene":
            beside, _, _ = _columns(everything, 3)
            below, above = _rows(beside)
            scene = (beside[2], 0, size[0] - beside[2], size[1])
            return Layout(_looks(scene, settings), above, below)
    return Layout(_looks(everything, settings))


def fitted(area: Area, shape: Size) -> Area:
    """The largest part of `area` with the proportions of `shape`, in its middle."""
    x, y, width, height = area
    scale = min(width / shape[0], height / shape[1])
    inner = max(round(shape[0] * scale), 1), max(round(shape[1] * scale), 1)
    return x + (width - inner[0]) // 2, y + (height - inner[1]) // 2, *inner


def _looks(area: Area, settings: Settings) -> tuple[Look, ...]:
    kind = settings.stereo.stereo
    if kind == "off":
        return (Look(area, area[2:]),)
    if kind == "anaglyph":
        left = right = area
    elif kind in ("side-by-side", "half-side-by-side"):
        left, right = _columns(area, 2)
    else:
        right, left = _rows(area)
    is_squeezed = kind in ("anaglyph", "half-side-by-side", "half-top-bottom")
    shape = area[2:] if is_squeezed else left[2:]
    return Look(left, shape, "left"), Look(right, shape, "right")


def _columns(area: Area, count: int) -> list[Area]:
    """Equal parts beside each other, left first."""
    x, y, width, height = area
    part = width // count
    return [(x + i * part, y, part, height) for i in range(count)]


def _rows(area: Area) -> tuple[Area, Area]:
    """Equal parts: the lower and the upper one."""
    x, y, width, height = area
    return (x, y, width, height // 2), (x, y + height // 2, width, height // 2)
