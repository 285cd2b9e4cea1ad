"""The command line: finds the requested command and imports nothing else."""

import atexit
import errno
import io
import logging
import os
import sys
import threading
import time
from difflib import get_close_matches
from importlib import import_module

from engine.commands import COMMANDS, ExitCode
from engine.depth.runtime.allocator import keep_freed_memory
from engine.errors import EngineError
from engine.logs import discard_output, print_error, redact_tracebacks, without_secrets
from engine.plugins.registered import source_called

SOURCES = ("webcam", "screen")  # sources with a number or a region, as in webcam:1; commands without
_STDERR = 2
_FULL = {errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Errors of the system if what stdout leads to takes no more."""
HELP = {"-h", "--help", "--help-all"}


def run() -> None:
    """Entry point of the console script."""
    code = 1
    redact_tracebacks()
    prepare_output()
    keep_freed_memory()  # here, since the process is ours; a library must not change the allocator of its host
    atexit.register(lambda: leave(code))  # runs after Python has joined the threads that are not daemons
    try:
        try:
            code = main(sys.argv[1:])
        finally:  # --help leaves by an exception
            sys.stdout.flush()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BrokenPipeError:  # the reader of the output, such as `head`, has closed it
        discard_output()
        code = 0
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        discard_output()
        print_error(f"the output cannot be written ({error.strerror})")
    sys.exit(code)


def prepare_output() -> None:
    """Let everything be printed, whatever the output is."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STDERR:  # else files would take the numbers of closed streams
        pass
    os.close(number)
    sys.stdout, sys.stderr = (
        stream or open(os.devnull, "w", encoding="utf-8", errors="replace")  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr)
    )
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may have any characters


def leave(code: int) -> None:
    """End the process at once if a daemon thread still runs.

    Before Python 3.14, a thread that returns from the C++ code of torch or OpenVINO after the interpreter has shut down
    is unwound, which aborts the process.
    """
    if any(thread.daemon for thread in threading.enumerate()):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(argv: list[str]) -> int:
    """Run the command that `argv` names and return its `ExitCode`."""
    started_s = time.monotonic()
    # Libraries read these when they load. Idle OpenMP threads must not spin: the renderer needs their core.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Mesa's software renderer would use every core and leave none to the network.
    os.environ.setdefault("LP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    # Their modules set these too, but may be imported while another thread compiles a network. Native code reads the
    # environment without a lock, and crashes if it grows then.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("SVT_LOG", "1")
    try:
        argv = _without_plugins(argv)
    except EngineError as error:
        print_error(error)
        return ExitCode.WRONG_INPUT
    name, arguments = ("", argv) if not argv or _is_source(argv[0]) else (argv[0], argv[1:])
    if name and name not in COMMANDS:
        return _unknown(name)
    module = COMMANDS[name].module if name else "view"
    try:
        command = import_module(f"engine.commands.{module}")
        code: int = command.main(arguments, started_s, name) if module == "view" else command.main(arguments)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return code


def _without_plugins(argv: list[str]) -> list[str]:
    """Load what `--plugin` names, and what is installed; return the other words. Raises PluginError."""
    from engine.plugins.loading import load_installed, load_named

    rest = load_named(argv)
    if not HELP & set(rest):  # which shall answer at once
        load_installed()
    return rest


def _is_source(word: str) -> bool:
    """Whether the first word is no command but what to show, or an option."""
    if word in COMMANDS:
        return False
    kind, colon, _ = word.partition(":")
    numbered = bool(colon) and kind in SOURCES
    is_named = word == "demo" or source_called(word) is not None
    return word.startswith("-") or is_named or "://" in word or numbered or os.path.exists(word)


def _unknown(name: str) -> int:
    close = get_close_matches(name, [*COMMANDS, "demo"], 1)
    hint = f"did you mean {close[0]}?" if close else "--help lists the commands"
    print_error(f"there is no command and no file {without_secrets(name)!r}; {hint}")
    return ExitCode.WRONG_INPUT
