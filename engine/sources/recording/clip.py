"""A video file as a finite sequence of frames, for work that is not live."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import floor
from pathlib import Path
from typing import Any, Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.files.rgbd_facts import Header
from engine.frames import DeepImage, Frame, Image
from engine.logs import without_secrets
from engine.sources.base import file_id
from engine.sources.crop import Crop
from engine.sources.image import shrink
from engine.sources.image_file import is_animated
from engine.sources.recording.animation import AnimationFile, AnimationSource
from engine.sources.recording.decoder import VideoFile
from engine.sources.recording.image_sequence import ImageSequence
from engine.sources.recording.rgbd import DepthTrack, recorded_in
from engine.sources.recording.samples import samples
from engine.sources.recording.seeker import Seeker
from engine.sources.rgbd.kinds import open_sequence
from engine.sources.rgbd.packed import WHOLE_RES
from engine.sources.rgbd.packing import Packing
from engine.sources.rgbd.sequence import RgbdSequence
from engine.sources.sizes import Level
from engine.sources.transparency import BACKGROUND

_ROUNDING_S = 0.0006
"""Matroska rounds times to milliseconds."""
_SAMPLES = 24
"""Images of a folder in which black bars are looked for."""
_EARLY = 0.1  # share of a frame's time by which rounded times may come early


Deep = Literal["sdr", "hdr"]
"""Whether frames of more than 8 bits are tone-mapped, or stay in HDR."""


class _Converter(Protocol):
    """What makes images of decoded frames."""

    def to_picture(self, decoded: Any, max_res: int) -> tuple[Image, NDArray[np.bool_] | None]: ...
    def to_deep(self, decoded: Any, max_res: int, *, keeps_hdr: bool) -> DeepImage: ...


class _File(_Converter, Protocol):
    """What frames are read from."""

    @property
    def fps(self) -> Fraction: ...
    @property
    def frame_count(self) -> int | None: ...
    @property
    def duration_s(self) -> float | None: ...
    @property
    def offsets_s(self) -> Sequence[float]: ...
    def decode(self, *, quietly: bool = False) -> Iterator[tuple[float, float, Any]]: ...
    def close(self) -> None: ...


class Clip:
    """The frames of a video file, the same ones each time they are read."""

    def __init__(
        self,
        path: Path,
        *,
        max_res: int,
        target_fps: float | None = None,
        max_frames: int | None = None,
        crop: str = "off",
        from_s: float = 0.0,
        until_s: float | None = None,
        sequence_fps: float | None = None,
        packing: Packing | None = None,
    ) -> None:
        """`max_res`: longest side in pixels. `target_fps`: frames are dropped down to this rate, and never repeated.
        `max_frames`: stop after this many. `crop`: as the setting. `from_s`, `until_s`: start with the frame that is on
        screen then, and stop before the first one that is due then, in seconds from the first frame of the file.
        `sequence_fps`: frame rate at which a folder of images is read as a video; None: such folders are refused.
        `packing`: how the pictures hold their depth, if they do.

        Raises SourceError if the file cannot be opened as a video, or is over before `from_s`.
        """
        if not os.path.exists(path):  # the methods of Path raise where the name is too long
            raise SourceError(f"there is no file {without_secrets(str(path))}; check the path")
        sequence = open_sequence(path)
        is_folder = sequence is None and os.path.isdir(path)
        if is_folder and sequence_fps is None:
            raise SourceError(f"{path} is a folder; give the video files in it")
        self.path = path
        self._max_res, self._max_frames = max_res, max_frames
        self._from_s, self._until_s = from_s, until_s
        is_animation = sequence is None and not is_folder and is_animated(path)
        self.is_video = sequence is None and not is_folder and not is_animation
        """Whether there may be audio beside the frames."""
        if sequence is not None:
            self._open: Callable[[], _File] = lambda: sequence
        elif is_folder:
            self._open = partial(ImageSequence, path, sequence_fps or 1)
        elif is_animation:
            self._open = partial(AnimationFile, path)
        else:
            self._open = partial(VideoFile, path)
        file = self._open()
        try:
            own_fps, frames, duration_s = file.fps, file.frame_count, file.duration_s
        finally:
            file.close()
        wanted = None if target_fps is None else Fraction(target_fps).limit_denominator(1001)
        self._depth: DepthTrack | RgbdSequence | None = sequence
        self._packing = packing if sequence is None else None
        if self.is_video and packing is None and recorded_in(path):
            self._depth = DepthTrack(path)
        if isinstance(file, ImageSequence):
            taken = file.samples(_SAMPLES)
        elif sequence is not None:
            taken = sequence.samples()
        elif is_animation:
            taken = (picture.image for _, _, picture in AnimationSource(path).once())
        else:
            taken = samples(path, is_thorough=True)
        if self._packing is not None:
            taken = map(self._packing.colors, taken)
        self._crop = Crop(crop, _of_one_size(taken), name=str(path), is_constant=True)
        self._thinned_fps = wanted if wanted is not None and wanted < own_fps else None
        self.fps = self._thinned_fps or own_fps
        """Frames per second."""
        self._was_read = False
        self.start_s = 0.0
        """Time of the first frame on the file's own clock, known once it was read."""
        self.offsets_s: Sequence[float] = ()
        """Added to the file's times from each place where they restart, known once it was read."""
        if duration_s is not None and from_s >= duration_s:
            raise SourceError(
                f"{path} is {duration_s:.1f} s long, and is over at {from_s:g} s; choose an earlier start"
            )
        if frames is not None:
            seconds = float(frames / own_fps)
            seconds = min(until_s, seconds) - from_s if until_s is not None else seconds - from_s
            frames = min(frames, max(round(seconds * own_fps), 1))
            frames = min(round(frames * self.fps / own_fps), max_frames or frames)
        self.expected_frames = frames
        """The approximate number of frames; None if the file does not say."""

    @property
    def recorded(self) -> Header | None:
        """What is known of the depth that the file has; None for all files but recordings."""
        found = self._packing or self._depth
        return found.header if found else None

    def frames(
        self, is_wanted: Callable[[int], bool] = lambda index: True, *, deep: Deep | None = None
    ) -> Iterator[Frame]:
        """Yield each frame once. `time_s` counts from the first one and never goes back.

        `is_wanted`: whether to yield the frame of this index; the others are only decoded. All have the size of the
        first one; of another shape, they are between transparent bars. `deep`: give them their colors in 16 bits, too.
        Raises SourceError if the file cannot be opened or has no frames.
        """
        index, shown_s, slot = 0, 0.0, -1
        shape: tuple[int, ...] = ()
        with closing(self._decoded()) as decoded:
            for at_s, converter, picture in decoded:
                if index == 0:
                    self.start_s = at_s
                shown_s = max(shown_s, at_s - self.start_s)
                time_s = shown_s
                if self._thinned_fps is not None:
                    last_slot, slot = slot, floor(shown_s * self._thinned_fps + _EARLY)
                    if slot == last_slot:
                        continue
                    time_s = float(slot / self._thinned_fps)
                wanted = is_wanted(index)
                if wanted or not shape:
                    image, is_opaque, coded = self._picture(converter, picture)
                    shape = shape or image.shape
                    if image.shape != shape:
                        image, is_opaque = _fitted(image, is_opaque, shape)
                if wanted:
                    frame = Frame(image, index, time_s, file_id(self.path), is_opaque=is_opaque)
                    if deep is not None:
                        colors = converter.to_deep(picture, self._max_res, keeps_hdr=deep == "hdr")
                        if colors.shape != shape:
                            colors, _ = _fitted(colors, None, shape)
                        frame = replace(frame, deep=colors)
                    if self._packing is not None and coded is not None:
                        frame = self._packing.with_depth(frame, coded)
                    elif self._depth is not None:
                        frame = self._depth.with_depth(frame, at_s)
                    yield self._crop.applied(frame)
                index += 1
                if index == self._max_frames:
                    return
        if index == 0:
            raise SourceError(f"{self.path} has no frame that can be decoded; check that the file is complete")

    def _picture(self, converter: _Converter, picture: Any) -> tuple[Image, NDArray[np.bool_] | None, Image | None]:
        """Return a picture, where it is opaque, and the part of it that holds its depth, if any."""
        if self._packing is None:
            return *converter.to_picture(picture, self._max_res), None
        whole, _ = converter.to_picture(picture, WHOLE_RES)
        return shrink(self._packing.colors(whole), self._max_res), None, self._packing.coded(whole)

    def _decoded(self) -> Generator[tuple[float, _Converter, Any]]:
        """Yield the time of each frame on the file's own clock, what makes its image, and the frame."""
        if self._from_s and self.is_video:
            yield from self._decoded_from()
            return
        file = self._open()
        first_s: float | None = None
        try:
            for at_s, end_s, decoded in file.decode(quietly=self._was_read):
                first_s = at_s if first_s is None else first_s
                if self._until_s is not None and at_s - first_s >= self._until_s - _ROUNDING_S:
                    return
                if not self._from_s or end_s - first_s > self._from_s + _ROUNDING_S:
                    yield at_s, file, decoded
        finally:
            file.close()
            self._was_read, self.offsets_s = True, file.offsets_s

    def _decoded_from(self) -> Generator[tuple[float, _Converter, Any]]:
        seeker = Seeker(self.path)
        try:
            seeker.find(seeker.start_s + self._from_s + _ROUNDING_S)
            while (decoded := seeker.next()) is not None:
                if self._until_s is not None and decoded.at_s - seeker.start_s >= self._until_s - _ROUNDING_S:
                    return
                yield decoded.at_s, seeker, decoded
        finally:
            seeker.close()
            self.offsets_s = seeker.offsets_s


