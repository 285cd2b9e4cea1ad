"""The frame on screen, as large as its source had it, taken again by the best network there is (depth that came with it
stays)."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.clock import Clock
from engine.depth.capture.choice import candidates
from engine.depth.capture.result import Seen, capture_of
from engine.errors import EngineError
from engine.frames import Capture, DepthFrame, DepthKind, Frame, in_full
from engine.geometry.intrinsics import told_for
from engine.logs import log
from engine.mailbox import Mailbox
from engine.settings import CaptureSettings, Settings

_IDLE_S = 0.5


class Network(Protocol):
    """What makes captures: `engine.depth.capture.runner.Capturer`."""

    name: str

    def size_for(self, frame: Frame, settings: CaptureSettings) -> int: ...

    def take(self, frames: Sequence[Frame], settings: Settings) -> tuple[Capture, ...]: ...

    def watch(self, report: Callable[[float], None]) -> None: ...


MakeNetwork = Callable[[Settings, Clock], Network]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a capture is."""

    text: str
    share: float | None = None
    """0 to 1; None while nobody can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    number: int
    shown: tuple[DepthFrame, ...]
    settings: Settings


@dataclass(frozen=True, slots=True, eq=False)
class _Result:
    number: int
    captures: tuple[Capture, ...] = ()
    message: str | None = None


class BackgroundCapture:
    """A thread with a network of its own beside the live one; both begin with the first request."""

    def __init__(self, clock: Clock, make_network: MakeNetwork | None = None) -> None:
        self._clock, self._make_network = clock, make_network or _load
        self._orders: Mailbox[_Order] = Mailbox()
        self._results: Mailbox[_Result] = Mailbox()
        self._number = 0
        self._is_wanted = False
        self._thread: threading.Thread | None = None
        self._network: Network | None = None
        self._loaded_for: object = None
        self._progress = Progress("capturing")
        self.message: str | None = None
        """What went wrong with the last capture, if anything."""

    @property
    def progress(self) -> Progress | None:
        """What is being done, or None."""
        return self._progress if self._is_wanted else None

    def request(self, shown: Sequence[DepthFrame], settings: Settings) -> None:
        """Take the pictures of `shown` again: one, or several views of a scene. A request that is still running is
        given up."""
        self._number += 1
        self._is_wanted, self.message = True, None
        self._progress = Progress("capturing")
        self._orders.put(_Order(self._number, tuple(shown), settings))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
            self._thread.start()

    def take(self) -> tuple[Capture, ...] | None:
        """The captures, in the order of the request, once, when they are done."""
        result = self._results.take()
        if result is None or not self._is_wanted or result.number != self._number:
            return None
        self._is_wanted, self.message = False, result.message
        return result.captures or None

    def cancel(self) -> None:
        """Want the running capture no more, and have heard what went wrong with the last one."""
        self._is_wanted, self.message = False, None

    def close(self, timeout_s: float = 1.0) -> None:
        """Take no more orders, and wait a little. What is still being computed then ends with the process."""
        self._is_wanted = False
        self._orders.close()
        if self._thread is not None:
            self._thread.join(timeout_s)

    # ---- on the thread

    def _run(self) -> None:
        while not self._orders.closed:
            order = self._orders.wait(_IDLE_S)
            if order is None:
                continue
            try:
                result = _Result(order.number, self._carry_out(order))
            except Exception as error:  # whatever it is, the user must hear of it and the next capture may work
                log.warning("capture: %s", error, exc_info=not isinstance(error, EngineError))
                result = _Result(order.number, message=f"no capture: {str(error) or type(error).__name__}")
            self._results.put(result)

    def _carry_out(self, order: _Order) -> tuple[Capture, ...]:
        frames = [in_full(shown.frame) for shown in order.shown]
        height, width = order.shown[0].frame.image.shape[:2]
        depth = told_for(order.settings.depth, width, height)  # before the picture is as large as the source had it
        settings = order.settings.model_copy(update={"depth": depth})
        if all(frame.depth is not None for frame in frames):
            captures = tuple(_with_own_depth(frame, settings, self._clock.now_s()) for frame in frames)
        else:
            captures = self._compute(order.number, frames, settings)
        return tuple(replace(capture, live=shown) for capture, shown in zip(captures, order.shown, strict=True))

    def _compute(self, number: int, frames: list[Frame], settings: Settings) -> tuple[Capture, ...]:
        network = self._network_for(number, settings)
        text = f"capturing with {network.name} at {network.size_for(frames[0], settings.capture)} px"
        self._report(number, text, 0.0)
        network.watch(lambda share: self._report(number, text, share))
        return network.take(frames, settings)

    def _network_for(self, number: int, settings: Settings) -> Network:
        """The network for `settings`; loaded anew when they mean another one, or another one has come here."""
        depth, there = settings.depth, tuple(candidates(settings))
        asked = (settings.capture.capture_model, depth.metric, depth.device, depth.precision, depth.checkpoints_dir)
        if self._network is None or self._loaded_for != (asked, there):
            self._network = None  # two of them might not fit into memory
            self._report(number, f"loading {next(iter(there), 'a network')} for captures")
            self._network, self._loaded_for = self._make_network(settings, self._clock), (asked, there)
        return self._network

    def _report(self, number: int, text: str, share: float | None = None) -> None:
        if number == self._number:
            self._progress = Progress(text, share)


def _load(settings: Settings, clock: Clock) -> Network:
    """The real networks. torch is imported here, far from the main thread."""
    from engine.depth.capture.runner import make_capturer

    return make_capturer(settings, clock)


def _with_own_depth(frame: Frame, settings: Settings, now_s: float) -> Capture:
    assert frame.depth is not None
    seen = Seen(frame.depth, frame.kind or DepthKind.METRIC)
    return capture_of(frame, seen, "source", settings.depth, now_s, now_s)
