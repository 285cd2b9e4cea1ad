"""Loading of networks in the background, while the present one keeps running."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.depth.runtime.out_of_memory import ADVICE, is_out_of_memory
from engine.errors import EngineError
from engine.jobs import Job, JobRunner
from engine.settings import DepthSettings
from engine.settings.language import marked

if TYPE_CHECKING:
    from engine.depth.live.estimator import Estimator

log = logging.getLogger(__name__)


class Check(Protocol):
    """Called between the steps of loading, with what comes next where that takes a while.

    Raises Cancelled if nobody wants the network any more.
    """

    def __call__(self, doing: str = "", /) -> None: ...


MakeEstimator = Callable[[DepthSettings, Check], "Estimator"]

_FALLBACKS: tuple[dict[str, object], ...] = (
    {"backend": "auto"},
    {"backend": "auto", "encoder": "auto"},
    {"backend": "auto", "encoder": "auto", "metric": False},
    {"backend": "auto", "encoder": "lite", "metric": False, "device": "auto"},
)
"""Changes to the settings that are tried in turn if a network cannot be loaded, the best first."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of a request."""

    settings: DepthSettings
    """The request."""
    estimator: "Estimator | None"
    """The network, or the best other one if it could not be loaded; None if no network could."""
    message: str | None
    """Why it is not the network that was requested; None if it is."""


def load_estimator(settings: DepthSettings, check: Check = lambda doing="", /: None) -> "Estimator":
    """Load the network that `settings` ask for. Imports torch, which takes seconds: not for the main thread."""
    check(marked("starting PyTorch"))
    from engine.depth.live.estimator import make_estimator
    from engine.depth.runtime.device import leave_a_core

    leave_a_core()
    check()
    return make_estimator(settings, check)


class EstimatorLoader:
    """Loads the network that was requested last. One at a time: an older request stops at its next step.

    Used on one thread only.
    """

    def __init__(self, make_estimator: MakeEstimator) -> None:
        self._make_estimator = make_estimator
        self._runner = JobRunner("loader")
        self._job: Job[Loaded] | None = None
        self.doing = ""
        """What is being done, in English and marked for translation. Any thread may read it."""
        self.pending: DepthSettings | None = None
        """The newest request, until its result is taken."""

    def request(self, settings: DepthSettings) -> None:
        """Start loading the network that `settings` ask for, in place of any other."""
        self.pending, self.doing = settings, ""
        name = f"loading {settings.encoder}"
        self._job = self._runner.start(name, lambda job: self._load(settings, job), replaces=True)

    def take(self) -> Loaded | None:
        """Return the result of the newest request, once, when it is there."""
        if self._job is None or not self._job.is_done:
            return None
        loaded, self._job, self.pending = self._job.result, None, None
        return loaded

    def close(self) -> None:
        """Stop loading, without waiting for it."""
        self._runner.close(0)

    def _load(self, settings: DepthSettings, job: Job[Loaded]) -> Loaded:
        message = None

        def check(doing: str = "", /) -> None:
            job.check()
            self.doing = doing or self.doing

        choices = [settings, *(settings.model_copy(update=changes) for changes in _FALLBACKS)]
        for wanted in dict.fromkeys(choices):
            job.check()
            try:
                estimator = self._make_estimator(wanted, check)
            except Exception as error:  # whatever it is, there are other networks
                reason = str(error) or type(error).__name__
                if is_out_of_memory(error):
                    reason = f"not enough memory for {wanted.encoder}. {ADVICE}"
                if message is None and not job.is_cancelled:
                    log.warning("%s", reason, exc_info=not isinstance(error, EngineError))
                message = message or reason
            else:
                if job.is_cancelled:
                    estimator.close()
                return Loaded(settings, estimator, message)
        return Loaded(settings, None, message)
