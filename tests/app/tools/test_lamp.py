"""The lamp while its key is held."""

from types import SimpleNamespace

import pytest

from engine.app.tools.lamp import HELD_LIGHT, Lamp
from engine.settings import Settings
from engine.status.commands import ChangeSettings
from tests.app.parts import Program


class Scene(Program):
    """Remembers what commands change, and has a lamp that hangs wherever the mouse is."""

    def __init__(self, **settings):
        super().__init__(Settings().replace(**settings))
        self.remembered = Settings()
        self.pipeline.renderer = SimpleNamespace(lamp_under=lambda u, v: (u, v) if u < 1 else None)

    def do(self, command):
        assert isinstance(command, ChangeSettings)
        self.pipeline.settings = self.pipeline.settings.replace(**command.values)
        self.remembered = self.remembered.replace(**command.values)

    @property
    def light(self):
        return self.pipeline.settings.light


@pytest.fixture
def scene():
    return Scene()


def test_it_shines_while_it_is_held_and_stays_where_it_was_put(scene):
    lamp = Lamp(scene)
    lamp.follow(False, (0.5, 0.5))
    assert scene.pipeline.settings == Settings()
    for pointer in ((0.2, 0.6), (0.3, 0.7), None, (1.5, 0.2)):
        lamp.follow(True, pointer)
        assert scene.light.light == HELD_LIGHT
    assert (scene.light.lamp_x, scene.light.lamp_y) == (0.3, 0.7)
    lamp.follow(False, (0.9, 0.9))
    assert scene.light.light == 0
    assert scene.remembered == Settings().replace(lamp_x=0.3, lamp_y=0.7)


def test_a_lamp_that_is_on_keeps_its_strength():
    scene = Scene(light=0.4)
    lamp = Lamp(scene)
    lamp.follow(True, (0.1, 0.2))
    lamp.follow(False, None)
    assert scene.light.light == 0.4
    assert scene.light.lamp_x == 0.1


@pytest.mark.parametrize("strength", [0.5, 0.0])
def test_a_strength_set_while_it_is_held_stays(scene, strength):
    lamp = Lamp(scene)
    lamp.follow(True, (0.1, 0.2))
    scene.do(ChangeSettings({"light": strength}))
    lamp.follow(True, (0.1, 0.2))
    lamp.follow(False, (0.1, 0.2))
    assert scene.light.light == scene.remembered.light.light == strength


def test_the_key_is_watched(scene):
    lamp = Lamp(scene)
    scene.window.input.held_keys.add("j")
    lamp.update(0.0)
    assert scene.light.light == HELD_LIGHT
    scene.window.input.held_keys.clear()
    lamp.update(0.1)
    assert scene.light.light == 0
