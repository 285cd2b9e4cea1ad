"""Commands with several inputs: one that fails does not stop the others, and the exit code reports the outcome."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.commands import ExitCode
from engine.errors import EngineError, OutputError
from engine.logs import print_error

log = logging.getLogger(__name__)


def run(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code. Interrupting it leaves nothing half written."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    try:
        return command()
    except EngineError as error:
        print_error(error)
        return ExitCode.WRONG_INPUT
    except KeyboardInterrupt:
        print("interrupted; unfinished files are not kept", file=sys.stderr)
        return ExitCode.INTERRUPTED


def each(paths: Sequence[Path], work: Callable[[Path], None], kind: str) -> int:
    """Call `work` for each of `paths` and return the exit code. `kind`: a plural noun for what they are."""
    done = 0
    for path in paths:
        try:
            work(path)
            done += 1
        except OutputError as error:  # the next one would fail as well
            print_error(error)
            break
        except EngineError as error:
            print_error(error)
        except Exception:  # one bad input must not stop the others
            log.exception("%s", path)
    if done == len(paths):
        return ExitCode.DONE
    print(f"{done} of {len(paths)} {kind} were processed", file=sys.stderr)
    return ExitCode.SOME_FAILED if done else ExitCode.WRONG_INPUT
