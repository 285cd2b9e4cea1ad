import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.errors import OutputError, SettingsError
from engine.settings import GROUPS, Settings, from_tree, group_of, store
from engine.settings.fields import all_traits, declaration
from engine.settings.run_options import RunOptions


def test_every_field_has_a_meaning_and_a_unique_name():
    names = [name for model in GROUPS.values() for name in model.model_fields]
    assert len(names) == len(set(names))
    for model in GROUPS.values():
        for name in model.model_fields:
            assert declaration(name).meaning, name


def test_every_setting_has_a_label_of_its_own_in_a_section_of_the_panel():
    labels = [traits.label for traits in all_traits().values()]
    assert len(labels) == len(set(labels))
    assert all(labels)
    assert all(traits.section for traits in all_traits().values())
    for name, traits in all_traits().items():
        assert set(traits.names) <= set(declaration(name).choices), name
        assert traits.form.count("{}") == 1, name


@pytest.mark.parametrize(
    ("name", "value", "text", "option"),
    [
        ("sway_deg", 6.04, "6°", "--sway-deg 6.04"),
        ("edge_cut", 0.06, "6 %", "--edge-cut 0.06"),
        ("comfort", 0.0349, "3.5 %", "--comfort 0.0349"),
        ("max_res", 0, "auto", "--max-res 0"),
        ("metric", False, "off", "--no-metric"),
        ("metric_depth_scale", 0.014, "0.01×", "--metric-depth-scale 0.014"),
        ("display_mode", "pointcloud", "points", "--display-mode pointcloud"),
        ("depth_map", None, "none", "--depth-map"),
    ],
)
def test_a_value_is_written_with_its_unit_and_as_an_option(name, value, text, option):
    assert declaration(name).text(value) == text
    assert declaration(name).option(value) == option


def test_a_slider_gives_the_number_that_stands_beside_it():
    assert declaration("comfort").rounded(0.03549) == 0.035
    assert declaration("edge_cut").rounded(0.0649) == 0.06
    assert declaration("subsample").rounded(3) == 3
    assert declaration("depth_scale").rounded(0.517) == 0.52


def test_what_describes_a_camera_or_a_source_never_enters_a_preset():
    for name, traits in all_traits().items():
        if traits.describes_camera or traits.only_for:
            assert traits.is_local, name
    assert not all_traits()["max_res"].is_local


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


@pytest.mark.parametrize("content", [b"depth = [", b"\x00", b"\xff\xfet\x00"])
def test_a_file_that_is_not_toml_is_reported_and_left_alone(tmp_path: Path, content: bytes, caplog):
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    assert store.load(path) == Settings()
    assert f"{path} cannot be read" in caplog.text
    store.save(path, Settings().replace(subsample=4))
    assert path.read_bytes() == content


def test_a_folder_in_place_of_the_file_is_reported_and_left_alone(tmp_path: Path, caplog):
    path = tmp_path / "settings.toml"
    path.mkdir()
    assert store.load(path) == Settings()
    assert "it is a folder" in caplog.text
    store.save(path, Settings().replace(subsample=4))
    assert list(tmp_path.rglob("*")) == [path]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("[scene]\ndepth_scale = 99", "scene.depth_scale should be less than or equal to 3"),
        ("[scene]\nprojection = 'flat'", "scene.projection should be 'perspective' or 'relief'"),
        ("[scene]\nshiny = true", "scene.shiny is not a known setting"),
        ("[weather]\nrain = 0.5", "weather is not a known setting"),
        ("scene = 3", "scene should be"),
        ("[source]\ndepth_map = 3", "source.depth_map"),
        ("[depth]\nfocal_length_x = 10.0\ncalibrated_width = 4000", "does not fit a focal length of 10 px"),
    ],
)
def test_a_wrong_entry_costs_only_itself(tmp_path: Path, caplog, wrong: str, says: str):
    path = tmp_path / "settings.toml"
    path.write_text(f"{wrong}\n[display]\nsubsample = 4\n")
    read = store.load(path)
    assert read.display.subsample == 4
    assert read.scene == Settings().scene
    assert says in caplog.text
    assert str(path) in caplog.text


