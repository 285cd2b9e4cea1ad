"""Where a drawn right picture is compared with the real one, and how alike they are."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image
from tests.bench.second_view.pairs import Map, Pair, without_gaps
from tests.bench.second_view.splat import Splat

EDGE = 1.08
"""Depths of neighboring pixels that differ by more than this factor are an edge."""
EDGE_PX = 2
"""How far around an edge its pixels count."""
FEWEST_PX = 200
"""Places with fewer pixels are left out."""
PLACES = ("within", "holes", "edges", "whole")

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Likeness:
    """How alike two pictures are at some place."""

    psnr_db: float
    ssim: float
    detail: float
    """Roughness of the drawn picture, as a share of the real one's: a smear has less."""


@dataclass(frozen=True, eq=False)
class Places:
    """Masks (H, W) of the right picture, and the gain of its exposure over the left one's for each channel."""

    masks: dict[str, Mask]
    gain: NDArray[np.float64]

    @classmethod
    def of(cls, pair: Pair, points: Splat) -> "Places":
        """whole: everything. within: what lies in the left picture, too. holes: where no point landed there, single
        pixels and unmeasured places aside. edges: near depth edges.
        """
        height, width = points.inverse.shape
        inverse = without_gaps(points.inverse)
        x = np.arange(width) + inverse - pair.offset
        within = (x >= 0) & (x <= width - 1)
        column = np.clip(np.rint(x), 0, width - 1).astype(int)
        measured = np.take_along_axis(pair.disparity, column, axis=1) > 0
        square = np.ones((3, 3), np.uint8)
        closed = cv2.morphologyEx(points.landed.astype(np.uint8), cv2.MORPH_CLOSE, square) > 0
        is_edge = cv2.dilate(inverse, square) > EDGE * cv2.erode(inverse, square)
        around = cv2.dilate(is_edge.astype(np.uint8), np.ones((2 * EDGE_PX + 1,) * 2, np.uint8)) > 0
        masks = {
            "within": within, "holes": within & ~closed & measured, "edges": within & around,
            "whole": np.ones((height, width), bool),
        }  # fmt: skip
        seen = points.landed & within & measured & (pair.right < 250).all(-1)
        drawn, real = points.picture[seen].astype(np.float64), pair.right[seen].astype(np.float64)
        return cls(masks, (drawn * real).sum(0) / (drawn * drawn).sum(0))

    def compare(self, picture: Image, real: Image) -> dict[str, Likeness]:
        """Return how alike `picture` and `real` are at each place."""
        drawn = np.clip(picture * self.gain, 0, 255)
        squares = np.square(drawn - real).mean(-1)
        gray_drawn, gray_real = _gray(drawn), _gray(real.astype(np.float64))
        ssim = _ssim(gray_drawn, gray_real)
        rough_drawn, rough_real = _roughness(gray_drawn), _roughness(gray_real)
        return {
            name: Likeness(
                float(10 * np.log10(255**2 / max(squares[mask].mean(), 1e-9))),
                float(ssim[mask].mean()),
                float(rough_drawn[mask].mean() / max(rough_real[mask].mean(), 1e-6)),
            )
            for name, mask in self.masks.items()
            if mask.sum() >= FEWEST_PX
        }


def psnr_db(picture: Image, other: Image) -> float:
    """Peak signal to noise ratio of whole pictures, at most 99."""
    return float(10 * np.log10(255**2 / max(np.square(picture.astype(np.float64) - other).mean(), 1e-5)))


def _gray(picture: Map) -> Map:
    return picture @ np.array([0.299, 0.587, 0.114])


def _roughness(gray: Map) -> Map:
    return np.abs(cv2.Laplacian(cv2.GaussianBlur(gray, (0, 0), 0.8), cv2.CV_64F))


def _ssim(a: Map, b: Map) -> Map:
    """Wang et al. 2004, with their window of 11x11 and 1.5 pixels."""

    def blurred(values: Map) -> Map:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    mean_a, mean_b = blurred(a), blurred(b)
    var_a, var_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    covariance = blurred(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    brightness = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return brightness * (2 * covariance + c2) / (var_a + var_b + c2)
