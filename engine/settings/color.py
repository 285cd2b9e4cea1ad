"""A color as a setting holds it."""

from typing import Annotated

from pydantic import AfterValidator


def _hex_color(text: str) -> str:
    digits = text.removeprefix("#")
    if len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits):
        return f"#{digits.lower()}"
    try:
        parts = [float(part) for part in text.split(",")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part <= 1 for part in parts):
        raise ValueError("a color is written #RRGGBB, or R,G,B with parts from 0 to 1")
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


Color = Annotated[str, AfterValidator(_hex_color)]
"""#rrggbb."""
