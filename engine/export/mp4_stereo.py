"""The boxes by which an MP4 file says how its frames hold both eyes.

`st3d` is part of Google's Spherical Video V2 (https://github.com/google/spatial-media). It follows the configuration
of the codec, and comes before optional boxes such as `pasp`, the shape of pixels. A flat film needs no `sv3d`, which
describes a sphere.

`pasp` says that pixels are square. In MP4 it is about the whole frame, so a frame with eyes squeezed to half their size
is shown in the proportions of one eye. FFmpeg's filter `stereo3d` and the 3D modes of televisions take that for half.
"""

from pathlib import Path
from struct import pack

from engine.export.mp4_boxes import box, describe_video

MODES = {"top_bottom": 1, "left_right": 2, "right_left": 4}
"""The packings that `st3d` has a number for. It knows none for the left eye below."""
_SQUARE = box(b"pasp", pack(">II", 1, 1))


def declare_stereo(file: Path, packing: str) -> None:
    """Add the boxes to the video tracks of the MP4 `file`, which is rewritten. Raises OSError.

    packing: a key of `MODES`.
    """
    describe_video(file, box(b"st3d", pack(">IB", 0, MODES[packing])) + _SQUARE)
