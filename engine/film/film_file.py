"""Film files: where they go, how they are written, and a look at the result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image

from engine.errors import OutputError
from engine.export.encodings import CONTAINERS, encoding_for
from engine.export.image_file import save_picture
from engine.export.matroska_display import show_as_stored
from engine.export.mp4_stereo import MODES, declare_stereo
from engine.export.video_writer import Header, Track, VideoFile
from engine.files.atomic import complete_file, complete_folder
from engine.film.shape import MONO, StereoLayout
from engine.frames import Image

Pictures = Iterable[tuple[Image, float]]
"""Each picture (H, W, 3) with the time at which it is shown, in seconds."""

PICTURES = ("jpg", "mpo")
"""Kinds of files that hold one stereo picture instead of a film."""
_JPEG: Any = {"quality": 95, "subsampling": 0}  # subsampled color would mix the eyes of interlaced pictures


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be written."""

    path: Path
    """A file, or a folder for a sequence of PNG files."""
    container: str
    codec: str = "auto"
    crf: int | None = None


def write_film(
    target: Target, pictures: Pictures, size: tuple[int, int], fps: Fraction, *,
    layout: StereoLayout = MONO, is_regular: bool = True, tracks: Sequence[Track] = (),
    chapters: Sequence[Any] = (),
) -> int:  # fmt: skip
    """Write `pictures` of `size` (width, height), and return how many there were.

    The file appears when it is complete and could be opened again. Raises InputError for a codec that does not fit,
    OutputError if it cannot be written, AudioRefusedError if only `tracks` cannot.
    """
    if target.container == "png":
        return _write_sequence(target.path, pictures)
    container = CONTAINERS[target.container]
    encoding = encoding_for(target.container, target.codec, size, target.crf, needs_full_color=layout.needs_full_color)
    is_matroska = target.container in ("mkv", "webm")
    header = Header(
        container.options,
        metadata={"stereo_mode": layout.packing} if is_matroska and layout.packing else {},
        chapters=chapters,
    )
    with complete_file(target.path) as temporary:
        written = 0
        with VideoFile(
            temporary, size, fps, is_regular=is_regular, tracks=tracks, encoding=encoding, header=header
        ) as video:
            for picture, time_s in pictures:
                video.write(picture, time_s)
                written += 1
        if target.container in ("mp4", "mov") and layout.packing in MODES:
            declare_stereo(temporary, layout.packing)
        elif is_matroska and layout.packing and layout.is_half:
            show_as_stored(temporary, is_side_by_side=layout.packing in ("left_right", "right_left"))
        _check(temporary, target, written)
    return written


def write_picture(target: Target, picture: Image) -> None:
    """Write one stereo `picture` (H, W, 3). In MPO its left and right half are two pictures. Raises OutputError."""
    with complete_file(target.path) as temporary:
        if target.container == "mpo":
            left, right = (PIL.Image.fromarray(np.ascontiguousarray(half)) for half in np.split(picture, 2, axis=1))
            left.save(temporary, "MPO", save_all=True, append_images=[right], **_JPEG)
        else:
            PIL.Image.fromarray(picture).save(temporary, "JPEG", **_JPEG)


def _write_sequence(folder: Path, pictures: Pictures) -> int:
    written = 0
    with complete_folder(folder) as temporary:
        for picture, _ in pictures:
            save_picture(temporary / f"{written:06d}.png", picture)
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
