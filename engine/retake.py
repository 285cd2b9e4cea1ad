"""The frame on screen, taken again by the best network there is (depth that came with the picture stays)."""

from dataclasses import replace

from engine.catalog import find, name_for
from engine.clock import Clock
from engine.depth.loader import MakeEstimator, load_estimator
from engine.depth.worker import DepthStatus, DepthWorker
from engine.frames import DepthFrame, Frame
from engine.mailbox import Mailbox
from engine.settings import DepthSettings, Encoder

_BEST_FIRST: tuple[Encoder, ...] = ("vitl", "vitb", "vits")
_LITE_INPUT_SIZE = 256  # it was trained near this; on the demo its error grows with every step beyond
_VIDEO_INPUT_SIZE = 518


def best_settings(live: DepthSettings) -> DepthSettings:
    """The settings of the largest network whose weights are on this machine, at high resolution."""
    present = (e for e in _BEST_FIRST if find(name_for(e, metric=live.metric), live.checkpoints_dir) is not None)
    encoder = next(present, "lite")
    size = _LITE_INPUT_SIZE if encoder == "lite" else _VIDEO_INPUT_SIZE
    changes = {"encoder": encoder, "input_size": size, "temporal_filter": False, "range_time_s": 0.0}
    return live.model_copy(update=changes)


class Retake:
    """Runs a second depth thread beside the live one; it begins with the first request."""

    def __init__(self, clock: Clock, make_estimator: MakeEstimator = load_estimator) -> None:
        self._clock, self._make_estimator = clock, make_estimator
        self._frames: Mailbox[Frame] = Mailbox()
        self._depths: Mailbox[DepthFrame] = Mailbox()
        self._worker: DepthWorker | None = None
        self._settings: DepthSettings | None = None
        self._count = 0
        self._wanted: str | None = None
        self._errors_before = 0

    @property
    def progress(self) -> str | None:
        """What is being done, or None."""
        if self._wanted is None or self._settings is None:
            return None
        return f"capturing with {self._settings.encoder} at {self._settings.input_size} px"

    @property
    def message(self) -> str | None:
        """What went wrong, if anything."""
        return self._worker.status.message if self._worker else None

    def request(self, frame: Frame, live: DepthSettings) -> None:
        """Compute the depth of `frame` anew. A request that is still running is given up."""
        settings = best_settings(live)
        if self._worker is None:
            self._worker = DepthWorker(self._frames, self._depths, settings, self._clock, self._make_estimator)
            self._worker.start()
        elif settings != self._settings:
            self._worker.apply(settings)
        self._settings = settings
        self._errors_before = self._worker.status.errors
        self._count += 1
        self._wanted = f"{frame.source_id} capture {self._count}"
        # a name of its own, so that nothing is carried over from the capture before
        self._frames.put(replace(frame, source_id=self._wanted))

    def take(self) -> DepthFrame | None:
        """The capture, once, when it is done."""
        done = self._depths.take()
        if self._worker is not None and self._has_failed(self._worker.status):
            self._wanted = None
        if done is None or done.frame.source_id != self._wanted:
            return None
        self._wanted = None
        return done

    def _has_failed(self, status: DepthStatus) -> bool:
        return status.state == "failed" or status.errors > self._errors_before

    def cancel(self) -> None:
        """Want the running capture no more."""
        self._wanted = None

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