def test_a_byte_order_mark_is_read_over(tmp_path: Path, caplog):
    path = tmp_path / "settings.toml"
    path.write_text("[display]\nsubsample = 4\n", encoding="utf-8-sig")
    assert store.load(path).display.subsample == 4
    assert not caplog.text


def test_saving_keeps_what_this_version_does_not_know(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text("version = 2\n[scene]\nshiny = true\ndepth_scale = 2.0\n[weather]\nrain = 0.5\n")
    store.save(path, Settings().replace(subsample=4, sor_neighbors=8))
    assert tomllib.loads(path.read_text()) == {
        "version": 2,
        "scene": {"shiny": True, "sor_neighbors": 8},
        "weather": {"rain": 0.5},
        "display": {"subsample": 4},
    }


def test_a_failed_save_leaves_nothing_behind(tmp_path: Path, monkeypatch):
    path = tmp_path / "settings.toml"
    store.save(path, Settings().replace(subsample=4))
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        store.save(path, Settings().replace(subsample=8))
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_only_the_owner_may_read_what_is_written(tmp_path: Path):
    store.write(tmp_path / "window.toml", {"recent": ["rtsp://me:secret@camera"]})
    assert (tmp_path / "window.toml").stat().st_mode & 0o077 == 0


def test_values_in_british_spelling_are_read(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('[display]\nview = "colour"\ncolormap = "grey"\n')
    read = store.load(path).display
    assert (read.view, read.colormap) == ("color", "gray")
    store.save(path, Settings().replace(colormap="grey"))
    assert 'colormap = "gray"' in path.read_text()


@pytest.mark.parametrize("orbit", ["inf", "inf,0", "0,-inf", "nan,nan", "0,0,inf", "30"])
def test_a_viewpoint_is_of_two_or_three_finite_numbers(orbit):
    with pytest.raises(ValidationError, match="should be YAW,PITCH"):
        RunOptions(orbit=orbit)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_infinite(value):
    numbers = [name for name in all_traits() if declaration(name).type is float]
    assert "metric_depth_scale" in numbers
    for name in numbers:
        with pytest.raises(SettingsError, match=name):
            Settings().replace(**{name: value})


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("eye_distance", 0.07, 0.07), ("eye_distance", "0.07", 0.07), ("eye_distance", "63 mm", "63mm"),
        ("eye_distance", "6.35MM", "6.35mm"), ("convergence", "far", "far"), ("convergence", "2.5", 2.5),
        ("convergence", "2.5m", 2.5), ("quilt", "8x6", "8x6"),
    ],
)  # fmt: skip
def test_values_of_stereo_are_read_and_kept_in_files(tmp_path, name, given, kept):
    settings = Settings().replace(**{name: given})
    assert getattr(settings.stereo, name) == kept
    store.save(tmp_path / "settings.toml", settings)
    assert store.load(tmp_path / "settings.toml") == settings


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("eye_distance", "63", "millimeters such as 63mm"), ("eye_distance", "6cm", "63mm"),
        ("eye_distance", "-1mm", "63mm"), ("eye_distance", "nan", "63mm"), ("eye_distance", "nanmm", "63mm"),
        ("convergence", "nowhere", "pivot, near, middle, far"), ("convergence", "0", "meters"),
        ("convergence", "inf", "meters"), ("quilt", "8", "COLUMNSxROWS"), ("quilt", "1x1", "COLUMNSxROWS"),
    ],
)  # fmt: skip
def test_wrong_values_of_stereo_are_refused_with_a_hint(name, value, hint):
    with pytest.raises(SettingsError, match=hint):
        Settings().replace(**{name: value})
