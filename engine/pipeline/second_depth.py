"""A second network on the frames of the first, to compare their depth. It takes a share of the time."""

from dataclasses import replace

from engine.clock import Clock
from engine.depth.live.depth_status import DepthStatus
from engine.depth.live.loader import MakeEstimator, load_estimator
from engine.depth.live.worker import DepthWorker
from engine.frames import DepthFrame, Frame
from engine.mailbox import Mailbox
from engine.settings import DepthSettings

SHARE = 1 / 3
"""The share of the time that it computes, so that the first network keeps most of its rate."""


class SecondDepth:
    """A depth thread that is started with its first frame. Main thread only."""

    def __init__(self, clock: Clock, make_estimator: MakeEstimator = load_estimator) -> None:
        self._clock, self._make_estimator = clock, make_estimator
        self._frames: Mailbox[Frame] = Mailbox()
        self._depths: Mailbox[DepthFrame] = Mailbox()
        self._worker: DepthWorker | None = None
        self._settings: DepthSettings | None = None
        self._offered: Frame | None = None
        self.newest: DepthFrame | None = None
        """The newest frame with its depth."""

    @property
    def status(self) -> DepthStatus:
        return DepthStatus() if self._worker is None else self._worker.status

    @property
    def pace_s(self) -> float:
        """The shortest time from one depth map to the next."""
        return 0.0 if self._worker is None else self._worker.pace_s

    def show(self, frame: Frame, settings: DepthSettings) -> None:
        """Compute the depth of `frame` under `settings`. Depth that it brings is not looked at."""
        if self._worker is None:
            self._worker = DepthWorker(self._frames, self._depths, settings, self._clock, self._make_estimator)
            self._worker.start()
        elif settings != self._settings:
            self._worker.apply(settings)
            self.newest = None
        self._settings = settings
        if frame is not self._offered:
            self._offered = frame
            self._frames.put(replace(frame, depth=None, kind=None, stereo=None, recorded=None))

    def update(self) -> None:
        """Take new depth. Once per iteration of the loop."""
        depth = self._depths.take()
        if depth is not None and self._worker is not None:
            self.newest = depth
            self._worker.pace_s = (depth.done_s - depth.started_s) / SHARE

    def close(self, timeout_s: float = 1.0) -> None:
        """End the thread, and give back the network. `timeout_s`: how long to wait for a map that is being computed."""
        if self._worker is None:
            return
        self._worker.close(timeout_s)
        self._frames, self._depths = Mailbox(), Mailbox()
        self._worker = self._settings = self._offered = self.newest = None
