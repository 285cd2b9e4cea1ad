"""Small videos for tests, made on the spot."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera


def demo_clip(
    path: Path,
    *,
    frames: int = 30,
    fps: Fraction | int = 30,
    size: tuple[int, int] = (320, 180),
    sound: str | None = None,
    sound_hz: int = 48_000,
) -> Path:
    """The demo scene as an MPEG-4 video, with a tone as long as it if a codec for `sound` is given."""
    camera = SceneCamera.at(*size)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(fps))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 2_000_000
        tone = container.add_stream(sound, rate=sound_hz) if sound else None
        for index in range(frames):
            image, _ = render(camera, index / fps)
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if tone is not None:
            wave = np.sin(np.arange(round(frames / fps * sound_hz)) * 0.06, dtype=np.float32) * 8000
            samples = av.AudioFrame.from_ndarray(np.repeat(wave, 2).astype(np.int16)[None], "s16", "stereo")
            samples.rate = sound_hz
            for packet in (*tone.encode(samples), *tone.encode()):
                container.mux(packet)
    return path
