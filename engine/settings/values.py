"""Types of settings whose values need more than a range: names of networks, colors, words in two spellings."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WrapValidator

from engine.plugins.registered import NETWORKS

SMALLEST_RES = 64
"""Networks need some pixels."""
Encoder = Literal["auto", "lite", "vits", "vitb", "vitl"]
AnyEncoder = Annotated[
    Encoder,
    WrapValidator(lambda value, check: value if value in NETWORKS else check(value)),
    PlainSerializer(str, return_type=str),  # the literal's own would warn of what a plugin registered
]
"""An `Encoder`, or a network that a plugin registered."""
MODELS = {
    "lite": "lite (built in)", "vits": "Video-Depth small", "vitb": "Video-Depth base", "vitl": "Video-Depth large",
}  # fmt: skip
"""What the panel calls the networks whose names are abbreviations."""

CaptureModel = Literal[
    "auto", "lite", "vda-vits", "vda-vitb", "vda-vitl", "metric-vda-vits", "metric-vda-vitb", "metric-vda-vitl",
    "da3-small", "da3-base", "da3-large", "da3mono-large", "da3metric-large",
]  # fmt: skip
"""All names of the catalog."""

BRITISH_TOO = BeforeValidator(lambda value: {"colour": "color", "grey": "gray"}.get(str(value), value))
"""Reads files and scripts that were written before the program used American spelling."""


_DEPTH_SCALES = {"kitti": 1 / 256, "tum": 1 / 5000, "mm": 1 / 1000}
"""Meters per step in the depth maps of well-known data sets."""


def _depth_scale(value: object) -> object:
    text = str(value).strip().lower()
    above, slash, below = text.partition("/")
    try:
        return _DEPTH_SCALES[text] if text in _DEPTH_SCALES else float(above) / float(below) if slash else value
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"should be a number, a fraction such as 1/256, or {', '.join(_DEPTH_SCALES)}") from None


DEPTH_SCALE = BeforeValidator(_depth_scale)
"""Reads names and fractions for the scale of a depth map."""


def _hex_color(text: str) -> str:
    digits = text.removeprefix("#")
    if len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits):
        return f"#{digits.lower()}"
    try:
        parts = [float(part) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part <= 1 for part in parts):
        raise ValueError("should be #RRGGBB, or R,G,B with each part from 0 to 1")
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


Color = Annotated[str, AfterValidator(_hex_color)]
"""A color as a setting stores it: #rrggbb."""


def _crop(text: str) -> str:
    parts = text.replace(" ", "").split(",")
    if text not in ("auto", "off") and not (len(parts) == 4 and all(part.isdecimal() for part in parts)):
        raise ValueError("should be auto, off, or LEFT,TOP,RIGHT,BOTTOM in pixels, such as 0,60,0,60")
    return ",".join(parts)


Crop = Annotated[str, AfterValidator(_crop)]
"""What is cropped off frames: auto, off, or four numbers of pixels."""


def _frame_res(side: int) -> int:
    if 0 < side < SMALLEST_RES:
        raise ValueError(f"should be 0, or at least {SMALLEST_RES}")
    return side


FrameRes = Annotated[int, AfterValidator(_frame_res)]
"""The longest side of frames in pixels, or 0 for what is best."""
