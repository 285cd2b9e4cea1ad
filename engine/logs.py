"""Logging set-up, error messages, and a guard against repeated errors in a loop."""

import logging
import os
import sys
import threading
import traceback
from collections import Counter
from types import TracebackType

from engine.redaction import redacted

log = logging.getLogger("engine")


def setup(level: str = "info") -> None:
    """Send the program's messages from `level` (debug, info, warning, error) to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(levelname).1s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    log.setLevel(level.upper())


def print_error(message: object) -> None:
    """Print one line about an error to stderr."""
    print(f"error: {redacted(str(message))}", file=sys.stderr)


def discard_output() -> None:
    """Print nothing more to stdout, after whoever read it has closed it: Python would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def redact_tracebacks() -> None:
    """Leave passwords out of the tracebacks of errors that nothing catches."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        print(redacted("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)

    def show_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            show(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = show, show_in_thread


class _Redacting(logging.Formatter):
    """Formats records, with their tracebacks, without passwords."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class RepeatGuard:
    """Logs an error with its traceback when it first occurs, and then only counts it.

    A loop that runs sixty times per second must neither end at an error nor print it sixty times per second.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._counts: Counter[str] = Counter()

    def report(self, doing: str, error: BaseException) -> str:
        """Log `error`, which occurred while `doing` something, and return a line for the overlay."""
        line = redacted(f"{doing}: {error}" if str(error) else f"{doing}: {type(error).__name__}")
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
