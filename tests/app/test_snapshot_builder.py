"""The snapshot of a program whose parts stand still."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from engine.app.downloads import Downloads
from engine.app.snapshot_builder import SnapshotBuilder
from engine.app.window_state import Remembered
from engine.plugins import registered
from engine.settings import Settings
from engine.status.snapshot import Choice
from tests.app.parts import Program


@pytest.fixture
def program(tmp_path):
    """Nothing is on screen."""
    program = Program(Settings().replace(checkpoints_dir=tmp_path))
    pipeline = MagicMock(settings=program.pipeline.settings, calibration=None, live=False, clock=program.clock)
    pipeline.worker.status = MagicMock(info=None, message=None, loading="")
    pipeline.source.message = pipeline.display.message = pipeline.source.transport = None
    program.pipeline = pipeline
    program.downloads = Downloads(lambda: None)
    program.view = MagicMock(shown=None, capture=None, points=None)
    program.captures = SimpleNamespace(progress=None, is_lacking=False)
    return program


def test_tools_show_what_they_have(program):
    tools = [SimpleNamespace(facts=lambda: None), SimpleNamespace(facts=lambda: "a ruler")]
    state = SimpleNamespace(value=Remembered())
    builder = SnapshotBuilder(program, program.downloads, MagicMock(), state, MagicMock(), tools)
    assert builder.snapshot(None).tools == (None, "a ruler")


def test_sources_of_plugins_are_listed(program, monkeypatch):
    monkeypatch.setattr(registered, "SOURCES", {})
    registered.register_source("stripes", lambda rest: None, label="moving stripes")
    monkeypatch.setattr("engine.sources.registry.SOURCES", registered.SOURCES)
    builder = SnapshotBuilder(
        program, program.downloads, MagicMock(), SimpleNamespace(value=Remembered()), MagicMock(), []
    )
    assert builder.snapshot(None).source.choices.added == (Choice("stripes", "moving stripes"),)
