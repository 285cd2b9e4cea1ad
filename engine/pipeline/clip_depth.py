"""The depth of a whole clip in a temporary file: the first of two passes over a video."""

import logging
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.depth.runtime.out_of_memory import is_out_of_memory, smaller_input
from engine.depth.transparency import visible
from engine.errors import OutputError
from engine.export.depth_spool import BYTES_PER_VALUE, DepthSpool, KeptSpool
from engine.frames import DepthKind, Frame
from engine.geometry.world import is_measured

if TYPE_CHECKING:
    from engine.depth.clip import ClipEstimator

log = logging.getLogger(__name__)

_REGULAR_S = 0.0015  # timestamps this close to a constant rate are merely rounded to milliseconds

Step = TypeVar("Step")


class Progress(Protocol):
    """Shows the progress of an iteration."""

    def __call__(self, steps: Iterable[Step], doing: str, total: int | None) -> Iterable[Step]: ...


class Frames(Protocol):
    """A clip: the same frames each time they are read."""

    path: Path
    expected_frames: int | None

    def frames(self) -> Iterator[Frame]: ...


@dataclass(slots=True)
class ClipDepth:
    """The depth of a clip, and what was noted on the way."""

    spool: DepthSpool
    times_s: list[float] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    """(H, W) of the frames."""

    @property
    def scenes(self) -> list[int]:
        """Frames at which scale and shift may change."""
        return [0, *self.spool.scenes]

    def is_regular(self, fps: Fraction) -> bool:
        """Return whether each frame is shown for the same time."""
        return all(abs(time_s - index / fps) < _REGULAR_S for index, time_s in enumerate(self.times_s))


@contextmanager
def depth_of(
    clip: Frames, estimator: "ClipEstimator", folder: Path, progress: Progress, *, is_kept: bool = False
) -> Iterator[ClipDepth]:
    """Compute the depth of all frames of `clip`, kept in `folder` until the block ends.

    `is_kept`: it stays there, and what an earlier process left of the same clip is not computed again.
    If memory runs out, the clip is restarted at half the input size, so that all frames are alike. Raises SourceError
    if the clip cannot be read, OutputError if the disk is too small, and MemoryShortageError if even the smallest input
    is too large.
    """
    wanted_size = estimator.input_size
    if is_kept:
        estimator.input_size = KeptSpool.input_size_in(folder) or wanted_size
    try:
        while True:
            with KeptSpool(folder, estimator.input_size) if is_kept else DepthSpool(folder) as spool:
                found = _within_memory(clip, estimator, folder, progress, spool)
                if found is not None:
                    yield found
                    return
            size = estimator.input_size
            estimator.input_size = smaller_input(size, clip.path.name)
            log.warning("%s: not enough memory at %d px, restarting at %d px", clip.path, size, estimator.input_size)
    finally:
        estimator.input_size = wanted_size


def _within_memory(
    clip: Frames, estimator: "ClipEstimator", folder: Path, progress: Progress, spool: DepthSpool
) -> ClipDepth | None:
    """Return None if memory runs out, after the exception, which holds memory, is gone."""
    try:
        return _compute(clip, estimator, folder, progress, spool)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return None


def _compute(
    clip: Frames, estimator: "ClipEstimator", folder: Path, progress: Progress, spool: DepthSpool
) -> ClipDepth:
    result, known = ClipDepth(spool), len(spool)
    if known:
        log.info("%s: the depth of %d frames is there already", clip.path, known)
    waiting: deque[NDArray[np.bool_] | None] = deque()  # the network may look ahead

    def noted() -> Iterator[Frame]:
        for frame in clip.frames():
            result.size = frame.image.shape[0], frame.image.shape[1]
            result.times_s.append(frame.time_s)
            if len(result.times_s) > known:
                waiting.append(frame.is_opaque)
            yield frame

    if spool.is_complete:
        for _ in progress(noted(), "reading", clip.expected_frames):
            pass
        return result
    left = None if clip.expected_frames is None else max(clip.expected_frames - known, 0)
    for found in progress(estimator.maps(noted(), known=known), "depth", left):
        if len(spool) == known:
            _check_space(folder, (left or 1) * found.depth.size * BYTES_PER_VALUE)
        measured = is_measured(found.depth, estimator.kind is DepthKind.DISPARITY)
        measured &= visible(waiting.popleft(), found.depth.shape)
        spool.append(np.where(measured, found.depth, np.float32(np.nan)), begins_scene=found.begins_scene)
    spool.complete()
    return result


def _check_space(folder: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed_bytes > free:
        raise OutputError(
            f"{folder} has {free / 1e9:.1f} GB free, and the depth of this video takes {needed_bytes / 1e9:.1f} GB "
            "during the conversion. Choose another --output-dir, or a smaller --input-size."
        )
