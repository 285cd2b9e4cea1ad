"""A network that takes two seconds for a frame."""

import time
from dataclasses import dataclass

import numpy as np

from engine.depth.estimator import EstimatorInfo
from engine.frames import DepthKind


@dataclass
class Sleeper:
    """Sleeps, then gives a ramp."""

    settings: object
    kind = DepthKind.DISPARITY
    is_temporal = False
    info = EstimatorInfo("sleeper", "none", "cpu", "fp32")

    def estimate(self, image: np.ndarray) -> np.ndarray:
        time.sleep(2)
        return np.tile(np.linspace(1, 2, 64, dtype=np.float32), (36, 1))

    def reset(self) -> None:
        pass
