"""What the overlay is told, in a program whose parts stand still."""

from unittest.mock import MagicMock

import pytest

from engine.app.snapshot_builder import SnapshotBuilder
from engine.app.tools.first_run import FirstRun
from engine.depth.capture import choice as capture_network
from engine.errors import DownloadError
from engine.pipeline.downloads import Downloads
from engine.plugins import registered
from engine.settings import Settings
from engine.status.choices import Choice
from tests.waiting import wait_for


@pytest.fixture
def parts(tmp_path):
    """Those the reporter reads: nothing is on screen, and a download fails."""

    def fail(name, folder, progress):
        raise DownloadError("da3-base could not be fetched: no network")

    app = MagicMock(settings=Settings().replace(checkpoints_dir=tmp_path), calibration=None, live=False)
    app.fetch = Downloads(lambda: None, fail)
    app.worker.status = MagicMock(info=None, message=None, loading="")
    app.source.message = app.display.message = app.source.transport = None
    stage = MagicMock(shown=None, capture=None, points=None)
    nothing = {"message": None, "progress": None}
    welcome = MagicMock(spec=FirstRun, is_open=False)
    welcome.greeting.return_value = None
    parts = {name: MagicMock() for name in ("window", "measuring", "preferences", "memory", "lookout", "region")}
    parts |= {"retake": MagicMock(**nothing), "survey": MagicMock(**nothing), "errands": MagicMock(notice=None)}
    parts["clock"] = MagicMock(now_s=lambda: 0.0)
    parts["memory"].value.recent = ()
    return {"app": app, "stage": stage, "welcome": welcome, **parts}


def test_why_a_network_for_captures_was_not_fetched_is_said_where_it_is_offered(parts):
    reporter, fetch, settings = SnapshotBuilder(**parts), parts["app"].fetch, parts["app"].settings
    parts["stage"].capture = MagicMock(note="captured with lite, for da3-base is not here")
    before = reporter.status(None)
    assert before.capture_offer.startswith("Download da3-base")
    assert before.messages == ()
    fetch.start(capture_network.wanted(settings), settings.depth.checkpoints_dir)
    wait_for(lambda: fetch.status.message)
    after = reporter.status(None)
    assert after.messages == ("da3-base could not be fetched: no network",)
    assert after.capture_offer == before.capture_offer  # to be tried again
    parts["stage"].capture = None
    assert reporter.status(None).messages == ()  # nobody asks for it any more


def test_sources_of_plugins_are_listed(parts, monkeypatch):
    monkeypatch.setattr(registered, "SOURCES", {})
    registered.register_source("stripes", lambda rest: None, label="moving stripes")
    monkeypatch.setattr("engine.sources.registry.SOURCES", registered.SOURCES)
    assert SnapshotBuilder(**parts).status(None).choices.added == (Choice("stripes", "moving stripes"),)
