"""What the process keeps of the memory it frees, in a process of its own."""

import subprocess
import sys

import pytest

from engine import cli
from engine.clock import RealClock
from engine.depth import StillDepth, StreamingDepth
from engine.depth.capture.runner import make_capturer
from engine.depth.live.loader import load_estimator
from engine.depth.runtime import allocator
from engine.settings import DepthSettings, Settings
from tests.synthetic import moving_pictures, tiny_any_view, tiny_video_depth
from tests.waiting import LIMIT_S

SCRIPT = """
import os
from pathlib import Path
import numpy as np
from engine.depth.runtime.allocator import keep_freed_memory, return_freed_memory

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

assert keep_freed_memory()
pieces = [np.ones(2_000_000, np.uint8) for _ in range(100)]
pin = np.ones(2_000_000, np.uint8)  # above the pieces: what is below it cannot be cut off the end of the heap
full = resident_mb()
del pieces
kept = resident_mb()
return_freed_memory()
print(full - kept, full - resident_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is told, on Linux")
def test_freed_memory_is_kept_until_it_is_returned():
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=False, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    given_at_once, given_back = map(float, done.stdout.split())
    assert given_at_once < 20
    assert given_back > 150


def test_a_library_call_leaves_the_allocator_of_the_process_alone(monkeypatch):
    called = []
    monkeypatch.setattr(allocator, "_function", called.append)
    picture = moving_pictures(1)[0]
    StreamingDepth(tiny_video_depth(), input_size=28).infer(picture)
    StillDepth(tiny_any_view()).image(picture, process_res=70)
    load_estimator(DepthSettings(encoder="lite", input_size=96)).estimate(picture)
    make_capturer(Settings().replace(capture_model="lite"), RealClock())
    assert "mallopt" not in called


def test_the_program_sets_it_when_it_starts(monkeypatch):
    called = []
    monkeypatch.setattr(allocator, "_function", called.append)
    monkeypatch.setattr(sys, "argv", ["da3d", "--help"])
    monkeypatch.setattr(cli.atexit, "register", lambda function: None)
    with pytest.raises(SystemExit):
        cli.run()
    assert called == ["mallopt"]
