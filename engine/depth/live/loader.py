"""Networks are loaded on a thread of their own, so that the one at work goes on meanwhile."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.depth.runtime.out_of_memory import ADVICE, is_out_of_memory
from engine.errors import EngineError
from engine.mailbox import Mailbox
from engine.settings import DepthSettings

if TYPE_CHECKING:
    from engine.depth.live.estimator import Estimator

log = logging.getLogger(__name__)

MakeEstimator = Callable[[DepthSettings], "Estimator"]

_FALLBACKS: tuple[dict[str, object], ...] = (
    {"backend": "auto"},
    {"backend": "auto", "encoder": "auto"},
    {"backend": "auto", "encoder": "auto", "metric": False},
    {"backend": "auto", "encoder": "lite", "metric": False, "device": "auto"},
)
"""What is tried in place of a network that cannot be had, the best first."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a request."""

    settings: DepthSettings
    """What was asked for."""
    estimator: "Estimator | None"
    """The network; the best of the others if it could not be had; None if nothing could."""
    message: str | None
    """Why it is not the one that was asked for."""


def load_estimator(settings: DepthSettings) -> "Estimator":
    """The real networks. torch is imported here, far from the main thread."""
    from engine.depth.live.estimator import make_estimator
    from engine.depth.runtime.device import leave_a_core

    leave_a_core()
    return make_estimator(settings)


class EstimatorLoader:
    """Loads what was requested last; results of older requests are dropped."""

    def __init__(self, make_estimator: MakeEstimator) -> None:
        self._make_estimator = make_estimator
        self._results: Mailbox[Loaded] = Mailbox()
        self._lock = threading.Lock()
        self.pending: DepthSettings | None = None
        """What is being loaded now."""

    def request(self, settings: DepthSettings) -> None:
        """Start loading the network that `settings` ask for."""
        with self._lock:
            self.pending = settings
        threading.Thread(target=self._load, args=(settings,), name="loader", daemon=True).start()

    def take(self) -> Loaded | None:
        """The result of the newest request, once, when it is there."""
        with self._lock:
            loaded = self._results.take()
            if loaded is None or loaded.settings is not self.pending:
                return None
            self.pending = None
            return loaded

    def _load(self, settings: DepthSettings) -> None:
        message = None
        choices = [settings, *(settings.model_copy(update=changes) for changes in _FALLBACKS)]
        for wanted in dict.fromkeys(choices):
            try:
                estimator = self._make_estimator(wanted)
            except Exception as error:  # this thread must report whatever happens, or nobody would know
                reason = str(error) or type(error).__name__
                if is_out_of_memory(error):
                    reason = f"not enough memory for {wanted.encoder}. {ADVICE}"
                if message is None:
                    log.warning("%s", reason, exc_info=not isinstance(error, EngineError))
                message = message or reason
            else:
                self._deliver(Loaded(settings, estimator, message))
                return
        self._deliver(Loaded(settings, None, message))

    def _deliver(self, loaded: Loaded) -> None:
        """Hand on what the newest request came to; an older one that took longer must not displace it."""
        with self._lock:
            if loaded.settings is self.pending:
                self._results.put(loaded)
