"""The command `render` in a process of its own, so that the window stays smooth."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from threading import Event, Lock
from typing import IO

import engine
from engine.errors import OutputError

_NICE = ("nice", "-n", "10")


@dataclass(frozen=True, slots=True)
class RenderProgress:
    """How far the command is."""

    stage: str = ""
    """What it does, in its own word; empty while it starts."""
    share: float | None = None
    """How much of the stage is done, 0 to 1; None where that is unknown."""
    left_s: float | None = None
    """How long the rest of the stage takes."""


class RenderProcess:
    """One run of the command. `run` is for one thread; any other may call `cancel` and read `progress`."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words`: the sources and options of the command."""
        self._words = words
        self.progress = RenderProgress()
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = Event()

    def run(self) -> Path | None:
        """Run the command until it ends; return the file that it wrote, or None if it was canceled.

        Raises OutputError with what the command said if it fails.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            with self._lock:
                if self._cancelled.is_set():
                    return None
                self._process = process = _start(self._words, complaints)
            written = self._follow(process)
            process.wait()
            if self._cancelled.is_set():
                return None
            if process.returncode != 0 or written is None:
                complaints.seek(0)
                raise OutputError(_complaint(complaints.read()))
        return written

    def cancel(self, timeout_s: float = 0.0) -> None:
        """End the command, and wait up to `timeout_s`; what runs then is killed. No unfinished film appears."""
        with self._lock:
            self._cancelled.set()
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        if timeout_s:
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()

    def _follow(self, process: "subprocess.Popen[str]") -> Path | None:
        """Read what the command prints until it ends; return the file that it wrote."""
        written: Path | None = None
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                with suppress(ValueError):  # somebody else's print
                    facts = json.loads(line)
                    if "stage" in facts:
                        share = facts["done"] / facts["total"] if facts.get("total") else None
                        self.progress = RenderProgress(
                            facts["stage"], share if share is None else min(share, 1.0), facts.get("left_s")
                        )
                    elif "written" in facts:
                        written = Path(facts["written"])
        return written


def _start(words: Sequence[str], complaints: IO[str]) -> "subprocess.Popen[str]":
    """Start the command at a low priority."""
    package = str(Path(engine.__file__).resolve().parent.parent)  # a checkout is found from its folder only
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    nice = _NICE if which(_NICE[0]) else ()
    return subprocess.Popen(
        [*nice, sys.executable, "-m", "engine", "render", *words, "--progress", "json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
        text=True, encoding="utf-8", errors="replace",
        env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # on Windows
    )  # fmt: skip


def _complaint(said: str) -> str:
    """Return the last error in the output of the command."""
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line.partition("error: ")[2] for line in lines if line.startswith("error: ")]
    return errors[-1] if errors else lines[-1] if lines else "render ended without a word; run it on a terminal"
