"""Sources whose pictures hold their depth."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.frames import Frame, Image
from engine.sources.base import FULL_RES, Recording
from engine.sources.image import ImageSource, Picture, shrink
from engine.sources.rgbd.packing import Packing

WHOLE_RES = 2 * FULL_RES
"""Longest side of pictures with their depth. Depth must not be scaled: it would be mixed at edges."""


class PackedImage(ImageSource):
    """A still image that holds its depth."""

    def __init__(self, path: Path, packing: Packing) -> None:
        """Raises SourceError."""
        super().__init__(path)
        self._packing = packing
        whole = self._picture.image
        self._coded = packing.coded(whole)
        self._picture = Picture(packing.colors(whole))

    def read(self, max_res: int) -> Frame | None:
        frame = super().read(max_res)
        return None if frame is None else self._packing.with_depth(frame, self._coded)


class PackedRecording(Recording):
    """A video, an animation or a folder of images whose pictures hold their depth."""

    def __init__(self, recording: Recording, packing: Packing) -> None:
        self._recording, self._packing = recording, packing
        self.source_id, self.duration_s = recording.source_id, recording.duration_s

    def samples(self) -> Iterable[Image] | None:
        whole = self._recording.samples()
        return None if whole is None else self._colors(whole)

    def read(self, max_res: int) -> Frame:
        recording, packing = self._recording, self._packing
        recording.loop_s = self.loop_s
        frame = recording.read(WHOLE_RES)
        self.duration_s, self.position_s = recording.duration_s, recording.position_s
        whole = frame.image
        frame = replace(
            frame, image=shrink(packing.colors(whole), max_res), is_opaque=None, original=_colors_of(whole, packing)
        )
        return packing.with_depth(frame, packing.coded(whole))

    def seek(self, position_s: float) -> None:
        self._recording.seek(position_s)

    def step_back(self) -> None:
        self._recording.step_back()

    def close(self) -> None:
        self._recording.close()

    def _colors(self, whole: Iterable[Image]) -> Iterator[Image]:
        return map(self._packing.colors, whole)


def _colors_of(whole: Image, packing: Packing) -> Callable[[], Image]:
    return lambda: packing.colors(whole)
