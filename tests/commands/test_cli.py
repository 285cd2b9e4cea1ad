"""Which command the first word means."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from engine import cli
from engine.commands import COMMANDS
from tests.conftest import ROOT
from tests.waiting import LIMIT_S


@pytest.fixture
def called(monkeypatch):
    """What is imported, and what it is called with."""
    found = []

    def load(module):
        return SimpleNamespace(main=lambda *what: found.append((module.rpartition(".")[2], *what)) or 0)

    monkeypatch.setattr(cli, "import_module", load)

    def call(*argv):
        assert cli.main(list(argv)) == 0
        module, arguments, *more = found[-1]
        return module, arguments, *more[1:]  # without the time of the start

    return call


def test_every_command_has_its_module(called):
    for name, command in COMMANDS.items():
        which = (name,) if command.module == "view" else ()
        assert called(name, "--frames", "3") == (command.module, ["--frames", "3"], *which)
        assert (ROOT / "engine" / "commands" / f"{command.module}.py").exists()


def test_without_a_command_a_source_or_an_option_is_shown(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clip.mp4").touch()
    for argv in (
        [], ["--headless"], ["clip.mp4", "--wireframe"], ["demo"], ["webcam:1"], ["screen:0,0,9,9"], ["rtsp://a/b"],
    ):  # fmt: skip
        assert called(*argv) == ("view", argv, "")


@pytest.mark.parametrize(
    ("word", "says"),
    [("webcm3d", "webcam3d"), ("screen3d-view", "screen3d-viewer"), ("dem", "demo"), ("zzz", "--help lists")],
)
def test_a_typo_gets_a_suggestion(word, says, capsys):
    assert cli.main([word]) == 2
    said = capsys.readouterr().err
    assert word in said
    assert says in said


@pytest.mark.skipif(sys.platform == "win32", reason="there is no head")
def test_output_that_nobody_reads_on_is_no_error():
    command = f"{sys.executable} -m engine --help | head -1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert done.stdout.startswith("usage:")
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_output_is_no_error(closed, tmp_path):
    """Nor is it taken for that of a file which is opened later."""
    script = f"""
import engine.cli

def main(argv):
    with open({str(tmp_path / "result")!r}, "w") as file:
        print("said")
        print("complained", file=engine.cli.sys.stderr)
        file.write(str(file.fileno() > 2))
    return 0

engine.cli.main = main
engine.cli.run()
"""
    command = f"{sys.executable} -c '{script.replace(chr(39), chr(34))}' {closed}"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert (done.returncode, (tmp_path / "result").read_text()) == (0, "True")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
def test_output_that_finds_no_room_is_a_message():
    command = f"{sys.executable} -m engine --help > /dev/full"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert (done.returncode, done.stderr) == (1, "error: the output cannot be written (No space left on device)\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
def test_a_result_that_nobody_reads_is_no_failure():
    script = "from engine.commands.batch import each, report; raise SystemExit(each([1, 2], report, "
    command = f"{sys.executable} -c '{script}\"numbers\"))' | :; exit $PIPESTATUS"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    assert (done.returncode, done.stderr) == (0, "")


COMPUTE = """
import threading, torch
x, w = torch.zeros(1, 64, 400, 400), torch.zeros(64, 64, 3, 3)

def compute():
    while True:
        torch.conv2d(x, w)

def begin():
    for _ in range(2):
        threading.Thread(target=compute, daemon=True).start()
"""

STILL_COMPUTES = f"""{COMPUTE}
import engine.cli

def main(argv):
    begin()
    print("said")
    return 5

engine.cli.main = main
engine.cli.run()
"""


@pytest.mark.slow
def test_the_exit_code_holds_although_a_network_still_computes():
    command = [sys.executable, "-c", STILL_COMPUTES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (5, "said\n", "")


@pytest.mark.slow
@pytest.mark.parametrize(("test", "code"), [("begin()", 0), ("begin(); assert False", 1)])
def test_tests_end_with_their_exit_code_although_a_network_still_computes(tmp_path, test, code):
    path = tmp_path / "test_it.py"
    path.write_text(f"{COMPUTE}\ndef test_it(): {test}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert (done.returncode, done.stderr) == (code, "")
    assert f"1 {'failed' if code else 'passed'}" in done.stdout
