"""What is said of a program whose parts stand still."""

from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from engine.app.announcements import Announcements
from engine.app.downloads import Downloads
from engine.app.notices import NOTICE_S
from engine.depth.capture import choice
from engine.errors import DownloadError
from engine.settings import Settings
from engine.status.commands import Invoke, OpenFolder
from engine.status.snapshot import DownloadStatus, Offer
from tests.app.parts import Program
from tests.waiting import wait_for

NOTHING = DownloadStatus(None, None, None)


@pytest.fixture
def program(tmp_path):
    """The live scene is on screen, and downloads fail."""

    def fail(name, folder, progress):
        raise DownloadError("da3-base could not be fetched: no network")

    program = Program(Settings().replace(checkpoints_dir=tmp_path))
    source = SimpleNamespace(message=None, is_lost=False, name="webcam:0")
    program.pipeline.source, program.pipeline.display = source, SimpleNamespace(message=None, lowered_s=None, fps=30.0)
    program.pipeline.worker = SimpleNamespace(status=SimpleNamespace(message=None))
    program.view = SimpleNamespace(points=None, is_capture=False, is_frozen=False, capture=None)
    program.saver = MagicMock(place_of=lambda capture: None)
    program.downloads = Downloads(lambda: None, fail)
    program.announcements = Announcements(program, program.downloads, program.saver)
    return program


def said(program, offers=NOTHING):
    program.announcements.update(offers)
    return [(notice.kind, notice.text) for notice in program.notices.status.shown]


def actions(program):
    """What the buttons of the only notice do."""
    (notice,) = program.notices.status.shown
    return [
        button.command.action if isinstance(button.command, Invoke) else button.command for button in notice.buttons
    ]


def test_that_quality_was_lowered_is_said_once_and_not_for_long(program):
    program.pipeline.display.lowered_s = 0.0692
    assert said(program) == [("info", "Quality lowered to keep it smooth (69 ms a frame, target 33)")]
    program.clock.sleep_until(program.clock.now_s() + NOTICE_S + 1)
    program.pipeline.display.lowered_s = 0.08
    assert said(program) == []


def test_a_lost_source_is_said_until_it_is_back_and_the_demo_is_offered(program):
    assert said(program) == []
    program.pipeline.source.message, program.pipeline.source.is_lost = "no camera was found", True
    assert said(program) == [("warning", "No camera was found.")]
    assert actions(program) == ["show_demo"]
    program.pipeline.source.message, program.pipeline.source.is_lost = None, False
    assert said(program) == []


def test_a_capture_on_screen_says_how_to_return_and_where_it_was_saved(program):
    program.view.is_capture, program.view.capture = True, SimpleNamespace(note=None)
    assert said(program) == [("info", "Captured.")]
    assert actions(program) == ["export", "compare", "show_live"]
    program.saver.place_of = lambda capture: Path("/home/me/Documents/da3d/now")
    assert said(program) == [("success", "Capture saved.")]
    assert actions(program)[0] == OpenFolder(Path("/home/me/Documents/da3d/now"))
    program.view.is_capture, program.view.capture = False, None
    assert said(program) == []


def test_what_a_capture_lacks_is_no_warning_and_has_a_button(program):
    program.view.capture = SimpleNamespace(note="captured with lite, for da3-base is not here")
    offer = DownloadStatus(None, Offer("da3-base", 541.6, "Apache-2.0"), None)
    assert said(program, offer) == [("info", "Made with the basic model.")]
    assert actions(program) == ["download_for_captures"]
    (button,) = program.notices.status.shown[0].buttons
    assert (button.label, button.hint) == ("Download the detailed model (542 MB)", "da3-base, license Apache-2.0")


def test_a_download_that_failed_is_said_once_for_each_try(program):
    downloads, settings = program.downloads, program.pipeline.settings
    for count in (1, 2):
        downloads.start(choice.wanted(settings), settings.depth.checkpoints_dir)
        program.announcements.update(NOTHING)
        wait_for(lambda: downloads.status.message)
        for _ in range(3):
            said(program)
        failures = [notice for notice in program.notices.status.history if "no network" in notice.text]
        assert len(failures) == count
        assert failures[0].kind == "error"
