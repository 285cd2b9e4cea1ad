"""A network for the tests of films, which costs nothing."""

import cv2
import numpy as np

from engine.depth.clip import ClipMap
from engine.depth.live.stabilize import CutDetector
from engine.frames import DepthKind


class Brightness:
    """What is bright is near."""

    encoder, device, kind, input_size = "brightness", "cpu", DepthKind.DISPARITY, 36

    def maps(self, frames, *, known=0):
        cuts = CutDetector()
        for index, frame in enumerate(frames):
            is_cut = cuts.update(frame.geometry_image)
            if index >= known:
                small = cv2.resize(frame.geometry_image, (32, 18), interpolation=cv2.INTER_AREA)
                yield ClipMap(small.mean(-1).astype(np.float32) / 64 + 1, begins_scene=is_cut)

    def enlarge(self, depth, size):
        return cv2.resize(depth, size[::-1])
