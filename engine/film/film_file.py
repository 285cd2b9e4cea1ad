"""Film files: where they go, how they are written, and a look at the result."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image

from engine.errors import OutputError
from engine.export.codec_choice import encoding_for
from engine.export.encodings import CONTAINERS, Encoding
from engine.export.hdr import mp4_boxes
from engine.export.image_file import save_picture
from engine.export.joined_video import Piece, join_videos
from engine.export.matroska_display import show_as_stored
from engine.export.mp4_boxes import describe_video
from engine.export.mp4_stereo import MODES, declare_stereo
from engine.export.video_writer import Header, Track, VideoFile
from engine.files.atomic import complete_file, complete_folder
from engine.files.video_color import SDR, VideoColor
from engine.film.shape import MONO, StereoLayout
from engine.frames import DeepImage, Image

Pictures = Iterable[tuple[Image | DeepImage, float]]
"""Each picture (H, W, 3) with the time at which it is shown, in seconds."""

PICTURES = ("jpg", "mpo")
"""Kinds of files that hold one stereo picture instead of a film."""
JOINED = ("mp4", "mov", "mkv", "webm")
"""Kinds of files that are joined of parts."""
_MATROSKA = ("mkv", "webm")
_JPEG: Any = {"quality": 95, "subsampling": 0}  # subsampled color would mix the eyes of interlaced pictures


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be written."""

    path: Path
    """A file, or a folder for a sequence of PNG files."""
    container: str
    codec: str = "auto"
    crf: int | None = None
    right: Path | None = None
    """Where the right half of each picture goes, if it has a file of its own."""

    @property
    def paths(self) -> list[Path]:
        """All that is written."""
        return [self.path] if self.right is None else [self.path, self.right]

    def encoding(
        self, size: tuple[int, int], layout: StereoLayout, *, bits: int = 8, color: VideoColor = SDR
    ) -> Encoding:
        """Return how frames of `size` (width, height) are encoded. Raises InputError for a codec that does not fit.

        bits, color: of the source.
        """
        return encoding_for(
            self.container, self.codec, size, self.crf,
            needs_full_color=layout.needs_full_color, bits=bits, color=color,
        )  # fmt: skip


def write_film(
    target: Target, pictures: Pictures, size: tuple[int, int], fps: Fraction, *,
    layout: StereoLayout = MONO, is_regular: bool = True, folder: Path | None = None,
) -> int:  # fmt: skip
    """Write `pictures`, of which each file shows `size` (width, height), and return how many there were.

    The file appears when it is complete and could be opened again; until then it is in `folder`. Raises InputError for
    a codec that does not fit, OutputError if it cannot be written.
    """
    if target.container == "png":
        return _write_sequence(target, pictures, folder)
    encoding, header = target.encoding(size, layout), _header(target, layout)
    with ExitStack() as stack:
        temporaries = [stack.enter_context(complete_file(path, folder=folder)) for path in target.paths]
        written = _encode(pictures, [
            VideoFile(temporary, size, fps, is_regular=is_regular, encoding=encoding, header=header)
            for temporary in temporaries
        ])  # fmt: skip
        for temporary in temporaries:
            _declare(temporary, target, layout)
            _check(temporary, target, written)
    return written


def write_part(
    paths: Sequence[Path], pictures: Pictures, size: tuple[int, int], fps: Fraction, encoding: Encoding, *,
    is_regular: bool,
) -> None:  # fmt: skip
    """Write the pictures of a part of a film, whose times begin with 0, and of which each file shows `size`.

    Raises OutputError.
    """
    with ExitStack() as stack:
        temporaries = [stack.enter_context(complete_file(path)) for path in paths]
        files = [VideoFile(one, size, fps, is_regular=is_regular, encoding=encoding) for one in temporaries]
        _encode(pictures, files)
        if said := mp4_boxes(encoding.color):
            for temporary in temporaries:
                describe_video(temporary, said)


