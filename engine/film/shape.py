"""Sizes of a film, and the names by which players recognize its stereo layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

PHOTO_PX = 1920
"""Longest side of a photograph's film, unless a size is given."""


@dataclass(frozen=True, slots=True)
class StereoLayout:
    """How a picture holds both eyes, and how a file says so."""

    name: str
    """Added to the name of the file."""
    columns: int = 1
    """Views beside each other at full size."""
    rows: int = 1
    """Views above each other at full size."""
    packing: Literal["", "left_right", "top_bottom"] = ""
    """How the file declares it, in the words of Matroska; empty if it has no word for it. Left or top: the left eye."""
    is_half: bool = False
    """Whether each view is squeezed to half its width or height."""

    @property
    def pixel_aspect(self) -> Fraction:
        """The proportions of a view's pixels as Matroska states them: those of a squeezed view are not square."""
        if not self.is_half:
            return Fraction(1)
        return Fraction(2) if self.packing == "left_right" else Fraction(1, 2)


STEREO: Mapping[str, StereoLayout] = MappingProxyType(
    {
        "off": StereoLayout(""),
        "side-by-side": StereoLayout("_LRF_Full_SBS", columns=2, packing="left_right"),
        "half-side-by-side": StereoLayout("_LR", packing="left_right", is_half=True),
        "top-bottom": StereoLayout("_TBF_fulltb", rows=2, packing="top_bottom"),
        "half-top-bottom": StereoLayout("_TB", packing="top_bottom", is_half=True),
        "anaglyph": StereoLayout("_anaglyph"),
        "anaglyph-green-magenta": StereoLayout("_anaglyph_green_magenta"),
        "anaglyph-amber-blue": StereoLayout("_anaglyph_amber_blue"),
        "row-interlaced": StereoLayout("_rows"),
        "quilt": StereoLayout("_quilt"),
    }
)
"""The layouts, by the values of the setting `stereo`."""


def picture_px(view_px: tuple[int, int], stereo: str) -> tuple[int, int]:
    """Return (width, height) of the picture that holds all views of `view_px`."""
    layout = STEREO[stereo]
    return view_px[0] * layout.columns, view_px[1] * layout.rows


def fitted_even(source_px: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return the size (width, height) of a view of a source: of its shape, at most `longest`, with even sides.

    Video codecs halve the resolution of color, and layouts halve the picture.
    """
    scale = min(1.0, longest / max(source_px))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in source_px)
    return width, height
