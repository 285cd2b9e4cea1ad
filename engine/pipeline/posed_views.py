"""Views with poses from a recording with measured depth."""

from pathlib import Path

import numpy as np

from engine.errors import SourceError
from engine.frames import DepthFrame, DepthKind, Frame
from engine.logs import log
from engine.sources.base import file_id
from engine.sources.rgbd.kinds import open_sequence


def read_posed(path: Path, most: int, max_res: int) -> list[DepthFrame]:
    """Return at most `most` frames of an RGB-D recording, spread over all of it, each with its pose and its camera.

    max_res: longest side of their pictures. Raises SourceError if `path` is no such recording or has no poses.
    """
    sequence = open_sequence(path)
    if sequence is None:
        raise SourceError(f"{path} is no RGB-D recording that can be read: see docs/recordings.md")
    try:
        count = sequence.frame_count
        found = []
        for place in np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(int)):
            try:
                image, _ = sequence.to_picture(int(place), max_res)
                at_s, _ = sequence.span_s(int(place))
                frame = sequence.with_depth(Frame(image, int(place), at_s, file_id(path)), at_s)
            except SourceError as error:
                log.warning("skipped: %s", error)
                continue
            if frame.pose is not None and frame.intrinsics is not None and frame.depth is not None:
                found.append(DepthFrame(frame, frame.depth, DepthKind.METRIC))
    finally:
        sequence.close()
    if not found:
        raise SourceError(f"{path} does not say where its camera was: views without poses cannot be fused")
    return found
