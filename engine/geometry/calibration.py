"""Calibrating the depth of a stream by a capture: one frame of it with known distances."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import CalibrationError
from engine.frames import Calibration, DepthFrame, DepthKind, DepthMap, Intrinsics, scale_intrinsics
from engine.geometry.line_fit import weighted_line
from engine.geometry.world import is_measured

Array = NDArray[np.float64]

SAMPLES = 20_000
"""About how many pixels are compared."""
FEWEST = 50
_TRIALS = 200  # lines through two pixels each: with half of the pixels wrong, at least one is almost surely right
_BINS = 16
_RAREST = 200  # limits the weight of rare distances: as if one pixel in this many had them
_DRAWN = 8000
_CUTOFF = 4.685  # of Tukey's weights, in standard deviations: 95 % efficient for normal errors
_SIGMA_PER_MEDIAN = 1.4826
_SAME = 0.01  # difference of crops that rounding explains
_REACH = 2.0  # z_far in terms of the farthest distance compared: farther extrapolation is not trusted


@dataclass(frozen=True, slots=True, eq=False)
class StreamCalibration:
    """The calibration of a stream by a capture taken from it."""

    source_id: str
    model: str
    """The live network that `disparity` was fitted for."""
    disparity: Calibration | None
    """None where the live depth has its own scale, or the capture has none."""
    cropped: tuple[float, float, float, float]
    """As of the frames that it was fitted for: others show another part of the picture."""
    lens: Intrinsics | None
    """(3, 3), in shares of the picture's width and height; None where the capture only assumes a camera."""

    def applied(self, frame: DepthFrame) -> DepthFrame:
        """Return `frame` with this calibration; unchanged if it is from another stream."""
        if frame.frame.source_id != self.source_id or not np.allclose(frame.frame.cropped, self.cropped, atol=_SAME):
            return frame
        if self.lens is not None and frame.camera == "assumed":
            height, width = frame.depth.shape
            frame = replace(frame, intrinsics=scale_intrinsics(self.lens, width, height), camera="predicted")
        if self.disparity is not None and frame.model == self.model and frame.kind is DepthKind.DISPARITY:
            frame = replace(frame, calibration=self.disparity)
        return frame


def calibrate_stream(live: DepthFrame, captured: DepthFrame) -> StreamCalibration:
    """Calibrate the stream of `live` by `captured`; both are depth of the same picture.

    Raises CalibrationError if the two do not agree at all.
    """
    fits = live.kind is DepthKind.DISPARITY and captured.kind is not DepthKind.DISPARITY
    height, width = captured.depth.shape
    lens = scale_intrinsics(captured.intrinsics, 1 / width, 1 / height) if captured.camera != "assumed" else None
    disparity = fit_calibration(live, captured) if fits else None
    return StreamCalibration(live.frame.source_id, live.model, disparity, live.frame.cropped, lens)


def fit_calibration(live: DepthFrame, captured: DepthFrame) -> Calibration:
    """Fit the calibration that brings the disparity of `live` closest to the depth of `captured`.

    The fit is in 1/z, where the errors of such networks are about equal near and far. All distances have the same
    weight, however much of the picture they fill: otherwise a single wall would dominate. More than a third of the
    pixels may be outliers.

    Raises CalibrationError if too little was measured, or if near and far are swapped.
    """
    unit = captured.range.median if captured.kind is DepthKind.RELATIVE_DEPTH else 1.0
    disparity, distance = _samples(live.depth, captured.depth)
    if len(disparity) < FEWEST:
        raise CalibrationError("the capture holds too little depth to calibrate the live stream with")
    distance = distance / max(unit, 1e-9)
    gain, bias = fit_line(*_balanced(disparity, 1 / distance))
    if not gain > 0:
        raise CalibrationError(
            f"the live depth of {live.model} and the capture disagree about what is near, so the live stream stays "
            "uncalibrated; capture a picture with more depth in it"
        )
    z_far = _REACH * float(np.percentile(distance, 98))
    fitted = 1 / np.maximum(gain * disparity + bias, 1 / z_far)
    return Calibration(gain, bias, z_far, captured.kind, float(np.median(np.abs(fitted / distance - 1))))


def fit_line(x: Array, y: Array) -> tuple[float, float]:
    """Fit y = gain · x + bias to points (n,) with many outliers. Return gain and bias.

    Starts with the least median of errors over lines through two points (Rousseeuw 1984), then iterates weighted least
    squares with Tukey's biweight. Deterministic. If `x` is constant, the gain is 0.
    """
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, len(x), (2, _TRIALS))
    run = x[second] - x[first]
    usable = np.abs(run) > 1e-3 * np.ptp(x)
    if not usable.any():
        return 0.0, float(np.median(y))
    gains = (y[second] - y[first])[usable] / run[usable]
    biases = y[first][usable] - gains * x[first][usable]
    sample = rng.integers(0, len(x), min(len(x), 1000))
    errors = np.median(np.abs(gains[:, None] * x[sample] + biases[:, None] - y[sample]), axis=1)
    gain, bias = gains[errors.argmin()], biases[errors.argmin()]
    for _ in range(20):
        residual = np.abs(gain * x + bias - y)
        limit = max(_CUTOFF * _SIGMA_PER_MEDIAN * float(np.median(residual)), 1e-9 * float(np.abs(y).max()))
        weight = np.square(1 - np.square(np.minimum(residual / limit, 1)))
        gain, bias = weighted_line(x, y, weight, gain_for_constant=0.0)
    return float(gain), float(bias)


def _balanced(x: Array, y: Array) -> tuple[Array, Array]:
    """Draw a sample of points (n,) in which all values of `y` are about equally frequent."""
    low, high = np.percentile(y, (1, 99))
    bins = np.clip((y - low) / max(high - low, 1e-12) * _BINS, 0, _BINS - 1).astype(int)
    share = 1 / np.maximum(np.bincount(bins, minlength=_BINS), len(y) / _RAREST)[bins]
    drawn = np.random.default_rng(0).choice(len(y), _DRAWN, p=share / share.sum())
    return x[drawn], y[drawn]


def _samples(disparity: DepthMap, distance: DepthMap) -> tuple[Array, Array]:
    """Return values (n,) of both maps at the same positions, where both are measured."""
    height, width = disparity.shape
    step = max(1, round((disparity.size / SAMPLES) ** 0.5))
    rows, columns = np.arange(step // 2, height, step), np.arange(step // 2, width, step)
    h, w = distance.shape
    there = np.ix_(((rows + 0.5) * h / height).astype(int), ((columns + 0.5) * w / width).astype(int))
    x, z = disparity[np.ix_(rows, columns)].ravel(), distance[there].ravel()
    usable = is_measured(x, True) & is_measured(z, False)
    return x[usable].astype(np.float64), z[usable].astype(np.float64)
