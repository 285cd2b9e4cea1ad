"""Draw photographs from both sides, with the depth of `lite`: `python -m tests.render.sides docs/images`.

They come with scikit-image, in the public domain or under CC0: `pip install -c constraints.txt scikit-image`.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

import da3d
from engine.frames import Image
from tests.render.photograph import from_skimage

NAMES = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
YAWS_DEG = (-10, 0, 10)
PITCH_DEG = 3
HEIGHT = 190
FINER = 2
"""Pictures are drawn this many times as large, and shrunk."""
JPEG_QUALITY = 88


def row(image: Image) -> Image:
    """Draw `image` from each side."""
    size = round(image.shape[1] * HEIGHT / image.shape[0]), HEIGHT
    scene = da3d.Scene(image, da3d.depth(image))
    drawn = [scene.render((FINER * size[0], FINER * size[1]), yaw, PITCH_DEG if yaw else 0) for yaw in YAWS_DEG]
    return np.hstack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in drawn])


def main(folder: Path) -> None:
    rows = [row(from_skimage(name)) for name in NAMES]
    width = min(each.shape[1] for each in rows)
    sheet = np.vstack([cv2.resize(each, (width, each.shape[0] * width // each.shape[1])) for each in rows])
    cv2.imwrite(str(folder / "rendering-sides.jpg"), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
