"""Logging set-up, and a guard against repeated errors in a loop."""

import logging
from collections import Counter

log = logging.getLogger("engine")


def setup(level: str = "info") -> None:
    """Send the program's messages from `level` (debug, info, warning, error) to stderr."""
    logging.basicConfig(format="%(levelname).1s %(name)s: %(message)s", level=logging.WARNING)
    log.setLevel(level.upper())


class RepeatGuard:
    """Logs an error with its traceback when it first occurs, and then only counts it.

    A loop that runs sixty times per second must neither end at an error nor print it sixty times per second.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._counts: Counter[str] = Counter()

    def report(self, doing: str, error: BaseException) -> str:
        """Log `error`, which occurred while `doing` something, and return a line for the overlay."""
        line = f"{doing}: {error}" if str(error) else f"{doing}: {type(error).__name__}"
        self._counts[line] += 1
        count = self._counts[line]
        if count == 1:
            self._logger.error("%s", line, exc_info=error)
        elif count & (count - 1) == 0:
            self._logger.error("%s (%d times)", line, count)
        return line if count == 1 else f"{line} (×{count})"

    @property
    def total(self) -> int:
        """The number of all errors so far."""
        return self._counts.total()
