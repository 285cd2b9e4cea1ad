"""Encoders leave the priorities of threads alone."""

import os
import subprocess
import sys

import pytest

CODE = """
import os
from fractions import Fraction
from pathlib import Path
import numpy as np
from engine.export.encodings import CODECS
from engine.export.video_writer import VideoFile
with VideoFile(Path({path!r}), (64, 64), Fraction(25), encoding=CODECS["av1"]) as video:
    video.write(np.zeros((64, 64, 3), np.uint8), 0.0)
    threads = os.listdir("/proc/self/task")
    print(len(threads), {{os.sched_getscheduler(int(thread)) for thread in threads}})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are looked at in /proc")
def test_the_encoder_of_av1_gets_no_real_time_priority(tmp_path):
    code = CODE.format(path=str(tmp_path / "video.mp4"))
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    count, kinds = said.split(maxsplit=1)
    assert int(count) > 4  # it has threads
    assert kinds.strip() == str({os.SCHED_OTHER})
