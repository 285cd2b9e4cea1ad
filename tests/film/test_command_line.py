"""Settings on their way through the command line."""

from pathlib import Path

import pytest

from engine.commands.arguments import Arguments
from engine.commands.render import RenderArguments
from engine.film.command_line import GROUPS, WITHOUT_EFFECT, options_of
from engine.settings import Settings
from engine.settings.presets import devices, presets


def read(words: list[str]) -> RenderArguments:
    parser = Arguments(RenderArguments, "render", without=WITHOUT_EFFECT)
    return parser.complete(parser.read(["photo.jpg", *words]))


@pytest.mark.parametrize("preset", [*presets(), *devices()], ids=lambda preset: preset.name)
def test_the_command_understands_all_settings_of_a_preset(preset):
    settings = Settings().replace(**preset.values)
    arguments = read(options_of(settings))
    for group in GROUPS:
        given, wanted = getattr(arguments, group).model_dump(), getattr(settings, group).model_dump()
        assert {k: v for k, v in given.items() if f"{group}.{k}" not in WITHOUT_EFFECT} == {
            k: v for k, v in wanted.items() if f"{group}.{k}" not in WITHOUT_EFFECT
        }


def test_values_of_all_kinds_arrive():
    changes = {
        "crop": "0,60,0,60", "depth_scale": 0.123456789, "background": "#112233", "fill_gaps": False, "metric": True,
        "checkpoints_dir": Path("my weights/a=b"), "convergence": 2.5, "eye_distance": "63mm",
        "depth_map": Path("depth of a b.npy"), "depth_map_kind": "metric", "embedded_depth": False,
    }  # fmt: skip
    arguments = read(options_of(Settings().replace(**changes)))
    found = {name: value for group in GROUPS for name, value in getattr(arguments, group)}
    assert {name: found[name] for name in changes} == changes
    assert read(options_of(Settings())) == read([])
