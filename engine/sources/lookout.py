"""Looks for cameras and monitors beside the loop: where the system keeps no list of cameras, each must be tried."""

from threading import Lock, Thread

from engine.errors import SourceError
from engine.logs import RepeatGuard, log
from engine.status.choices import Choice


class SourceScan:
    """Any thread may call any method; what was found is replaced as a whole."""

    def __init__(self) -> None:
        self.cameras: tuple[Choice, ...] = ()
        self.monitors: tuple[Choice, ...] = ()
        self._errors = RepeatGuard(log)
        self._lock = Lock()
        self._thread: Thread | None = None
        self.has_looked = False

    @property
    def is_looking(self) -> bool:
        return self._thread is not None

    def look(self) -> None:
        """Begin to look, unless that is being done. Returns at once."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="looking for sources", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            self.monitors = _monitors()
            self.cameras = _cameras()
        except Exception as error:  # a list that stays as it was is no reason to stop
            self._errors.report("looking for cameras and monitors", error)
        with self._lock:
            self._thread, self.has_looked = None, True


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
