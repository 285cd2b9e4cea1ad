"""Comparing networks, while the key is held."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.app.tools.compare_networks import _NOTICE, CompareNetworks
from engine.settings import Settings
from tests.app.parts import Program
from tests.depth_frames import depth_frame

SHOWN = depth_frame(np.ones((18, 32)))


@pytest.fixture
def program():
    program = Program(Settings().replace(compare_with="vits"))
    program.view = SimpleNamespace(shown=SHOWN, second=None, is_capture=False)
    return program


@pytest.fixture
def tool(program):
    tool = CompareNetworks(program)
    status = SimpleNamespace(message=None)
    tool.depth = SimpleNamespace(
        newest=None, status=status, shown=[], show=lambda *asked: tool.depth.shown.append(asked),
        update=lambda: None, close=lambda timeout_s: tool.depth.shown.append("closed"),
    )  # fmt: skip
    return tool


def said(program):
    return [notice.text for notice in program.notices.status.shown]


def test_the_second_network_runs_while_the_key_is_held(program, tool):
    tool.update(0.0)
    assert (tool.depth.shown, program.view.second) == ([], None)
    program.window.input.held_keys = {"v"}
    tool.update(0.0)
    ((frame, settings),) = tool.depth.shown
    assert (frame, settings.encoder) == (SHOWN.frame, "vits")
    assert said(program) == ["Waiting for depth of Video-Depth small to compare with…"]
    tool.depth.newest = SHOWN
    tool.update(0.0)
    assert (program.view.second.frame, program.view.second.name) == (SHOWN, "Video-Depth small")
    assert said(program) == []
    program.window.input.held_keys = set()
    tool.update(0.0)
    assert program.view.second is None
    assert len(tool.depth.shown) == 2


def test_what_is_wrong_with_it_is_said(program, tool):
    program.window.input.held_keys = {"v"}
    tool.depth.status.message = "vits is not on this machine"
    tool.update(0.0)
    (notice,) = program.notices.status.shown
    assert (notice.text, notice.kind) == ("Vits is not on this machine.", "warning")
    program.view.is_capture = True
    tool.update(0.0)
    assert not program.notices.unpin(_NOTICE)


def test_without_a_choice_the_key_explains_itself(program, tool):
    program.pipeline.settings = Settings()
    program.window.input.held_keys = {"v"}
    tool.actions()["compare_networks"]()
    assert said(program) == ["Choose a model to compare with (All settings, Model), or keep settings with Shift+V."]
    tool.update(0.0)
    assert tool.depth.shown == ["closed"]  # it gives back what it had loaded


def test_settings_that_were_kept_draw_the_same_depth_or_compute_another(program, tool):
    program.pipeline.settings = Settings().replace(depth_scale=0.2)
    tool.actions()["keep_settings"]()
    program.pipeline.settings = Settings().replace(depth_scale=0.9, stereo="anaglyph", panes="picture+depth+scene")
    program.window.input.held_keys = {"v"}
    tool.update(0.0)
    second = program.view.second
    assert (second.frame, second.name) == (SHOWN, "kept settings")
    kept = second.settings
    assert kept.scene.depth_scale == 0.2
    assert (kept.stereo.stereo, kept.display.panes) == ("anaglyph", "picture+depth+scene")
    assert tool.depth.shown == []
    program.pipeline.settings = Settings().replace(temporal_filter=False)
    tool.update(0.0)
    ((_frame, settings),) = tool.depth.shown
    assert settings.temporal_filter
    tool.actions()["keep_settings"]()
    tool.update(0.0)
    assert program.view.second is None


def test_unfiltered_is_the_same_network_without_its_filter(program, tool):
    program.pipeline.settings = Settings().replace(compare_with="unfiltered", encoder="lite")
    program.window.input.held_keys = {"v"}
    tool.update(0.0)
    ((_frame, settings),) = tool.depth.shown
    assert (settings.encoder, settings.temporal_filter) == ("lite", False)
