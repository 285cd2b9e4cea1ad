"""Colors of photographs, from the space that their ICC profile describes to sRGB."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.logs import log

_SPACE = slice(16, 20)
"""Where a profile says what it describes."""


def to_srgb(pixels: NDArray[np.uint8], profile: bytes | None) -> NDArray[np.uint8]:
    """Return RGB or RGBA (H, W, C) of the space of an ICC `profile` as sRGB; unchanged if there is no such profile."""
    if profile is None or profile[_SPACE] != b"RGB ":
        return pixels
    transform = _transform(profile)
    if transform is None:
        return pixels
    from PIL import Image as Pillow
    from PIL import ImageCms

    image = Pillow.fromarray(np.ascontiguousarray(pixels[..., :3]))
    ImageCms.applyTransform(image, transform, inPlace=True)
    return np.dstack([np.asarray(image), pixels[..., 3:]])


@lru_cache(maxsize=4)
def _transform(profile: bytes) -> Any:
    """Return what converts colors to sRGB; None if they are sRGB already, or the profile is damaged."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    except (OSError, ImageCms.PyCMSError) as error:
        log.warning("a color profile is damaged, and ignored (%s)", error)
        return None
