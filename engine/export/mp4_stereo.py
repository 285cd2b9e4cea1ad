"""The box by which an MP4 file says how its frames hold both eyes.

`st3d` is part of Google's Spherical Video V2 (https://github.com/google/spatial-media). It follows the configuration
of the codec, and comes before optional boxes such as the shape of pixels. A flat film needs no `sv3d`, which describes
a sphere.
"""

from pathlib import Path
from struct import pack

from engine.export.mp4_boxes import box, describe_video

MODES = {"top_bottom": 1, "left_right": 2, "right_left": 4}
"""The packings that the box has a number for. It knows none for the left eye below."""


def declare_stereo(file: Path, packing: str) -> None:
    """Add the box to the video tracks of the MP4 `file`, which is rewritten. Raises OSError.

    packing: a key of `MODES`.
    """
    describe_video(file, box(b"st3d", pack(">IB", 0, MODES[packing])))