def _of_one_size(images: Iterator[Image]) -> Iterator[Image]:
    first: Image | None = None
    for image in images:
        first = image if first is None else first
        yield image if image.shape == first.shape else _fitted(image, None, first.shape)[0]


def _fitted(
    image: NDArray[Level], is_opaque: NDArray[np.bool_] | None, shape: tuple[int, ...]
) -> tuple[NDArray[Level], NDArray[np.bool_] | None]:
    """Return an image as large as fits into `shape`, in its middle, and where it is opaque: not around it."""
    height, width = shape[:2]
    scale = min(height / image.shape[0], width / image.shape[1])
    h, w = (min(max(1, round(side * scale)), most) for side, most in zip(image.shape[:2], shape, strict=False))
    top, left = (height - h) // 2, (width - w) // 2
    fitted, shown = np.zeros(shape, image.dtype), np.zeros((height, width), np.bool_)
    fitted[:] = np.array(BACKGROUND) * (np.iinfo(image.dtype).max // 255)
    inside = slice(top, top + h), slice(left, left + w)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted[inside] = cv2.resize(image, (w, h), interpolation=way)
    shown[inside] = True
    if is_opaque is not None:
        shown[inside] = cv2.resize(is_opaque.astype(np.uint8), (w, h), interpolation=cv2.INTER_NEAREST) > 0
    return fitted, None if shown.all() else shown
