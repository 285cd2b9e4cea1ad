"""A stand-in for a network that takes two seconds per frame, or none."""

import time
from dataclasses import dataclass

import numpy as np

from engine.depth.live.estimator import EstimatorInfo
from engine.frames import DepthKind


@dataclass
class Sleeper:
    """Sleeps, then gives a ramp."""

    settings: object
    check: object = None
    pause_s: float = 2.0
    kind = DepthKind.DISPARITY
    is_temporal = False
    info = EstimatorInfo("sleeper", "none", "cpu", "fp32")

    def estimate(self, image: np.ndarray) -> np.ndarray:
        time.sleep(self.pause_s)
        return np.tile(np.linspace(1, 2, 64, dtype=np.float32), (36, 1))

    def estimate_still(self, image: np.ndarray) -> np.ndarray:
        return self.estimate(image)

    def refined(self, depth: np.ndarray, image: np.ndarray) -> np.ndarray:
        return depth

    @classmethod
    def quick(cls, settings: object, check: object) -> "Sleeper":
        """Return one that does not sleep."""
        return cls(settings, check, 0.0)

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass
