"""Sizes of a film, and the names by which players recognize its stereo layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from engine.settings import StereoSettings

Packing = Literal["left_right", "right_left", "top_bottom", "bottom_top"]
"""How a frame holds two eyes, in the words of Matroska: which eye is where, the left or upper one first."""
PHOTO_PX = 1920
"""Longest side of a photograph's film, unless a size is given."""
QUILT_PX = 4096
"""Longest side of a quilt, unless a size is given."""


@dataclass(frozen=True, slots=True)
class StereoLayout:
    """How a picture holds both eyes, and how a file says so."""

    name: str
    """Added to the name of the file."""
    columns: int = 1
    """Views beside each other at full size."""
    rows: int = 1
    """Views above each other at full size."""
    packing: Packing | None = None
    """How the file declares it; None if it has no word for it."""
    is_half: bool = False
    """Whether each view is squeezed to half its width or height."""
    needs_full_color: bool = False
    """Whether subsampled color would mix the eyes."""


MONO = StereoLayout("")
EYES = ("_L", "_R")
"""Added to the names where each eye has a file of its own."""
_LAYOUTS: Mapping[str, StereoLayout] = MappingProxyType(
    {
        "off": MONO,
        "side-by-side": StereoLayout("_LRF_Full_SBS", columns=2, packing="left_right"),
        "half-side-by-side": StereoLayout("_LR", packing="left_right", is_half=True),
        "top-bottom": StereoLayout("_TBF_fulltb", rows=2, packing="top_bottom"),
        "half-top-bottom": StereoLayout("_TB", packing="top_bottom", is_half=True),
        "anaglyph": StereoLayout("_anaglyph"),
        "anaglyph-green-magenta": StereoLayout("_anaglyph_green_magenta"),
        "anaglyph-amber-blue": StereoLayout("_anaglyph_amber_blue"),
        "row-interlaced": StereoLayout("_rows", needs_full_color=True),
    }
)
_SWAPPED: Mapping[str, StereoLayout] = MappingProxyType(
    {
        "side-by-side": StereoLayout("_RLF_cross", columns=2, packing="right_left"),
        "half-side-by-side": StereoLayout("_RL", packing="right_left", is_half=True),
        "top-bottom": StereoLayout("_BTF_fullbt", rows=2, packing="bottom_top"),
        "half-top-bottom": StereoLayout("_BT", packing="bottom_top", is_half=True),
    }
)
"""The layouts that say which eye comes first, with the eyes exchanged."""


def layout_of(stereo: StereoSettings, view_px: tuple[int, int]) -> StereoLayout:
    """Return the layout for pictures of which each eye sees `view_px` (width, height)."""
    if stereo.stereo == "quilt":
        columns, rows = map(int, stereo.quilt.split("x"))
        return StereoLayout(f"_qs{columns}x{rows}a{view_px[0] / view_px[1]:.2f}", columns, rows)
    if stereo.swap_eyes and stereo.stereo in _SWAPPED:
        return _SWAPPED[stereo.stereo]
    return _LAYOUTS[stereo.stereo]


def view_size(source_px: tuple[int, int], longest: int, stereo: StereoSettings) -> tuple[int, int]:
    """Return the size (width, height) of what one eye sees of a source, unless the user wants another."""
    layout = layout_of(stereo, source_px)
    if stereo.stereo == "quilt":
        longest = QUILT_PX * max(source_px) // max(source_px[0] * layout.columns, source_px[1] * layout.rows)
    return fitted_even(source_px, longest)


def fitted_even(source_px: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return the size (width, height) of a view of a source: of its shape, at most `longest`, with even sides.

    Video codecs halve the resolution of color, and layouts halve the picture.
    """
    scale = min(1.0, longest / max(source_px))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in source_px)
    return width, height
