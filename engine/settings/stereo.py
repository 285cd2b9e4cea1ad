"""The settings of stereo, and the types of their values."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from engine.settings.group import Group
from engine.settings.traits import Traits

DEFAULT_EYE_DISTANCE = 0.05
_LARGEST_SHARE, _LARGEST_MM = 0.2, 10_000


def _eye_distance(value: object) -> float | str:
    text = str(value).strip().lower()
    number = text.removesuffix("mm")
    try:
        length = float(number)
    except ValueError:
        length = -1.0
    if number != text and 0 <= length <= _LARGEST_MM:
        return f"{length:g}mm"
    if number != text or not 0 <= length <= _LARGEST_SHARE:
        raise ValueError(f"should be 0 to {_LARGEST_SHARE}, or millimeters such as 63mm")
    return length


EyeDistance = Annotated[float | str, BeforeValidator(_eye_distance)]
"""A share of the distance to the orbit center, as a number; or millimeters, as text that ends with mm."""


def millimeters(distance: float | str) -> float | None:
    """Return an `EyeDistance` in millimeters; None if it is a share."""
    return float(distance.removesuffix("mm")) if isinstance(distance, str) else None


CONVERGENCES = ("pivot", "near", "middle", "far")
_CLOSEST_M, _FARTHEST_M = 0.05, 10_000


def _convergence(value: object) -> float | str:
    word = str(value).strip().lower()
    if word in CONVERGENCES:
        return word
    try:
        distance_m = float(word.removesuffix("m"))
    except ValueError:
        distance_m = 0.0
    if not _CLOSEST_M <= distance_m <= _FARTHEST_M:
        raise ValueError(f"should be {', '.join(CONVERGENCES)}, or {_CLOSEST_M} to {_FARTHEST_M} meters")
    return distance_m


Convergence = Annotated[float | str, BeforeValidator(_convergence)]
"""One of `CONVERGENCES`, or a distance in meters, as a number."""


def _quilt(text: str) -> str:
    columns, _, rows = text.partition("x")
    if not (columns.isdecimal() and rows.isdecimal() and 2 <= int(columns) * int(rows) <= 128):
        raise ValueError("should be COLUMNSxROWS with 2 to 128 views, such as 8x6")
    return f"{int(columns)}x{int(rows)}"


Quilt = Annotated[str, AfterValidator(_quilt)]
"""Columns and rows of a quilt: 8x6."""


_LAYOUTS = {
    "side-by-side": "side by side",
    "half-side-by-side": "side by side, half",
    "top-bottom": "top and bottom",
    "half-top-bottom": "top and bottom, half",
    "anaglyph": "red-cyan glasses",
    "anaglyph-green-magenta": "green-magenta glasses",
    "anaglyph-amber-blue": "amber-blue glasses",
    "row-interlaced": "rows in turn",
}
_SECTION = "3D glasses"


class StereoSettings(Group):
    """Stereo: one picture for each eye."""

    stereo: Annotated[
        Literal[
            "off", "side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "anaglyph",
            "anaglyph-green-magenta", "anaglyph-amber-blue", "row-interlaced", "quilt",
        ],
        Traits("Stereo layout", _SECTION, names=_LAYOUTS, is_summary=True, is_common=True),
    ] = "off"  # fmt: skip
    """Layout: side by side or top and bottom, full or half size; anaglyph for colored glasses, red-cyan or as named;
    row-interlaced for screens with polarized glasses; quilt for light-field displays."""
    swap_eyes: Annotated[bool, Traits("Swap eyes", _SECTION, is_summary=True)] = False
    """Exchange the pictures of the eyes: for glasses worn the other way round, and for viewing with crossed eyes."""
    eye_distance: Annotated[EyeDistance, Traits("Eye distance", _SECTION)] = DEFAULT_EYE_DISTANCE
    """Distance between the eyes: a share of the distance to the orbit center, 0 to 0.2; or, where depth is in meters,
    millimeters, such as 63mm."""
    convergence: Annotated[Convergence, Traits("At screen depth", _SECTION)] = "pivot"
    """What lies in the plane of the screen: pivot, the orbit center; near, middle or far, of the scene's depth; or a
    distance in meters, where depth is in meters."""
    eye_border: Annotated[Literal["crop", "extend"], Traits("Picture border", _SECTION)] = "crop"
    """At the sides each eye sees a little more than the picture shows. crop: cut it off. extend: paint it over."""
    original_eye: Annotated[
        Literal["none", "left", "right"], Traits("Untouched eye", _SECTION, names={"left": "left", "right": "right"})
    ] = "none"
    """Show this eye the picture as it is while nobody moves: half the work, and no artifact in it."""
    quilt: Annotated[Quilt, Traits("Views of a quilt", _SECTION)] = "8x6"
    """Columns and rows of a quilt. Its views run from the left to the right, the lowest row first."""
    quilt_cone_deg: Annotated[float, Traits("Angle of a quilt", _SECTION, form="{}°")] = Field(20.0, ge=1, le=90)
    """Angle between the outermost views of a quilt, in degrees."""
    comfort: Annotated[float, Traits("Comfort limit", _SECTION, is_share=True)] = Field(0.03, ge=0.005, le=0.1)
    """Largest disparity as a share of the picture's width. The eyes move closer together to stay within it."""
