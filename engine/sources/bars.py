"""Black bars around a picture (letterbox, pillarbox), found in several pictures of one source."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

_BLACKEST, _NOISE = 24, 12
"""The color of bars is at most `_BLACKEST`, and the same everywhere within `_NOISE`, of 255."""
_CORNER = 0.02
"""Side of the patches in the corners, which are black wherever there are bars, as a share of the picture's."""
_EMPTY = 0.98
"""A picture that is black in more than this share tells nothing: it is faded out."""
_TEXT = 0.6
"""Largest share of a row of a bar that subtitles and logos take up."""
_OUTSIDE, _INSIDE = 0.1, 0.7
"""At an edge, less than the one share of the row has ever been lit outside, and more than the other inside."""
_BLURRED = 0.03
"""A row is part of the picture if no less of it has been lit than of the next ones, within this share."""
_NARROWEST, _WIDEST, _WIDEST_OF_FOUR = 0.01, 0.4, 0.2
"""Bars as shares of the side: narrower ones do not matter, wider ones are dark pictures."""


class Bars(NamedTuple):
    """The widths of the bars, as shares of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float


NO_BARS = Bars(0, 0, 0, 0)


class BarFinder:
    """Collects what was ever lit. Bars are what never was, up to a straight edge, on two opposite sides.

    One bar alone is not taken for one: it may as well be the floor, or the sky at night.
    """

    def __init__(self) -> None:
        self.count = 0
        """Number of pictures that told something."""
        self._unlit: NDArray[np.uint8] | None = None
        """(H, W): 255 where no picture was lit."""
        self._lit: tuple[NDArray[np.float32], ...] = ()
        """The largest share of each row, (H,), and of each column, (W,), that was lit in one picture."""

    def add(self, image: Image) -> None:
        """Note what is lit in a picture (H, W, 3). The search starts over with a picture of another size."""
        import cv2  # late: to know the kinds of sources takes no decoder

        unlit = _unlit(image)
        if float(unlit.mean()) > 255 * _EMPTY:
            return
        lit = tuple(1 - cv2.reduce(unlit, dim, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() / 255 for dim in (1, 0))
        if self._unlit is None or self._unlit.shape != unlit.shape:
            self.count, self._unlit, self._lit = 0, unlit, lit
        self.count += 1
        self._unlit = cv2.bitwise_and(self._unlit, unlit)
        self._lit = tuple(np.maximum(*pair) for pair in zip(self._lit, lit, strict=True))

    @property
    def may_find(self) -> bool:
        """Whether there may be bars, for all that is known."""
        return self._unlit is None or any(max(lit[0], lit[-1]) <= _TEXT for lit in self._lit)

    @property
    def bars(self) -> Bars | None:
        """The bars that all pictures have in common; None if there are none."""
        if self._unlit is None or not self.may_find:
            return None
        (height, width), (rows, columns) = self._unlit.shape, self._lit
        top, bottom, left, right = 0, 0, 0, 0
        for _ in range(2):  # rows are better known once columns are, and the other way around
            top, bottom = _pair(rows, self._ever_lit(1, slice(left, width - right)))
            left, right = _pair(columns, self._ever_lit(0, slice(top, height - bottom)))
        found = Bars(left / width, top / height, right / width, bottom / height)
        is_all_around = (found.top or found.bottom) and (found.left or found.right)
        if found == NO_BARS or max(found) > (_WIDEST_OF_FOUR if is_all_around else _WIDEST):
            return None
        return found

    def _ever_lit(self, dim: int, across: slice) -> NDArray[np.float32]:
        """Return the share of each row (`dim` 1) or column (0) that was ever lit, in the part `across` it."""
        assert self._unlit is not None
        part = self._unlit[:, across] if dim else self._unlit[across]
        return np.asarray(1 - part.mean(dim, dtype=np.float32) / 255, np.float32)


def shows_in(bars: Bars, image: Image) -> bool:
    """Return whether a picture shows something within its bars that is more than subtitles."""
    finder = BarFinder()
    finder.add(image)
    if not finder.count:
        return False
    rows, columns = finder._lit
    height, width = len(rows), len(columns)
    sides = (
        columns[: int(bars.left * width)], columns[width - int(bars.right * width) :],
        rows[: int(bars.top * height)], rows[height - int(bars.bottom * height) :],
    )  # fmt: skip
    return any((side[1:-1] > _TEXT).any() for side in sides)


def _unlit(image: Image) -> NDArray[np.uint8]:
    """Return 255 where a picture (H, W, 3) has the color of bars."""
    import cv2

    height, width = image.shape[:2]
    y, x = max(1, round(_CORNER * height)), max(1, round(_CORNER * width))
    corners = [
        image[rows, columns].reshape(-1, 3)
        for rows in (slice(y), slice(-y, None))
        for columns in (slice(x), slice(-x, None))
    ]
    black = np.median(np.concatenate(corners), axis=0)
    if black.max() > _BLACKEST:
        return np.zeros((height, width), np.uint8)
    return np.asarray(cv2.inRange(image, tuple(black - _NOISE), tuple(black + _NOISE)), np.uint8)


def _pair(lit: NDArray[np.float32], ever_lit: NDArray[np.float32]) -> tuple[int, int]:
    """Return the widths in pixels of the bars at both ends of an axis; 0, 0 if there are none."""
    first, last = _edge(lit, ever_lit), _edge(lit[::-1], ever_lit[::-1])
    if first is None and last is None:
        return 0, 0
    # where what adjoins a bar was never lit, the other bar tells how wide it is
    widths = (last or 0) if first is None else first, (first or 0) if last is None else last
    ends = max(0, widths[0] - _blur(lit)), max(0, widths[1] - _blur(lit))
    is_dark = (lit[: ends[0]] <= _TEXT).all() and (lit[len(lit) - ends[1] :] <= _TEXT).all()
    return widths if is_dark and min(widths) >= _NARROWEST * len(lit) else (0, 0)


def _edge(lit: NDArray[np.float32], ever_lit: NDArray[np.float32]) -> int | None:
    """Return where the picture begins, 0 if there is no bar; None if there is no sharp edge."""
    inside = np.flatnonzero(lit > _TEXT)
    if not len(inside):
        return None
    edge = int(inside[0])
    blur = _blur(lit)
    inner = np.flatnonzero(ever_lit[edge : edge + blur + 1] >= _INSIDE)
    outer = ever_lit[max(0, edge - 3 * blur) : max(0, edge - blur)]
    if not len(inner) or (len(outer) and outer.max() > _OUTSIDE):
        return None
    edge += int(inner[0])
    while ever_lit[edge] < ever_lit[edge + 1 : edge + 3].max(initial=0) - _BLURRED:
        edge += 1
    return edge


def _blur(lit: NDArray[np.float32]) -> int:
    """Return how many pixels of an axis a codec may blur an edge over."""
    return 3 + len(lit) // 200
