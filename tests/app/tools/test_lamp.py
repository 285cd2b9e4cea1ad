"""The lamp in the hand."""

from types import SimpleNamespace

import pytest

from engine.app.tools.lamp import HELD_LIGHT, Lamp
from engine.settings import Settings


class Program:
    """Settings that change, and a lamp's place that is wherever the mouse is."""

    def __init__(self, **settings):
        self.settings = Settings().replace(**settings)
        self.remembered = Settings()
        self.renderer = SimpleNamespace(lamp_under=lambda u, v: (u, v) if u < 1 else None)

    def apply(self, settings):
        self.settings = settings

    def change(self, **values):
        self.settings = self.settings.replace(**values)
        self.remembered = self.remembered.replace(**values)


@pytest.fixture
def program():
    return Program()


def test_it_shines_while_it_is_held_and_stays_where_it_was_put(program):
    lamp = Lamp(program, program)
    lamp.follow(False, (0.5, 0.5))
    assert program.settings == Settings()
    for pointer in ((0.2, 0.6), (0.3, 0.7), None, (1.5, 0.2)):
        lamp.follow(True, pointer)
        assert program.settings.light.light == HELD_LIGHT
    assert (program.settings.light.lamp_x, program.settings.light.lamp_y) == (0.3, 0.7)
    lamp.follow(False, (0.9, 0.9))
    assert program.settings.light.light == 0
    assert program.remembered == Settings().replace(lamp_x=0.3, lamp_y=0.7)


def test_a_lamp_that_is_on_keeps_its_strength():
    program = Program(light=0.4)
    lamp = Lamp(program, program)
    lamp.follow(True, (0.1, 0.2))
    lamp.follow(False, None)
    assert program.settings.light.light == 0.4
    assert program.settings.light.lamp_x == 0.1
