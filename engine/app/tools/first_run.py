"""The first run: what was found on this machine, and what can be done at once."""

import logging
from threading import Thread

from engine.models.catalog import find, name_for
from engine.pipeline.downloads import wanted
from engine.settings import DepthSettings
from engine.sources.lookout import SourceScan
from engine.status.metrics import Greeting

log = logging.getLogger(__name__)

_NAMES = {"vits": "Small", "vitb": "Base", "vitl": "Large"}


class FirstRun:
    """Open until the user has begun. Main thread only, but for the thread that looks for a device."""

    def __init__(self, lookout: SourceScan, *, is_open: bool) -> None:
        self._lookout = lookout
        self.is_open = is_open
        self._device: str | None = None
        self._has_looked = False

    def look(self) -> None:
        """Look round, once. Returns at once, but what it begins keeps Python busy: not before there is a picture."""
        if self.is_open and not self._has_looked:
            self._has_looked = True
            self._lookout.look()
            Thread(target=self._find_device, name="looking for a device", daemon=True).start()

    def close(self) -> None:
        self.is_open = False

    def greeting(self, settings: DepthSettings) -> Greeting | None:
        """What to show; None once the user has begun."""
        if not self.is_open:
            return None
        here = [
            name
            for encoder, name in _NAMES.items()
            if find(name_for(encoder, metric=False), settings.checkpoints_dir) is not None
        ]
        missing = wanted(settings)
        return Greeting(
            device=self._device,
            networks=f"Video-Depth-Anything {', '.join(here)}" if here else "lite, which is built in",
            offer=f"Download {missing.offer}" if missing and not here else None,
        )

    def _find_device(self) -> None:
        try:
            from engine.depth.runtime.device import describe, pick_device  # loads torch, which is why this is a thread

            self._device = describe(pick_device("auto"))
        except Exception as error:  # the depth thread will say more, if a network is needed
            log.debug("no device: %s", error, exc_info=True)
            self._device = "none that works; python -m engine status says why"
