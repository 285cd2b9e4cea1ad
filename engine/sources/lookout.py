"""A background search for cameras and monitors. Where the system has no list of cameras, each must be tried."""

from engine.errors import SourceError
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.status.snapshot import Choice


class SourceScan:
    """The cameras and monitors that were found. Any thread may read it; each list is replaced as a whole."""

    def __init__(self) -> None:
        self.cameras: tuple[Choice, ...] = ()
        self.monitors: tuple[Choice, ...] = ()
        self._runner = JobRunner("source scan")
        self._job: Job[None] | None = None
        self.has_looked = False

    @property
    def is_looking(self) -> bool:
        return self._job is not None and not self._job.is_done

    def look(self) -> None:
        """Start a search, unless one is running."""
        if not self.is_looking:
            self._job = self._runner.start("looking for cameras and monitors", self._look)

    def _look(self, job: Job[None]) -> None:
        try:
            self.monitors = _monitors()
            self.cameras = _cameras()
        finally:
            self.has_looked = True


def _cameras() -> tuple[Choice, ...]:
    from engine.sources.discovery import find_cameras

    return tuple(Choice(f"webcam:{number}", name) for number, name in find_cameras().items())


def _monitors() -> tuple[Choice, ...]:
    from engine.sources.discovery import find_monitors

    try:
        return tuple(Choice(name, f"monitor {n}, {place}") for n, (name, place) in enumerate(find_monitors(), 1))
    except SourceError as error:
        log.debug("%s", error)
        return ()
