"""What the process keeps of the memory it frees, in a process of its own."""

import subprocess
import sys

import pytest

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
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    given_at_once, given_back = map(float, done.stdout.split())
    assert given_at_once < 20
    assert given_back > 150
