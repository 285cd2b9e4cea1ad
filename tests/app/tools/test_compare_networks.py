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
        update=lambda: None, close=lambda: tool.depth.shown.append("closed"),
    )  # fmt: skip
    return tool


def said(program):
    return [notice.text for notice in program.notices.status.shown]


def test_the_second_network_runs_while_the_key_is_held(program, tool):
    tool.update(0.0)
    assert (tool.depth.shown, program.view.second) == ([], None)
    program.window.input.held_keys = {"v"}
    tool.update(0.0)
    assert tool.depth.shown == [(SHOWN.frame, program.pipeline.settings.depth, "vits")]
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
    assert said(program) == ["Choose what to compare with first: All settings, Model, Compare with."]
    tool.update(0.0)
    assert tool.depth.shown == ["closed"]  # it gives back what it had loaded
