"""Images with transparent parts."""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

BACKGROUND = (20, 22, 26)
"""What shows through: the default of the setting `background`."""
_VISIBLE = 128


def composite(pixels: NDArray[np.uint8], *, is_premultiplied: bool = False) -> tuple[Image, NDArray[np.bool_] | None]:
    """Return RGB or RGBA (H, W, C) as RGB in front of the background, and where it is opaque; None: everywhere.

    is_premultiplied: colors are multiplied by alpha already.
    An image that is transparent everywhere is shown as if it were not: then its alpha means something else.
    """
    if pixels.shape[2] == 3:
        return pixels, None
    rgb, alpha = np.ascontiguousarray(pixels[..., :3]), pixels[..., 3]
    is_opaque = alpha >= _VISIBLE
    if not is_opaque.any() or alpha.min() == 255:
        return rgb, None
    # in float32 it would take five times the memory
    weight = np.repeat(alpha[..., None], 3, axis=2)
    behind = np.broadcast_to(np.array(BACKGROUND, np.uint8), rgb.shape)
    front = rgb if is_premultiplied else cv2.multiply(rgb, weight, scale=1 / 255)
    blended = cv2.add(front, cv2.multiply(np.ascontiguousarray(behind), 255 - weight, scale=1 / 255))
    return np.asarray(blended, np.uint8), None if is_opaque.all() else is_opaque
