"""Videos of what happens now: pictures wait in a queue and are written on another thread."""

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from threading import Condition

import av
import cv2
import numpy as np

from engine.errors import OutputError
from engine.export.audio_track import AudioRefusedError
from engine.export.encodings import CODECS, Encoding
from engine.export.followed_sound import FollowedSound, Heard
from engine.export.mp4_boxes import boxes
from engine.export.video_writer import Header, VideoFile
from engine.files.atomic import cannot_write
from engine.frames import Image
from engine.logs import log

_WAITING_BYTES, _WAITING_LEAST, _WAITING_MOST = 256 << 20, 4, 60
"""How much may wait for the encoder, and as how many pictures."""
_HEADER = Header({"movflags": "hybrid_fragmented+delay_moov", "frag_duration": "2000000", "flush_packets": "1"})
"""Until it is closed the file consists of fragments of two seconds, so whatever ends it, they can be played.
delay_moov: else pictures and sound would not begin at the same time."""


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """How far a live video is."""

    seconds: float
    size_bytes: int
    dropped: int
    """Pictures that were left out because too many were waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    image: Image
    time_s: float
    heard: Heard | None


class LiveVideo:
    """A video in MP4, with as many pictures as there are. `show` and `stop` never wait; `write` runs until `stop`.

    What is in the file can be played while it is written, so it has its name from the start: if the process is killed,
    it is there.
    """

    def __init__(
        self, path: Path, size: tuple[int, int], fps: float, *, sound: Path | None = None, has_full_color: bool = False
    ) -> None:
        """`size`: (width, height) of the video; pictures of another are fitted into it. `fps`: about how many come in a
        second. `sound`: the video whose sound goes with it. `has_full_color`: do not subsample color."""
        self.path, self._size = path, size
        self._fps = Fraction(fps).limit_denominator(1001)
        self._sound_of, self._encoding = sound, _encoding(has_full_color=has_full_color)
        self._most = min(max(_WAITING_BYTES // (3 * size[0] * size[1]), _WAITING_LEAST), _WAITING_MOST)
        self._changed = Condition()
        self._waiting: deque[_Picture] = deque()
        self._is_stopped = False
        self._last: _Picture | None = None
        self._dropped = self._size_bytes = 0
        self._written_s = 0.0

    @property
    def status(self) -> LiveStatus:
        """How far it is. Any thread may ask."""
        with self._changed:
            seconds = self._last.time_s if self._last is not None else 0.0
            return LiveStatus(seconds, self._size_bytes, self._dropped)

    def show(self, picture: Callable[[], Image] | None, time_s: float, heard: Heard | None = None) -> None:
        """Show a picture from `time_s` on; None: the one before again. It is dropped, without being made, if too many
        are waiting."""
        with self._changed:
            if len(self._waiting) >= self._most:
                self._dropped += picture is not None
                return
            last = self._last
        if picture is None and last is None:
            return
        image = picture() if picture is not None else last.image if last is not None else None
        assert image is not None
        with self._changed:
            self._last = _Picture(image, time_s, heard)
            self._waiting.append(self._last)
            self._changed.notify()

    def stop(self, time_s: float) -> None:
        """End the video at `time_s`."""
        with self._changed:
            if not self._is_stopped and self._last is not None and time_s > self._last.time_s:
                self._last = replace(self._last, time_s=time_s)
                self._waiting.append(self._last)
            self._is_stopped = True
            self._changed.notify()

    def write(self) -> LiveStatus:
        """Write what is shown until `stop`, on the calling thread; return what became of it.

        Raises OutputError if the file cannot be written. What was written before that is kept if it can be played.
        """
        failure: Exception | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._write(self.path)
        except Exception as error:  # whatever it is, what was seen does not come again
            if not _is_kept(self.path):
                if isinstance(error, OSError):
                    raise cannot_write(self.path, error) from error
                raise
            failure = error
        status = self.status
        if failure is not None:
            why = getattr(failure, "strerror", None) or failure
            kept = f"The first {self._written_s:.0f} s are in {self.path}"
            raise OutputError(f"the recording ended, since it cannot be written any more ({why}). {kept}") from failure
        if status.dropped:
            log.warning("%s lacks %d frames: the disk or the encoder was too slow", self.path, status.dropped)
        return status

    def _write(self, file: Path) -> None:
        sound = self._sound()
        try:
            video = self._opened(file, sound)
        except AudioRefusedError as error:
            log.warning("%s is recorded without sound: %s", self.path, error)
            sound = None
            video = self._opened(file, sound)
        with video:
            while (picture := self._next()) is not None:
                video.write(_fitted(picture.image, self._size), picture.time_s)
                if sound is not None:
                    sound.follow(picture.time_s, picture.heard)
                self._written_s = picture.time_s
                with self._changed:
                    self._size_bytes = os.path.getsize(file)

    def _sound(self) -> FollowedSound | None:
        if self._sound_of is None:
            return None
        try:
            sound = FollowedSound(self._sound_of)
        except (av.FFmpegError, OSError) as error:
            log.warning("%s is recorded without sound: %s", self.path, error)
            return None
        return sound if sound.has_sound else None

    def _opened(self, file: Path, sound: FollowedSound | None) -> VideoFile:
        tracks = () if sound is None else (sound,)
        return VideoFile(
            file, self._size, self._fps, is_regular=False, tracks=tracks, encoding=self._encoding, header=_HEADER
        )

    def _next(self) -> _Picture | None:
        """Wait for a picture and take it; None once there are no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_stopped)
            return self._waiting.popleft() if self._waiting else None


def _encoding(*, has_full_color: bool) -> Encoding | None:
    """Return H.264 that keeps up with what happens; None where FFmpeg lacks it."""
    h264 = CODECS["h264"]
    if h264.encoder not in av.codecs_available:
        return None
    pix_fmt = h264.full_color if has_full_color else h264.pix_fmt
    # without B-frames: where times are uneven, their order makes FFmpeg cut off the end of a file of fragments
    return replace(h264, options={"crf": "20", "preset": "veryfast", "bf": "0"}, pix_fmt=pix_fmt)


def _fitted(image: Image, size: tuple[int, int]) -> Image:
    """Return `image` (H, W, 3) as large as fits into `size`, before black."""
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    scale = min(size[0] / width, size[1] / height)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - across) // 2, (size[1] - down) // 2
    canvas[top : top + down, left : left + across] = cv2.resize(image, (across, down), interpolation=cv2.INTER_AREA)
    return canvas


def _leave_whole_fragments(file: Path) -> None:
    """Cut off what was written of a fragment that was not finished."""
    with file.open("r+b") as written:
        end = written.seek(0, os.SEEK_END)
        at = end
        for kind, start, size in boxes(end, written):
            if kind == b"moof":
                at = start
            elif kind == b"mdat" and start + size > end:
                written.truncate(at)
                return


def _is_kept(file: Path) -> bool:
    """Return whether what was written of `file` can be played. Else it is removed."""
    if file.is_file():
        _leave_whole_fragments(file)
        if _can_be_played(file):
            return True
        file.unlink()
    return False


def _can_be_played(file: Path) -> bool:
    try:
        with av.open(str(file)) as container:
            return next(container.decode(video=0), None) is not None
    except (av.FFmpegError, OSError, IndexError):
        return False
