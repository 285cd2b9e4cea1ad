"""Small videos for tests, made on the spot."""

from fractions import Fraction
from pathlib import Path

import av

from engine.raycast import SceneCamera
from engine.scene import render


def demo_clip(path: Path, *, frames: int = 30, fps: int = 30, size: tuple[int, int] = (320, 180)) -> Path:
    """The demo scene as an MPEG-4 video."""
    camera = SceneCamera.at(*size)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(fps))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 2_000_000
        for index in range(frames):
            image, _ = render(camera, index / fps)
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
