"""The command `render` in a process of its own, played by a stand-in."""

import subprocess
import sys
import threading

import pytest

from engine.app import render_process
from engine.app.render_process import RenderProcess, RenderProgress
from engine.errors import OutputError
from tests.waiting import LIMIT_S, wait_for

SAYS = """
import json, sys
print("something else", flush=True)
print(json.dumps({"stage": "drawing", "done": 3, "total": 12, "fps": 1.0, "left_s": 9.0}), flush=True)
"""


@pytest.fixture
def command(monkeypatch):
    """Lets a script stand in for the command."""

    def stand_in(script: str) -> RenderProcess:
        monkeypatch.setattr(
            render_process, "_start",
            lambda words, complaints: subprocess.Popen(
                [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=complaints, text=True
            ),
        )  # fmt: skip
        return RenderProcess(["photo.jpg"])

    return stand_in


def test_it_reports_progress_and_returns_the_file(command):
    process = command(SAYS + 'print(json.dumps({"source": "photo.jpg", "written": "out/photo_swing.mp4"}))')
    assert str(process.run()) == "out/photo_swing.mp4"
    assert process.progress == RenderProgress("drawing", 0.25, 9.0)


def test_a_failure_says_what_the_command_said(command):
    process = command(SAYS + 'print("a warning\\nerror: there is no photo.jpg\\n0 of 1", file=sys.stderr); sys.exit(2)')
    with pytest.raises(OutputError, match=r"^there is no photo\.jpg$"):
        process.run()


def test_it_ends_when_it_is_canceled(command):
    process = command(SAYS + "import time\ntime.sleep(600)")
    found = []
    thread = threading.Thread(target=lambda: found.append(process.run()))
    thread.start()
    wait_for(lambda: process.progress.stage)
    process.cancel(LIMIT_S)
    thread.join(LIMIT_S)
    assert found == [None]


def test_it_does_not_begin_once_it_is_canceled(command):
    process = command("raise SystemExit(1)")
    process.cancel()
    assert process.run() is None
