"""A contact sheet: some moments of a film in one picture."""

from collections.abc import Sequence
from math import ceil, sqrt

import cv2
import numpy as np

from engine.frames import Image

LARGEST_PX = 3840
"""Longest side of a sheet."""
_GAP_PX = 8


def contact_sheet(pictures: Sequence[Image]) -> Image:
    """Return `pictures` (H, W, 3) of one size in rows, smaller if there is no room for them as they are."""
    height, width = pictures[0].shape[:2]
    columns = max(1, min(len(pictures), ceil(sqrt(len(pictures) * height / width))))
    rows = ceil(len(pictures) / columns)
    scale = min(1.0, LARGEST_PX / max(columns * width, rows * height))
    w, h = max(round(width * scale), 1), max(round(height * scale), 1)
    sheet = np.zeros((rows * (h + _GAP_PX) - _GAP_PX, columns * (w + _GAP_PX) - _GAP_PX, 3), np.uint8)
    for index, picture in enumerate(pictures):
        top, left = index // columns * (h + _GAP_PX), index % columns * (w + _GAP_PX)
        sheet[top : top + h, left : left + w] = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA)
    return sheet
