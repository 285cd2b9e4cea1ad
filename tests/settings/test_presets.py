import pytest

from engine.commands.request import Shorthands
from engine.errors import SettingsError
from engine.settings import Settings, presets
from engine.settings.fields import meanings
from engine.sources.sizes import GEOMETRY_RES
from tests.conftest import ROOT


def test_those_of_the_program_all_set_the_same_so_that_one_undoes_the_other():
    shipped = presets.presets()
    assert [preset.name for preset in shipped] == list(presets.ORDER)
    assert {path.stem for path in presets.SHIPPED_DIR.glob("*.toml")} == set(presets.ORDER)
    assert len({frozenset(preset.values) for preset in shipped}) == 1
    assert all(len(preset.meaning) > 10 for preset in shipped)
    assert presets.find("balanced").matches(Settings())
    changed = {preset.name: Settings().replace(**preset.values) for preset in shipped}
    assert len(set(changed.values())) == len(shipped)  # no two are the same
    finest = changed["high-quality"]
    assert finest.source.max_res / finest.display.subsample > GEOMETRY_RES / Settings().display.subsample


def test_devices_replace_one_another_and_start_from_the_defaults():
    shipped = presets.devices()
    assert {path.stem for path in presets.DEVICES_DIR.glob("*.toml")} == set(presets.DEVICES)
    assert len({frozenset(device.values) for device in shipped}) == 1
    assert [device.name for device in shipped if device.matches(Settings())] == ["this-screen"]
    assert len({Settings().replace(**device.values) for device in shipped}) == len(shipped)
    assert presets.find("headset-file").size == "3840x1080"
    assert presets.find("this-screen").size is None
    with pytest.raises(SettingsError, match="comes with the program"):
        presets.save("projector", Settings())


def test_the_help_and_the_guide_name_all_devices():
    guide = (ROOT / "docs" / "rendering.md").read_text(encoding="utf-8")
    for device in presets.devices():
        assert device.name in meanings(Shorthands)["preset"]
        assert f"| {device.title} | `{device.name}` | `{device.values['stereo']}` |" in guide


def test_the_help_and_the_guide_name_them_all():
    guide = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for preset in presets.presets():
        assert f"{preset.name}," in meanings(Shorthands)["preset"]
        assert f"| `{preset.name}` | {preset.meaning} |" in guide


def test_ones_own_is_saved_found_and_deleted():
    settings = Settings().replace(depth_scale=1.25, source="webcam:3", theme="light", device="cuda", max_res=900)
    saved = presets.save("my look", settings)
    assert saved.path.parent == presets.own_dir()
    assert [preset.name for preset in presets.presets()][-1] == "my look"
    found = presets.find("my look")
    assert found.is_own
    chosen = Settings().replace(**found.values)
    assert (chosen.scene.depth_scale, chosen.source.max_res) == (1.25, 900)
    assert (chosen.source.source, chosen.interface.theme, chosen.depth.device) == ("demo", "dark", "auto")
    assert found.matches(settings)
    assert not found.matches(Settings())
    presets.save("my look", Settings())  # again, under the same name
    assert presets.find("my look").matches(Settings())
    presets.delete("my look")
    assert len(presets.presets()) == len(presets.ORDER)


@pytest.mark.parametrize("name", ["", "../settings", "a/b", " a", "a.", "x" * 41, "balanced"])
def test_some_names_cannot_be(name):
    with pytest.raises(SettingsError):
        presets.save(name, Settings())


def test_those_of_the_program_stay():
    with pytest.raises(SettingsError, match="cannot be deleted"):
        presets.delete("quality")


def test_a_wrong_name_gets_a_suggestion_and_a_broken_file_names_itself():
    with pytest.raises(SettingsError, match="did you mean real-time"):
        presets.find("realtime")
    presets.own_dir().mkdir(parents=True)
    path = presets.own_dir() / "broken.toml"
    for text in ("[scene]\ndepth_scale = 99\n", "= what"):
        path.write_text(text)
        with pytest.raises(SettingsError, match=r"broken\.toml"):
            presets.find("broken").values  # noqa: B018


def test_menus_show_titles_and_not_the_names_of_files():
    shipped = [preset for preset in (*presets.presets(), *presets.devices()) if not preset.is_own]
    assert [preset.title for preset in shipped if preset.title == preset.name or not preset.title[0].isalnum()] == []
