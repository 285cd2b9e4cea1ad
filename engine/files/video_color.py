"""What a video says about its colors, in the numbers of ITU-T H.273."""

from dataclasses import dataclass
from types import MappingProxyType

BT709, BT2020 = 1, 9
"""Primaries; as a matrix, the same numbers are those of BT.709 and of BT.2020 with non-constant luminance."""
PQ, HLG = 16, 18
"""Transfer functions of HDR."""

Point = tuple[float, float]
"""A color in CIE xy."""

NAMES = MappingProxyType({PQ: "HDR10 (PQ)", HLG: "HLG"})


@dataclass(frozen=True, slots=True)
class MasteringDisplay:
    """The display that the colors were chosen on (SMPTE ST 2086)."""

    red: Point
    green: Point
    blue: Point
    white: Point
    darkest_nits: float
    brightest_nits: float


@dataclass(frozen=True, slots=True)
class VideoColor:
    """How the numbers of a video become light. The defaults are those of SDR."""

    primaries: int = BT709
    transfer: int = BT709
    matrix: int = BT709
    mastering: MasteringDisplay | None = None
    light_level: tuple[int, int] | None = None
    """The brightest pixel, and the brightest average of a frame, in nits (CTA-861.3); 0 is unknown."""

    @property
    def is_hdr(self) -> bool:
        return self.transfer in NAMES


SDR = VideoColor()
