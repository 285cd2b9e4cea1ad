"""Pictures with depth, one by one, as a source and as the frames of a clip."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.files.rgbd_facts import Header
from engine.frames import CameraOrigin, DeepImage, DepthKind, DepthMap, Frame, Image, Intrinsics, Pose, scale_intrinsics
from engine.logs import log
from engine.sources.base import Recording, file_id
from engine.sources.image import shrink

DEFAULT_FPS = 30.0
"""Pictures a second where the files do not say when they were taken."""
_SAMPLES = 8
_SAME_S = 1e-6
"""Differences of times are rounded by this much."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What belongs to one picture."""

    depth: DepthMap
    """(h, w), of any size, but of what the picture shows. 0, negative or NaN: nothing was measured."""
    intrinsics: Intrinsics | None = None
    """(3, 3), in pixels of the depth map; None if nobody knows them."""
    pose: Pose | None = None


class RgbdSequence(ABC):
    """Pictures with metric depth in a folder or an archive, any of which can be read. It has the methods of a
    `VideoFile`."""

    offsets_s: Sequence[float] = ()
    camera: CameraOrigin = "known"

    def __init__(self, path: Path, times_s: Sequence[float]) -> None:
        """`times_s`: when each picture was taken, rising, on any clock. Raises SourceError if there is none."""
        if not times_s:
            raise SourceError(f"{path} has no picture with depth")
        self.path = path
        times = np.asarray(times_s, np.float64)
        self._times_s = times - times[0]
        steps = np.diff(times)
        step_s = float(np.median(steps)) if steps.size else 1 / DEFAULT_FPS
        self.fps = Fraction(1 / max(step_s, 1e-3)).limit_denominator(1001)
        self.frame_count = len(times)
        self.duration_s = float(self._times_s[-1]) + step_s

    @abstractmethod
    def image(self, place: int) -> Image:
        """Read the colors of the picture at `place`, as large as they are. Raises SourceError."""

    @abstractmethod
    def measured(self, place: int) -> Measured:
        """Read what belongs to the picture at `place`. Raises SourceError."""

    def close(self) -> None:  # noqa: B027 (folders hold nothing)
        """Close the file; may be called twice."""

    @property
    def header(self) -> Header:
        """What is the same for all pictures."""
        return Header(DepthKind.METRIC, self.camera, "source")

    def span_s(self, place: int) -> tuple[float, float]:
        """Return when the picture at `place` is due, and when the next one is, in seconds from the first."""
        ends = self._times_s[place + 1] if place + 1 < self.frame_count else self.duration_s
        return float(self._times_s[place]), float(ends)

    def place_at(self, position_s: float) -> int:
        """Return which picture is on screen at `position_s`."""
        place = int(np.searchsorted(self._times_s, position_s + _SAME_S, side="right")) - 1
        return min(max(place, 0), self.frame_count - 1)

    def samples(self) -> Iterator[Image]:
        """Yield pictures from the whole sequence. Raises SourceError."""
        for place in range(0, self.frame_count, max(1, self.frame_count // _SAMPLES)):
            yield self.image(place)

    def decode(self, *, quietly: bool = False) -> Iterator[tuple[float, float, int]]:
        """Yield the time of each picture, the time at which it ends, and its place."""
        for place in range(self.frame_count):
            yield *self.span_s(place), place

    def to_picture(self, decoded: int, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]:
        """Read the picture at a place, scaled so that its longest side is at most `max_res`. Raises SourceError."""
        return shrink(self.image(decoded), max_res), None

    def to_deep(self, decoded: int, max_res: int, *, keeps_hdr: bool) -> DeepImage:
        """Return the same in 16 bits."""
        return self.to_picture(decoded, max_res)[0].astype(np.uint16) * 257

    def with_depth(self, frame: Frame, time_s: float) -> Frame:
        """Return `frame`, which is the picture of that time, with what was measured. Raises SourceError."""
        found = self.measured(self.place_at(time_s))
        (height, width), (h, w) = frame.image.shape[:2], found.depth.shape
        camera = None if found.intrinsics is None else scale_intrinsics(found.intrinsics, width / w, height / h)
        return replace(frame, depth=found.depth, kind=DepthKind.METRIC, intrinsics=camera, pose=found.pose)


class SequenceSource(Recording):
    """A sequence in an endless loop, each picture at its own time.

    Pictures that cannot be read are skipped, each with one line in the log.
    """

    def __init__(self, sequence: RgbdSequence) -> None:
        self.source_id = file_id(sequence.path)
        self.duration_s = sequence.duration_s
        self._sequence = sequence
        self._place = self._index = 0
        self._time_s = self._due_s = 0.0
        self._offset_s: float | None = None
        """From positions to `Frame.time_s`; None until the first picture after a jump."""
        self._damaged: set[int] = set()

    def samples(self) -> Iterator[Image]:
        return self._sequence.samples()

    def read(self, max_res: int) -> Frame:
        while True:
            self._loop()
            at_s, end_s = self._sequence.span_s(self._place)
            try:
                frame = self._sequence.with_depth(self._picture(self._place, max_res), at_s)
            except SourceError as error:
                self._skip(error)
                continue
            if self._offset_s is None:
                self._offset_s = self._due_s - at_s
            self._time_s = max(self._time_s, at_s + self._offset_s)
            self._due_s = self._time_s + end_s - at_s
            self.position_s = at_s
            self._index += 1
            self._place += 1
            return replace(frame, time_s=self._time_s)

    def seek(self, position_s: float) -> None:
        self._go_to(self._sequence.place_at(position_s))

    def step_back(self) -> None:
        self._go_to(max(self._place - 2, 0))

    def close(self) -> None:
        self._sequence.close()

    def _picture(self, place: int, max_res: int) -> Frame:
        image = self._sequence.image(place)
        return Frame(shrink(image, max_res), self._index, source_id=self.source_id, original=lambda: image)

    def _go_to(self, place: int) -> None:
        self._place, self._offset_s = place, None

    def _loop(self) -> None:
        """Go back to the start of the loop after its end, unless what is beyond was sought."""
        if self._place >= self._sequence.frame_count:
            self._go_to(0 if self.loop_s is None else self._sequence.place_at(self.loop_s[0]))
            return
        starts_s, _ = self._sequence.span_s(self._place)
        if self.loop_s is not None and self._offset_s is not None and starts_s >= self.loop_s[1] - _SAME_S:
            self.seek(self.loop_s[0])

    def _skip(self, error: SourceError) -> None:
        if self._place not in self._damaged:
            log.warning("skipped: %s", error)
            self._damaged.add(self._place)
        if len(self._damaged) == self._sequence.frame_count:
            raise error
        self._place += 1
