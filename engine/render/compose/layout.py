"""The layout of the picture: panes side by side, and a viewport for each eye or view."""

from dataclasses import dataclass

from engine.settings import Settings

Size = tuple[int, int]
"""Width and height in pixels."""
Area = tuple[int, int, int, int]
"""Left, bottom, width and height in pixels; y runs up, as in GL."""

OVERLAID = ("anaglyph", "anaglyph-green-magenta", "anaglyph-amber-blue", "row-interlaced")
"""The stereo layouts in which both eyes share one area."""
LEAST = 0.5
"""Beside panels, scene and panes become no smaller than this share: in a small window they lie partly below them."""
_WIDE = 2.5
"""From this aspect ratio on, three panes form a row; otherwise the flat ones are stacked."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """Where the scene is drawn as one eye sees it."""

    area: Area
    shape: Size
    """The proportions of the view; they differ from the area's where the picture is squeezed."""
    eye: float = 0.0
    """Place of the eye, in shares of the distance between the eyes: −0.5 left, 0.5 right; 0 without stereo."""

    def size(self, scale: float) -> Size:
        """Return the size to draw it in: `scale` times the size shown."""
        return max(round(self.area[2] * scale), 1), max(round(self.area[3] * scale), 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of the picture."""

    viewports: tuple[Viewport, ...]
    picture: Area | None = None
    """The pane of the source picture, if it is shown."""
    depth: Area | None = None
    """The pane of the depth map, if it is shown."""
    stereo: str = "off"
    """The setting `stereo`."""

    def widest_px(self, scale: float) -> int:
        """Return the width of the widest part that shows colors, with scenes drawn at `scale` times their size.

        What is squeezed counts in full: it is as high as ever.
        """
        pane_px = self.picture[2] if self.picture is not None else 0
        return max([pane_px, *(round(viewport.shape[0] * scale) for viewport in self.viewports)])

    @property
    def is_overlaid(self) -> bool:
        """Whether both eyes share one area."""
        return len(self.viewports) > 0 and self.stereo in OVERLAID


def arrange(size: Size, settings: Settings, covered: float = 0.0) -> Layout:
    """Return the layout of a picture of `size`. `covered`: the share of the left that panes leave free."""
    stereo = settings.stereo.stereo
    if settings.display.panes == "scene":
        return Layout(_viewports((0, 0, *size), settings), stereo=stereo)
    begin = round(min(covered, 1 - LEAST) * size[0])
    free = (begin, 0, size[0] - begin, size[1])
    if settings.display.panes == "picture+depth":
        left, right = _columns(free, 2)
        return Layout((), left, right)
    left, middle, right = _columns(free, 3)
    if free[2] >= _WIDE * free[3]:
        return Layout(_viewports(right, settings), left, middle, stereo)
    below, above = _rows(left)
    scene = (begin + left[2], 0, free[2] - left[2], free[3])
    return Layout(_viewports(scene, settings), above, below, stereo)


def fitted(area: Area, shape: Size) -> Area:
    """Return the largest centered part of `area` with the proportions of `shape`."""
    x, y, width, height = area
    scale = min(width / shape[0], height / shape[1])
    inner = max(round(shape[0] * scale), 1), max(round(shape[1] * scale), 1)
    return x + (width - inner[0]) // 2, y + (height - inner[1]) // 2, *inner


def _viewports(area: Area, settings: Settings) -> tuple[Viewport, ...]:
    kind = settings.stereo.stereo
    if kind == "off":
        return (Viewport(area, area[2:]),)
    if kind == "quilt":
        return _quilt(area, settings)
    if kind in OVERLAID:
        left = right = area
    elif kind in ("side-by-side", "half-side-by-side"):
        left, right = _columns(area, 2)
    else:
        right, left = _rows(area)
    is_squeezed = kind in OVERLAID or kind in ("half-side-by-side", "half-top-bottom")
    shape = area[2:] if is_squeezed else left[2:]
    eyes = (0.5, -0.5) if settings.stereo.swap_eyes else (-0.5, 0.5)
    return Viewport(left, shape, eyes[0]), Viewport(right, shape, eyes[1])


def _quilt(area: Area, settings: Settings) -> tuple[Viewport, ...]:
    """Divide `area` among the views of a light-field display, from the left to the right, the lowest row first."""
    x, y, width, height = area
    columns, rows = map(int, settings.stereo.quilt.split("x"))
    size, last = (max(width // columns, 1), max(height // rows, 1)), columns * rows - 1
    order = -1 if settings.stereo.swap_eyes else 1
    return tuple(
        Viewport((x + i % columns * size[0], y + i // columns * size[1], *size), size, order * (i / last - 0.5))
        for i in range(columns * rows)
    )


def _columns(area: Area, count: int) -> list[Area]:
    """Divide `area` into equal columns, left first."""
    x, y, width, height = area
    part = width // count
    return [(x + i * part, y, part, height) for i in range(count)]


def _rows(area: Area) -> tuple[Area, Area]:
    """Divide `area` into equal halves: the lower and the upper one."""
    x, y, width, height = area
    return (x, y, width, height // 2), (x, y + height // 2, width, height // 2)
