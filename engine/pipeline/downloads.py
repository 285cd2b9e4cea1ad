"""Weights that the user wants and this machine lacks: what to offer, and fetching them in the background."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.depth.capture import choice as capture_network
from engine.errors import EngineError
from engine.models.catalog import Checkpoint, entry, find, name_for
from engine.models.download import Progress, download
from engine.settings import DepthSettings, Settings

log = logging.getLogger(__name__)

Download = Callable[[str, Path | None, Progress], Path]


def wanted(settings: DepthSettings) -> Checkpoint | None:
    """The checkpoint that `settings` would use and that has to be fetched first, or None."""
    encoder = "vits" if settings.encoder == "auto" else settings.encoder
    checkpoint = entry(name_for(encoder, metric=settings.metric))
    absent = checkpoint.hub and find(checkpoint.name, settings.checkpoints_dir) is None
    return checkpoint if absent else None


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """How a download goes; replaced as a whole, so that any thread may read it."""

    name: str = ""
    done_bytes: int = 0
    total_bytes: int = 0
    message: str | None = None
    """What went wrong with the last one, if anything."""

    @property
    def progress(self) -> tuple[str, float] | None:
        """What to write into a bar and how full it is, 0 to 1; None if nothing is being fetched."""
        if not self.name:
            return None
        text = f"{self.name}: {self.done_bytes / 1e6:.0f} of {self.total_bytes / 1e6:.0f} MB"
        return text, self.done_bytes / max(self.total_bytes, 1)


class Downloads:
    """One download at a time, on a thread of its own."""

    def __init__(self, when_done: Callable[[], None], download: Download = download) -> None:
        """`when_done` is called on that thread as soon as the weights of a network for live depth are there."""
        self.status = DownloadStatus()
        self._when_done, self._download = when_done, download

    def offer(self, settings: DepthSettings) -> str | None:
        """What a button would fetch: the weights of a network that was chosen by hand, or of metric depth."""
        if self.status.name or (settings.encoder == "auto" and not settings.metric):
            return None
        checkpoint = wanted(settings)
        return f"Download {checkpoint.offer}" if checkpoint else None

    def offer_for_capture(self, settings: Settings) -> str | None:
        """The same for the network that captures are meant to be made with."""
        checkpoint = capture_network.wanted(settings)
        if self.status.name or find(checkpoint.name, settings.depth.checkpoints_dir) is not None:
            return None
        return f"Download {checkpoint.offer} for captures"

    def start_wanted(self, settings: DepthSettings) -> None:
        """Begin to fetch what `settings` want."""
        checkpoint = wanted(settings)
        if checkpoint is not None:
            self.start(checkpoint, settings.checkpoints_dir)

    def start(self, checkpoint: Checkpoint, folder: Path | None) -> None:
        """Begin to fetch `checkpoint`, unless something is being fetched already."""
        if self.status.name:
            return
        self.status = DownloadStatus(checkpoint.name, 0, round(checkpoint.size_mb * 1e6))
        # no one waits for it at the end of the program: what is there by then is kept, and completed another time
        threading.Thread(target=self._run, args=(checkpoint.name, folder), name="download", daemon=True).start()

    def _run(self, name: str, folder: Path | None) -> None:
        message = None
        try:
            self._download(name, folder, self._show)
        except Exception as error:  # whatever it is, the user must hear of it and the scene goes on
            message = str(error) or type(error).__name__
            log.warning("%s", error, exc_info=not isinstance(error, EngineError))
        self.status = DownloadStatus(message=message)
        if message is None and entry(name).family != "depth_anything3":
            self._when_done()

    def _show(self, done_bytes: int, total_bytes: int) -> None:
        self.status = DownloadStatus(self.status.name, done_bytes, total_bytes)
