"""Captures in the background: the frame on screen in full size, with depth by the best network on this machine.

Depth that came with the frame is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from engine.clock import Clock
from engine.depth.capture.choice import candidates
from engine.depth.capture.result import Estimate, capture_of
from engine.frames import Capture, DepthFrame, Frame, in_full
from engine.geometry.intrinsics import whole_px, with_picture_size
from engine.geometry.own_depth import has_measured, own_depth
from engine.jobs import Job, JobRunner, Progress
from engine.settings import CaptureSettings, Settings


class Network(Protocol):
    """What computes captures: `engine.depth.capture.runner.Capturer`."""

    name: str

    def size_for(self, frame: Frame, settings: CaptureSettings) -> int: ...

    def take(self, frames: Sequence[Frame], settings: Settings) -> tuple[Capture, ...]: ...

    def watch(self, report: Callable[[float], None]) -> None: ...


MakeNetwork = Callable[[Settings, Clock], Network]


class BackgroundCapture:
    """Captures on a thread beside the live scene, with a network of their own. Both start with the first request."""

    def __init__(self, clock: Clock, make_network: MakeNetwork | None = None) -> None:
        self._clock, self._make_network = clock, make_network or _load
        self._runner = JobRunner("capture")
        self._job: Job[tuple[Capture, ...]] | None = None
        self._network: Network | None = None
        self._loaded_for: object = None
        self.message: str | None = None
        """What went wrong with the last capture, if anything."""

    @property
    def progress(self) -> Progress | None:
        """How far the capture is; None if there is none."""
        return self._job.progress if self._job is not None else None

    def request(self, shown: Sequence[DepthFrame], settings: Settings) -> None:
        """Capture the frames of `shown`: one, or several views of a scene. A capture that is still running stops."""
        self.message = None
        frames = tuple(shown)
        self._job = self._runner.start("capturing", lambda job: self._capture(job, frames, settings), replaces=True)

    def take(self) -> tuple[Capture, ...] | None:
        """Return the captures, in the order of the request, once, when they are done."""
        job = self._job
        if job is None or not job.is_done:
            return None
        self._job = None
        self.message = None if job.message is None else f"no capture: {job.message}"
        return job.result

    def cancel(self) -> None:
        """Stop the capture, and clear the message of the last one."""
        if self._job is not None:
            self._job.cancel()
        self._job = self.message = None

    def close(self, timeout_s: float = 1.0) -> None:
        """Stop the capture, start no more, and wait a little. What still runs then ends with the process."""
        self._job = None
        self._runner.close(timeout_s)

    # ---- on the thread

    def _capture(
        self, job: Job[tuple[Capture, ...]], shown: tuple[DepthFrame, ...], settings: Settings
    ) -> tuple[Capture, ...]:
        frames = [in_full(view.frame) for view in shown]
        job.check()
        # before the frame is as large as its source had it
        depth = with_picture_size(settings.depth, *map(round, whole_px(shown[0].frame)))
        settings = settings.model_copy(update={"depth": depth})
        if all(has_measured(frame) for frame in frames):
            captures = tuple(_with_own_depth(frame, settings, self._clock.now_s()) for frame in frames)
        else:
            network = self._network_for(job, settings)
            text = f"capturing with {network.name} at {network.size_for(frames[0], settings.capture)} px"
            job.report(text, 0.0)
            network.watch(lambda share: job.report(text, share))  # which stops the network when the job is cancelled
            captures = network.take(frames, settings)
        return tuple(replace(capture, live=view) for capture, view in zip(captures, shown, strict=True))

    def _network_for(self, job: Job[tuple[Capture, ...]], settings: Settings) -> Network:
        """Return the network for `settings`. Load it if they ask for another one, or if better weights have arrived."""
        depth, there = settings.depth, tuple(candidates(settings))
        asked = (settings.capture.capture_model, depth.metric, depth.device, depth.precision, depth.checkpoints_dir)
        if self._network is None or self._loaded_for != (asked, there):
            self._network = None  # two networks might not fit into memory
            job.report(f"loading {next(iter(there), 'a network')} for captures")
            self._network, self._loaded_for = self._make_network(settings, self._clock), (asked, there)
        return self._network


def _load(settings: Settings, clock: Clock) -> Network:
    """Load a network. Imports torch, which takes seconds: not for the main thread."""
    from engine.depth.capture.runner import make_capturer

    return make_capturer(settings, clock)


def _with_own_depth(frame: Frame, settings: Settings, now_s: float) -> Capture:
    estimate = Estimate(*own_depth(frame, settings.depth))
    return capture_of(frame, estimate, "source", settings.depth, now_s, now_s)
