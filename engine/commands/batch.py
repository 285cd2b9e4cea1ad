"""Many inputs in one command: one that fails does not stop the others, and the exit code tells how it went."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.commands import ExitCode
from engine.errors import EngineError, OutputError

log = logging.getLogger(__name__)


def run(command: Callable[[], int]) -> int:
    """The exit code of `command`, which leaves nothing half written when it is told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it, too, ends like Ctrl+C
    try:
        return command()
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return ExitCode.WRONG_INPUT
    except KeyboardInterrupt:
        print("interrupted; what was not finished is not there", file=sys.stderr)
        return ExitCode.INTERRUPTED


def each(paths: Sequence[Path], work: Callable[[Path], None], kind: str) -> int:
    """Do `work` on each of `paths`, which are so many `kind`, and return the exit code."""
    done = 0
    for path in paths:
        try:
            work(path)
            done += 1
        except OutputError as error:  # the next one would fail as well
            print(f"error: {error}", file=sys.stderr)
            break
        except EngineError as error:
            print(f"error: {error}", file=sys.stderr)
        except Exception:  # one bad input must not take the others with it
            log.exception("%s", path)
    if done == len(paths):
        return ExitCode.DONE
    print(f"{done} of {len(paths)} {kind} were done", file=sys.stderr)
    return ExitCode.SOME_FAILED if done else ExitCode.WRONG_INPUT
