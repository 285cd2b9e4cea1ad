"""Downloads of weights in the background: what to offer, and how far they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.depth.capture import choice as capture_network
from engine.jobs import Job, JobRunner
from engine.models.catalog import Checkpoint, entry, find, name_for
from engine.models.download import Progress, download
from engine.plugins.registered import NETWORKS
from engine.settings import DepthSettings, Settings
from engine.settings.language import _
from engine.status.snapshot import Offer

Download = Callable[[str, Path | None, Progress], Path]


def wanted(settings: DepthSettings) -> Checkpoint | None:
    """Return the checkpoint that `settings` would use and that has to be downloaded first, or None."""
    if settings.encoder in NETWORKS:
        return None  # a plugin cares for its own weights
    encoder = "vits" if settings.encoder == "auto" else settings.encoder
    checkpoint = entry(name_for(encoder, metric=settings.metric))
    absent = checkpoint.hub and find(checkpoint.name, settings.checkpoints_dir) is None
    return checkpoint if absent else None


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """How the newest download is going."""

    progress: tuple[str, float] | None = None
    """Text for a progress bar and how full it is, 0 to 1; None if nothing is being downloaded."""
    message: str | None = None
    """What went wrong with the last download, if anything."""


class Downloads:
    """One download at a time, in the background."""

    def __init__(self, when_done: Callable[[], None], download: Download = download) -> None:
        """`when_done` is called on the download's thread when the weights of a network for live depth have arrived."""
        self._when_done, self._download = when_done, download
        self._runner = JobRunner("download")
        self._job: Job[None] | None = None

    @property
    def status(self) -> DownloadStatus:
        job = self._job
        if job is None:
            return DownloadStatus()
        if job.is_done:
            return DownloadStatus(message=job.message)
        return DownloadStatus(progress=(job.progress.text, job.progress.share or 0.0))

    def offer(self, settings: DepthSettings) -> Offer | None:
        """Return what can be downloaded of a network chosen by hand, or of metric depth."""
        if self._is_running or (settings.encoder == "auto" and not settings.metric):
            return None
        checkpoint = wanted(settings)
        return offer_of(checkpoint) if checkpoint else None

    def offer_for_capture(self, settings: Settings) -> Offer | None:
        """Return the network for captures if it can be downloaded."""
        checkpoint = capture_network.wanted(settings)
        if self._is_running or find(checkpoint.name, settings.depth.checkpoints_dir) is not None:
            return None
        return offer_of(checkpoint)

    def start_wanted(self, settings: DepthSettings) -> None:
        """Start to download what `settings` lack."""
        checkpoint = wanted(settings)
        if checkpoint is not None:
            self.start(checkpoint, settings.checkpoints_dir)

    def start(self, checkpoint: Checkpoint, folder: Path | None) -> None:
        """Start to download `checkpoint`, unless a download is running."""
        if not self._is_running:
            name = _progress_text(checkpoint.name, 0, round(checkpoint.size_mb * 1e6))
            self._job = self._runner.start(name, lambda job: self._run(job, checkpoint.name, folder))

    def close(self) -> None:
        """Stop downloading, without waiting. What has arrived is kept, and the next download continues from there."""
        self._runner.close(0)

    @property
    def _is_running(self) -> bool:
        return self._job is not None and not self._job.is_done

    def _run(self, job: Job[None], name: str, folder: Path | None) -> None:
        def show(done_bytes: int, total_bytes: int) -> None:
            job.report(_progress_text(name, done_bytes, total_bytes), done_bytes / max(total_bytes, 1))

        self._download(name, folder, show)
        if entry(name).family != "depth_anything3":
            self._when_done()


def offer_of(checkpoint: Checkpoint) -> Offer:
    """Return what the window says of a checkpoint that can be downloaded."""
    return Offer(checkpoint.name, checkpoint.size_mb, checkpoint.license)


def _progress_text(name: str, done_bytes: int, total_bytes: int) -> str:
    return _("{name}: {done} of {total} MB").format(
        name=name, done=f"{done_bytes / 1e6:.0f}", total=f"{total_bytes / 1e6:.0f}"
    )
