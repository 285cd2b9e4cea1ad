"""The last seconds of a scene in memory, frames with their depth, for instant replay."""

from collections import deque
from dataclasses import dataclass
from threading import Lock, Thread
from time import thread_time

import cv2
import numpy as np

from engine.files.rgbd_facts import Header, Line
from engine.frames import DepthFrame, Image
from engine.geometry.depth_code import Codes, measured_codes
from engine.mailbox import Mailbox

LIMIT_BYTES = 256_000_000
"""At most so much is kept."""
CORE_SHARE = 0.1
"""At most so much of a core is spent on keeping."""
LONGEST_GAP_S = 5.0
"""Longer gaps between frames are pauses, and shortened to this."""
_JPEG = (cv2.IMWRITE_JPEG_QUALITY, 90)
_SMOOTHING = 0.2
"""The share of the newest frame in the average of what frames cost."""
_LISTEN_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class KeptFrame:
    """A picture and its depth."""

    time_s: float
    """When it was seen, on a clock that stands still in pauses."""
    source_id: str
    picture: bytes | float
    """JPEG; or where it is in the recording it comes from, in seconds."""
    size: tuple[int, int]
    """Width and height of the picture."""
    cropped: tuple[float, float, float, float]
    """As in `Frame`."""
    codes: Codes
    """The depth map (h, w), as `coded` gives it."""
    header: Header
    line: Line

    @classmethod
    def of(cls, frame: DepthFrame, time_s: float) -> "KeptFrame":
        """Return `frame` as it is kept."""
        color, (height, width) = frame.frame, frame.frame.image.shape[:2]
        picture = _jpeg(color.image) if color.position_s is None else color.position_s
        codes, low, high = measured_codes(frame)
        facts = Header.of(frame), Line.of(frame, low, high)
        return cls(time_s, color.source_id, picture, (width, height), color.cropped, codes, *facts)

    @property
    def size_bytes(self) -> int:
        return self.codes.nbytes + (len(self.picture) if isinstance(self.picture, bytes) else 0)


class Ring:
    """The newest frames of one source, within limits of time and memory. Any thread may call any method."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._lock = Lock()
        self._frames: deque[KeptFrame] = deque()
        self._limit_bytes = limit_bytes
        self._size_bytes = 0

    @property
    def frames(self) -> tuple[KeptFrame, ...]:
        """What is kept, oldest first."""
        with self._lock:
            return tuple(self._frames)

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def add(self, frame: KeptFrame, seconds: float) -> None:
        """Keep `frame`. Forget frames of another source, those more than `seconds` older, and the oldest if memory is
        short.
        """
        with self._lock:
            if self._frames and self._frames[-1].source_id != frame.source_id:
                self._clear()
            self._frames.append(frame)
            self._size_bytes += frame.size_bytes
            while len(self._frames) > 1 and (
                self._size_bytes > self._limit_bytes or frame.time_s - self._frames[0].time_s > seconds
            ):
                self._size_bytes -= self._frames.popleft().size_bytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._frames.clear()
        self._size_bytes = 0


class Thinning:
    """Chooses frames so that, on average, neither a core's share nor the memory is exceeded."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._cost: tuple[float, float] | None = None
        """Seconds of a core, and bytes, for each frame."""
        self._due_s = -np.inf

    def takes(self, time_s: float, seconds: float) -> bool:
        """Return whether the frame of this time is to be kept, where `seconds` of them are."""
        if time_s < self._due_s:
            return False
        interval_s = 0.0 if self._cost is None else max(
            self._cost[0] / CORE_SHARE, self._cost[1] * seconds / self._limit_bytes
        )  # fmt: skip
        self._due_s = max(self._due_s, time_s - interval_s) + interval_s  # rates that do not divide each other
        return True

    def note(self, core_s: float, size_bytes: int) -> None:
        """Note what a frame took."""
        before = self._cost or (core_s, size_bytes)
        self._cost = (
            before[0] + _SMOOTHING * (core_s - before[0]),
            before[1] + _SMOOTHING * (size_bytes - before[1]),
        )


class Keeper:
    """Keeps the frames that it is shown, on a thread of its own. `show` never waits."""

    def __init__(self) -> None:
        self.ring = Ring()
        self._shown: Mailbox[tuple[DepthFrame, float, float]] = Mailbox()
        self._thinning = Thinning()
        self._thread: Thread | None = None
        self._source_id = ""
        self._last_s = 0.0
        self._pauses_s = 0.0
        """How long the pauses were that are left out."""

    def show(self, frame: DepthFrame, time_s: float, seconds: float) -> None:
        """Keep `frame`, seen at `time_s`, for `seconds`, unless there are too many. Times must rise."""
        if frame.frame.source_id != self._source_id:
            self._source_id, self._thinning = frame.frame.source_id, Thinning()
        if time_s <= self._last_s or not self._thinning.takes(time_s, seconds):
            return
        if self._thread is None:
            self._thread = Thread(target=self._run, name="replay", daemon=True)
            self._thread.start()
        self._pauses_s += max(time_s - self._last_s - LONGEST_GAP_S, 0.0)
        self._last_s = time_s
        self._shown.put((frame, time_s - self._pauses_s, seconds))

    def close(self) -> None:
        """End the thread, and wait for it."""
        self._shown.close()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._shown.closed:
            shown = self._shown.wait(_LISTEN_S)
            if shown is None:
                continue
            frame, time_s, seconds = shown
            thinning, started_s = self._thinning, thread_time()
            kept = KeptFrame.of(frame, time_s)
            self.ring.add(kept, seconds)
            thinning.note(thread_time() - started_s, kept.size_bytes)


def picture_of(jpeg: bytes) -> Image:
    """Return a kept picture as RGB (H, W, 3)."""
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def _jpeg(image: Image) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), _JPEG)[1].tobytes()
