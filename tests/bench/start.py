"""How soon the program answers: `--help`, and the first picture in its window. Needs a display, or `xvfb-run -a`.

python -m tests.bench.start [REPETITIONS]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT

AIMS_S = {"--help": 0.5, "first picture": 0.7}
VIEW = ("--source", "demo", "--no-demo-depth", "--size", "640x360", "--frames", "1", "--stats", "s.json")


def help_s() -> float:
    """Return how long `--help` takes, the start of Python included."""
    started_s = time.perf_counter()
    subprocess.run([sys.executable, "-m", "engine", "--help"], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - started_s


def first_picture_s() -> float:
    """Return how soon the window shows something, as the program counts it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": folder}
        command = [sys.executable, "-m", "engine", *VIEW]
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        stats = json.loads((Path(folder) / "s.json").read_text(encoding="utf-8"))
    seconds: float = stats["first_picture_s"]
    return seconds


def main(repetitions: int = 5) -> None:
    print(f"{'':<14}{'aim s':>7}{'least s':>9}{'median s':>10}")
    for name, measure in (("--help", help_s), ("first picture", first_picture_s)):
        measure()  # compiles what is not compiled yet
        times_s = [measure() for _ in range(repetitions)]
        print(f"{name:<14}{AIMS_S[name]:>7.2f}{min(times_s):>9.2f}{statistics.median(times_s):>10.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
