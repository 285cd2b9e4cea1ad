"""The command line: finds the command that is asked for, and imports nothing else."""

import os
import sys
import time
from difflib import get_close_matches
from importlib import import_module

from engine.commands import COMMANDS

WRONG_INPUT = 2
INTERRUPTED = 130  # as shells say it of Ctrl+C


def run() -> None:
    """Entry point of the console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: list[str]) -> int:
    """Run the command that `argv` names and return its exit code: 0 done, 2 wrong input, 3 nothing came in time."""
    started_s = time.monotonic()
    # Read by libraries when they load. Idle OpenMP threads must not spin: the renderer needs their core.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Mesa's software renderer would take every core, and leave the network what is left over.
    os.environ.setdefault("LP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    name, arguments = (argv[0], argv[1:]) if argv and not argv[0].startswith("-") else ("", argv)
    if name and name not in COMMANDS:
        return _unknown(name)
    module = COMMANDS[name].module if name else "view"
    command = import_module(f"engine.commands.{module}")
    which = (name,) if module == "view" else ()
    try:
        code: int = command.main(arguments, started_s, *which)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _unknown(name: str) -> int:
    close = get_close_matches(name, COMMANDS, 1)
    if os.path.exists(name):
        hint = f"to show it: --source {name}"
    else:
        hint = f"did you mean {close[0]}?" if close else "--help lists the commands"
    print(f"error: there is no command {name!r}; {hint}", file=sys.stderr)
    return WRONG_INPUT
