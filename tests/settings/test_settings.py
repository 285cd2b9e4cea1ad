import tomllib
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.settings import GROUPS, Settings, from_tree, group_of, store
from engine.settings.fields import declaration


def test_every_field_has_a_meaning_and_a_unique_name():
    names = [name for model in GROUPS.values() for name in model.model_fields]
    assert len(names) == len(set(names))
    for model in GROUPS.values():
        for name in model.model_fields:
            assert declaration(name).meaning, name


def test_replace_finds_the_group_and_leaves_the_original_alone():
    before = Settings()
    after = before.replace(subsample=4, encoder="lite", depth_scale=1.5)
    assert (after.display.subsample, after.depth.encoder, after.scene.depth_scale) == (4, "lite", 1.5)
    assert before == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("subsample", 9, "less than or equal to 8"), ("background", "red", "#RRGGBB"), ("encoder", "vitx", "vitx")],
)
def test_a_wrong_value_names_field_and_reason(name, value, says):
    with pytest.raises(SettingsError) as caught:
        Settings().replace(**{name: value})
    assert name in str(caught.value)
    assert says in str(caught.value)


def test_an_unknown_name_is_an_error():
    with pytest.raises(SettingsError, match="depht_scale"):
        Settings().replace(depht_scale=1)
    with pytest.raises(SettingsError, match="typo"):
        from_tree({"scene": {"typo": 1}})
    assert group_of("depth_scale") == "scene"


def test_only_what_differs_from_the_defaults_is_written(tmp_path: Path):
    path = tmp_path / "deep" / "settings.toml"
    settings = Settings().replace(depth_scale=1.25, checkpoints_dir=Path("weights"), background="#FF0000")
    store.save(path, settings)
    assert tomllib.loads(path.read_text()) == {
        "scene": {"depth_scale": 1.25},
        "depth": {"checkpoints_dir": "weights"},
        "display": {"background": "#ff0000"},
    }
    assert store.load(path) == settings
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_no_file_means_defaults(tmp_path: Path):
    assert store.load(tmp_path / "none.toml") == Settings()


@pytest.mark.parametrize("text", ["depth = [", "[scene]\ndepth_scale = 99", "[nonsense]\na = 1", "\x00"])
def test_a_damaged_file_names_itself_and_the_way_out(tmp_path: Path, text: str):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match="reset-settings") as caught:
        store.load(path)
    assert str(path) in str(caught.value)


def test_values_in_british_spelling_are_read(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('[display]\nview = "colour"\ncolormap = "grey"\n')
    read = store.load(path).display
    assert (read.view, read.colormap) == ("color", "gray")
    store.save(path, Settings().replace(colormap="grey"))
    assert 'colormap = "gray"' in path.read_text()