def join_film(
    target: Target, pieces: Sequence[Piece], tick: Fraction, *, layout: StereoLayout, tracks: Sequence[Track],
    chapters: Sequence[Any], folder: Path,
) -> int:  # fmt: skip
    """Write the parts of a film with its other tracks as one file, and return the number of frames.

    Raises OutputError if it cannot be written, AudioRefusedError if only `tracks` cannot.
    """
    with complete_file(target.path, folder=folder) as temporary:
        written = join_videos(pieces, temporary, tick, tracks=tracks, header=_header(target, layout, chapters))
        _declare(temporary, target, layout)
        _check(temporary, target, written)
    return written


def _header(target: Target, layout: StereoLayout, chapters: Sequence[Any] = ()) -> Header:
    says = target.container in _MATROSKA and layout.packing is not None
    options = CONTAINERS[target.container].options
    return Header(options, {"stereo_mode": str(layout.packing)} if says else {}, chapters)


def _declare(file: Path, target: Target, layout: StereoLayout) -> None:
    """Say in `file` how its frames hold both eyes, where that is not said while it is written."""
    if target.container in ("mp4", "mov") and layout.packing in MODES:
        declare_stereo(file, layout.packing)
    elif target.container in _MATROSKA and layout.packing and layout.is_half:
        show_as_stored(file, is_side_by_side=layout.packing in ("left_right", "right_left"))


def _encode(pictures: Pictures, files: Sequence[VideoFile]) -> int:
    written = 0
    with ExitStack() as stack:
        for file in files:
            stack.enter_context(file)
        for picture, time_s in pictures:
            for file, view in zip(files, _views(picture, len(files)), strict=True):
                file.write(view, time_s)
            written += 1
    return written


def _views(picture: Image | DeepImage, count: int) -> list[Any]:
    """Return what each of `count` files shows of `picture` (H, W, 3), from the left to the right."""
    return [np.ascontiguousarray(view) for view in np.split(picture, count, axis=1)]


def write_picture(target: Target, picture: Image, folder: Path | None = None) -> None:
    """Write one stereo `picture` (H, W, 3). In MPO its left and right half are two pictures. Raises OutputError."""
    if target.container == "mpo":
        with complete_file(target.path, folder=folder) as temporary:
            left, right = map(PIL.Image.fromarray, _views(picture, 2))
            left.save(temporary, "MPO", save_all=True, append_images=[right], **_JPEG)
        return
    for path, view in zip(target.paths, _views(picture, len(target.paths)), strict=True):
        with complete_file(path, folder=folder) as temporary:
            PIL.Image.fromarray(view).save(temporary, "JPEG", **_JPEG)


def _write_sequence(target: Target, pictures: Pictures, folder: Path | None) -> int:
    written = 0
    with ExitStack() as stack:
        temporaries = [stack.enter_context(complete_folder(path, folder=folder)) for path in target.paths]
        for picture, _ in pictures:
            for temporary, view in zip(
                temporaries, _views(np.asarray(picture, np.uint8), len(temporaries)), strict=True
            ):
                save_picture(temporary / f"{written:06d}.png", view)
            written += 1
    return written


def _check(file: Path, target: Target, frames: int) -> None:
    """Open what was written and count its frames. Raises OutputError if some are missing."""
    try:
        found = _frames_in(file)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise OutputError(f"{target.path} cannot be opened again ({error}); try another --codec or --format") from error
    # WebP joins frames that are alike
    if found != frames and not (target.container == "webp" and 0 < found <= frames):
        raise OutputError(f"{target.path} holds {found} of {frames} frames; check the disk, and try another --codec")


def _frames_in(file: Path) -> int:
    if file.suffix == ".webp":  # of which FFmpeg decodes no animations
        with PIL.Image.open(file) as image:
            return int(getattr(image, "n_frames", 1))
    with av.open(str(file)) as container:
        return sum(1 for packet in container.demux(container.streams.video[0]) if packet.size)
