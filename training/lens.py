"""From linear light to a displayed picture: soft shadow in corners, defocus, exposure and tone curve."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


class Lens:
    """How one scene is photographed; drawn once for it. `follows`: exposure only slowly adapts, as in a clip."""

    def __init__(self, rng: np.random.Generator, *, follows: bool = False) -> None:
        self._occlusion = rng.uniform(0.3, 1.0)
        self._exposure = rng.uniform(0.5, 1.2)
        self._aperture = rng.uniform(1, 6) if rng.random() < 0.25 else 0.0
        self._focus = rng.uniform(0.5, 0.95)
        self._gain: float | None = None
        self._follows = follows

    def develop(self, light: Array, inverse: Array) -> NDArray[np.uint8]:
        """(H, W, 3) linear and (H, W) in 1/m -> RGB uint8, exposed for the mean."""
        shown = light * self._corners(inverse)[..., None]
        if self._aperture:
            shown = self._defocused(shown, inverse)
        gain = min(self._exposure * 0.45 / (float(np.mean(shown)) + 1e-3), 8.0)
        self._gain = 0.9 * self._gain + 0.1 * gain if self._follows and self._gain is not None else gain
        curve = 1 - np.exp(-np.clip(shown, 0, None) * self._gain * 1.3)
        return (np.clip(curve, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)

    def _corners(self, inverse: Array) -> Array:
        """Share of ambient light left where something nearby is closer: blurred depth against depth."""
        far = np.log(1 / np.maximum(inverse, 0.01)).astype(np.float32)
        share = np.ones_like(far)
        for radius in (2, 7):
            behind = np.clip(far - cv2.GaussianBlur(far, (0, 0), radius), 0, 0.25)
            share *= 1 - 0.8 * self._occlusion * np.clip(2 * behind, 0, 0.6)
        return np.where(inverse > 0, share, 1).astype(np.float32)  # the sky has no corners

    def _defocused(self, light: Array, inverse: Array) -> Array:
        """Blur that grows with the difference of inverse distance from the plane in focus."""
        focus = np.quantile(inverse[::4, ::4], self._focus)
        radius = np.abs(inverse - focus) * self._aperture / (focus + 0.05)
        radius = cv2.GaussianBlur(radius.astype(np.float32), (0, 0), 1.5)
        result, previous = light, 0.0
        for level in (1.0, 2.0, 4.0):
            blurred = cv2.GaussianBlur(light, (0, 0), level)
            share = np.clip((radius - previous) / (level - previous), 0, 1)[..., None]
            result = result * (1 - share) + blurred * share
            previous = level
        return result
