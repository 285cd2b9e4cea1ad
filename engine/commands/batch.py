"""Commands with several inputs: one that fails does not stop the others, and the exit code reports the outcome."""

import errno
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.commands import ExitCode
from engine.errors import EngineError, OutputError
from engine.logs import discard_output, print_error

log = logging.getLogger(__name__)

_ABOUT_ONE_NAME = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EISDIR, errno.ENOTEMPTY}
"""Errors of the system that are about the name of one result."""


def run(command: Callable[[], int], kept: str = "unfinished files are not kept") -> int:
    """Run `command` and return its exit code. Interrupting it leaves nothing half written.

    `kept`: what becomes of the work of a command that is interrupted.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    try:
        return command()
    except EngineError as error:
        print_error(error)
        return ExitCode.WRONG_INPUT
    except KeyboardInterrupt:
        print(f"interrupted; {kept}", file=sys.stderr)
        return ExitCode.INTERRUPTED


def report(line: str) -> None:
    """Print a line about a result. It is no failure if nobody reads it."""
    try:
        print(line, flush=True)
    except OSError:  # whoever read the output, such as `head`, has closed it
        discard_output()


def _is_about_one_name(error: OutputError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in _ABOUT_ONE_NAME


def each(paths: Sequence[Path], work: Callable[[Path], None], kind: str) -> int:
    """Call `work` for each of `paths` and return the exit code. `kind`: a plural noun for what they are."""
    done = 0
    for path in paths:
        try:
            work(path)
            done += 1
        except OutputError as error:
            print_error(error)
            if not _is_about_one_name(error):  # the next one would fail as well
                break
        except EngineError as error:
            print_error(error)
        except Exception:  # one bad input must not stop the others
            log.exception("%s", path)
    if done == len(paths):
        return ExitCode.DONE
    print(f"{done} of {len(paths)} {kind} were processed", file=sys.stderr)
    return ExitCode.SOME_FAILED if done else ExitCode.WRONG_INPUT
