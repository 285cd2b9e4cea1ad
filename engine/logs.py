"""Logging set-up, messages without passwords in them, and a guard against repeated errors in a loop."""

import logging
import os
import re
import sys
import threading
import traceback
from collections import Counter
from types import TracebackType
from urllib.parse import urlsplit

log = logging.getLogger("engine")

_BEFORE_HOST = re.compile(r"""[^\s'"(<]*:[^\s]*@(?=[\w\[])""")
_NAMED = re.compile(r"(?i)(\b(?:\w*pass\w*|pwd|pw|\w*token|api_?key|auth\w*|\w*secret)=|[?&;]\w+=)[^\s&;'\"]+")
_CUT_SHORT = re.compile(r"(https?|rtsps?|rtmp|ftp):[/\\](?![/\\])", re.IGNORECASE)
"""An address whose two slashes became one, as in a `Path`."""
_HOST_AND_PORT = re.compile(r"(\[[^]]*\]|[^:]*)(:\d*)?")


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


def without_secrets(name: str) -> str:
    """Return the name of a source as it may be shown.

    Of an address that is scheme, host, port and path: user, password and query, which may hold a key, are removed, and
    so is everything from the first `=` in the path on. Of an address that is malformed, so that a part of the password
    may look like a host or a path, only the scheme is left. Names of files are returned as they are.
    """
    scheme, is_address, _ = name.partition("://")
    if not is_address:
        return name if os.path.exists(os.path.expanduser(name)) else _without_credentials(name)
    try:
        parts = urlsplit(name)
    except ValueError:  # for instance brackets without an address in them
        return f"{scheme}://…"
    host = parts.netloc.rpartition("@")[2]
    if "@" in parts.path + parts.query + parts.fragment or not _HOST_AND_PORT.fullmatch(host):
        return f"{scheme}://…"
    path, has_values, _ = parts.path.partition("=")
    return f"{parts.scheme}://{host}{path}{'=…' if has_values else ''}"


def redacted(text: str) -> str:
    """Return a message without what looks like a password in an address or in a value with such a name."""
    return _NAMED.sub(r"\1…", _BEFORE_HOST.sub("…@", text))


def _without_credentials(name: str) -> str:
    """Return what may be shown of a name that is no file and no complete address, such as `user:password@host`."""
    cut_short = _CUT_SHORT.match(name)
    if cut_short:
        return f"{cut_short[1]}://…"
    before, at, host = name.rpartition("@")
    if at and ":" in before:
        name = f"…@{host}"
    return redacted(name)


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
