"""Another camera, as a plugin: here a test pattern; replace `read` by what your camera gives.

da3d --plugin examples/custom_source.py --source pattern
"""

import time

import numpy as np

import da3d


class Pattern:
    def __init__(self, rest: str) -> None:  # of --source pattern:REST
        self.speed = float(rest or 1)

    def read(self, max_res: int) -> np.ndarray:
        time.sleep(1 / 30)  # a live source waits for its next image
        y, x = np.mgrid[0:180, 0:320]
        waves = np.sin(x / 20 + self.speed * time.monotonic()) * np.cos(y / 20)
        return np.repeat(np.uint8(127 + 127 * waves)[..., None], 3, axis=2)  # (H, W, 3)

    def close(self) -> None:
        pass


da3d.register_source("pattern", Pattern, label="moving test pattern")
