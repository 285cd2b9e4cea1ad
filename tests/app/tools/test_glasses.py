"""The menu of 3D glasses."""

from engine.app.tools.glasses import Glasses
from engine.settings.presets import DEVICES, find
from engine.status.commands import ChangeSettings
from tests.app.parts import Program


def opened(program):
    tool = Glasses(program)
    tool.actions()["toggle_glasses"]()
    tool.update(0.0)
    return tool


def active(tool):
    return [device.name for device in tool.facts().devices if device.is_active]


def test_it_lists_what_one_looks_at_it_with_and_marks_what_is_set():
    program = Program()
    tool = opened(program)
    assert [device.name for device in tool.facts().devices] == list(DEVICES)
    assert active(tool) == ["this-screen"]
    program.pipeline.settings = program.pipeline.settings.replace(**find("projector").values)
    tool.update(0.1)
    assert active(tool) == ["projector"]
    program.pipeline.settings = program.pipeline.settings.replace(comfort=0.05)
    tool.update(0.2)
    assert active(tool) == []


def test_a_key_opens_it_and_esc_closes_it():
    tool = opened(Program())
    assert tool.escape()
    tool.update(0.1)
    assert tool.facts() is None
    assert not tool.escape()


def test_a_key_exchanges_the_eyes():
    program = Program()
    swap = Glasses(program).actions()["swap_eyes"]
    swap()
    program.pipeline.settings = program.pipeline.settings.replace(swap_eyes=True)
    swap()
    assert program.commands == [ChangeSettings({"swap_eyes": True}), ChangeSettings({"swap_eyes": False})]
