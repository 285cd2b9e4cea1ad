"""Many inputs in one command: one that fails does not stop the others, and the exit code tells how it went."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import EngineError, OutputError

log = logging.getLogger(__name__)

DONE, SOME_FAILED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130


def run(command: Callable[[], int]) -> int:
    """The exit code of `command`, which leaves nothing half written when it is told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it, too, ends like Ctrl+C
    try:
        return command()
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("interrupted; what was not finished is not there", file=sys.stderr)
        return INTERRUPTED


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
        return DONE
    print(f"{done} of {len(paths)} {kind} were done", file=sys.stderr)
    return SOME_FAILED if done else NOTHING_DONE
