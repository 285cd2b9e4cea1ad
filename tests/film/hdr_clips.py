"""Videos of ten bits, in SDR, HDR10 and HLG."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.files.video_color import BT709, BT2020, HLG, PQ, MasteringDisplay, VideoColor

MASTERING = MasteringDisplay((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), (0.3127, 0.329), 0.005, 1000.0)
HDR10 = VideoColor(BT2020, PQ, BT2020, MASTERING, (1000, 400))
HLG_COLOR = VideoColor(BT2020, HLG, BT2020)
_X265 = (
    "log-level=error:lossless=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
    ":max-cll=1000,400"
)


def ramp(size: tuple[int, int]) -> np.ndarray:
    """Luma of ten bits (H, W), from black at the left to white at the right."""
    return np.tile(np.round(np.linspace(64, 940, size[0])), (size[1], 1))


def write_deep(path: Path, luma: np.ndarray, color: VideoColor | None = None, frames: int = 3) -> Path:
    """Gray without loss; HDR10 has its metadata in the stream."""
    height, width = luma.shape
    planes = luma, np.full((height // 2, width // 2), 512), np.full((height // 2, width // 2), 512)
    codec, options = ("libx265", {"x265-params": _X265}) if color == HDR10 else ("ffv1", {})
    color = color or VideoColor(BT709, BT709, BT709)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p10le"
        context = stream.codec_context
        context.color_range, context.color_primaries = 1, color.primaries
        context.color_trc, context.colorspace = color.transfer, color.matrix
        frame = av.VideoFrame(width, height, "yuv420p10le")
        for plane, values in zip(frame.planes, planes, strict=True):
            rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
            rows[:, : plane.width] = values
            plane.update(rows.tobytes())
        for index in range(frames):
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def planes_of(path: Path) -> list[np.ndarray]:
    """The planes (h, w) of the first frame, of ten bits."""
    with av.open(str(path)) as container:
        planes = next(container.decode(video=0)).planes
        rows = [np.frombuffer(bytes(plane), np.uint16).reshape(plane.height, -1)[:, : plane.width] for plane in planes]
    return [values.astype(int) for values in rows]
