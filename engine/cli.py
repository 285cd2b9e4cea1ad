"""The command line: one module for each command, found by name, imported only when it is asked for."""

import os
import sys
import time
from importlib import import_module

COMMANDS = {
    "view": "show a source as a live 3D scene (the default)",
    "video": "turn videos into depth videos",
    "capture": "turn pictures into 3D objects: mesh, points, depth",
    "models": "list the networks; download and verify their weights",
    "status": "look at this machine: what is there, and how to mend what is missing",
    "bench": "measure how long things take on this machine",
}


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
    name = argv[0] if argv and argv[0] in COMMANDS else "view"
    command = import_module(f"engine.commands.{name}")
    arguments = argv[1:] if argv and argv[0] == name else argv
    try:
        code: int = command.main(arguments, started_s)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
