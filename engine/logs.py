"""Logging set-up, and a guard that keeps a failing loop from filling the terminal."""

import logging
from collections import Counter

log = logging.getLogger("engine")


def setup(level: str = "info") -> None:
    """Send the program's messages to stderr at `level` (debug, info, warning, error)."""
    logging.basicConfig(format="%(levelname).1s %(name)s: %(message)s", level=logging.WARNING)
    log.setLevel(level.upper())


class RepeatGuard:
    """Logs the first occurrence of an error with its traceback, and afterwards only counts.

    A loop that runs sixty times a second must neither die of an error nor print it sixty times a second.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._counts: Counter[str] = Counter()

    def report(self, doing: str, error: BaseException) -> str:
        """Note `error`, which happened while `doing`. Returns one line for the overlay."""
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
        """How many errors there were in all."""
        return self._counts.total()
