"""The depth of a photograph, or of another source that shows one picture."""

from collections.abc import Callable
from dataclasses import replace

from engine.depth.capture.result import Estimate, capture_of
from engine.depth.capture.runner import Capturer
from engine.errors import SourceError
from engine.frames import DepthFrame
from engine.geometry.own_depth import own_depth
from engine.settings import Settings
from engine.sources import sizes
from engine.sources.base import Source


def depth_of_still(source: Source, settings: Settings, capturer: Callable[[], Capturer]) -> DepthFrame:
    """Return the picture that `source` shows with its own depth, or else that of `capturer`, which is loaded then.

    Raises SourceError.
    """
    frame = sizes.read(source, settings.source.max_res)
    if frame is None:
        raise SourceError(f"{source.source_id} shows no picture")
    frame = replace(frame, original=None)
    if frame.depth is None:
        return capturer().take([frame], settings)[0].frame
    return capture_of(frame, Estimate(*own_depth(frame, settings.depth)), "source", settings.depth, 0.0, 0.0).frame
