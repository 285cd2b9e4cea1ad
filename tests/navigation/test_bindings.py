import pytest

from engine.app.tools import tool_classes
from engine.navigation.bindings import BINDINGS, Binding, KeyTable
from engine.navigation.events import KeyPressed


def everything() -> list[Binding]:
    """The program's own keys and those of its tools, as the viewer joins them."""
    return [*BINDINGS, *(binding for tool in tool_classes() for binding in tool.bindings)]


def test_every_key_means_one_thing():
    table = KeyTable(everything())
    assert len(list(table)) == len(everything())
    assert len({binding.action for binding in table}) == len(everything())


@pytest.mark.parametrize("key", ["x", "w", "left"])
def test_a_key_that_is_taken_is_refused(key):
    with pytest.raises(ValueError, match="taken"):
        KeyTable([*BINDINGS, Binding(key, "another", "")])


def test_only_some_keys_repeat_while_they_are_held():
    table = KeyTable(everything())
    assert table.action_of(KeyPressed("x")) == "capture"
    assert table.action_of(KeyPressed("x", is_repeat=True)) is None
    assert table.action_of(KeyPressed(",", is_repeat=True)) == "step_back"
    assert table.action_of(KeyPressed("w")) is None
    assert table.is_held("wipe", {"b", "w"})
    assert not table.is_held("wipe", {"w"})


def test_shift_has_meanings_of_its_own_and_else_none():
    table = KeyTable(everything())
    assert table.action_of(KeyPressed("k")) == "mark_loop"
    assert table.action_of(KeyPressed("k", shift=True)) == "set_key_frame"
    assert table.action_of(KeyPressed("x", shift=True)) == "capture"
