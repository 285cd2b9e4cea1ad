import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import SourceError
from engine.sources.discovery import find_cameras, list_sources
from engine.sources.live import webcam
from tests.conftest import ROOT
from tests.sources.servers import Display


@pytest.fixture
def cameras(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two cameras, of which one has an entry for metadata as well."""
    folder = tmp_path / "cameras"
    monkeypatch.setattr("engine.sources.live.webcam.SYSTEM_CAMERAS", folder)
    for node, name, index in (("video10", "Back", 0), ("video2", "Front é", 0), ("video3", "Front é", 1)):
        (folder / node).mkdir(parents=True)
        (folder / node / "name").write_text(name + "\n", encoding="utf-8")
        (folder / node / "index").write_text(f"{index}\n")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux names its cameras")
@pytest.mark.usefixtures("cameras")
def test_cameras_and_monitors_are_named_as_source_takes_them(display: Display) -> None:
    display.set_monitors(left="320x360+0+0", primary="320x360+320+0")
    lines = [line.split(maxsplit=1) for line in list_sources().splitlines() if line.startswith("  ")]
    assert lines[:4] == [
        ["webcam:2", "Front é"],
        ["webcam:10", "Back"],
        ["screen:1", "320x360 at 320,0"],
        ["screen:2", "320x360 at 0,0"],
    ]


def test_where_the_system_names_no_cameras_they_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    class Camera:
        def __init__(self, number: int) -> None:
            if number not in (1, 4):
                raise SourceError("not there")
            self.number = number

        def close(self) -> None:
            closed.append(self.number)

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(webcam, "WebcamSource", Camera)
    assert find_cameras() == {1: "camera", 4: "camera"}
    assert closed == [1, 4]


def test_the_command_lists_and_ends_well_with_nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    command = [sys.executable, "-m", "engine", "--list-sources", "--source", "there is no such thing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith("Cameras\n")
    assert "\nMonitors\n  there is no screen to capture: set DISPLAY" in done.stdout
