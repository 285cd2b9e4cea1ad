"""The sections of the settings panel: that each setting has a place, and is found by the words that people use."""

import pytest

from engine.settings import Settings
from engine.settings.fields import all_traits
from engine.ui.sections import SECTIONS, SIMPLE, concerns, found, kind_of, summary


def test_every_setting_is_in_one_section():
    listed = [name for section in SECTIONS for name in section.names]
    assert sorted(listed) == sorted(all_traits())


def test_the_settings_of_a_part_stand_together():
    for section in SECTIONS:
        parts = [part for part, _ in section.parts]
        assert len(parts) == len(set(parts)), section.title


def test_the_simple_face_has_what_everybody_needs():
    assert set(SIMPLE) == {"encoder", "depth_scale", "quality", "panes", "auto_rotate"}


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("stray", "sor_neighbors"),
        ("FLICKER", "temporal_filter"),
        ("--depth-scale", "depth_scale"),
        ("depth_scale", "depth_scale"),
        ("mesh detail", "subsample"),
        ("detail mesh", "subsample"),
        ("red-cyan", "stereo"),
        ("outliers", "sor_neighbors"),
    ],
)
def test_a_setting_is_found_by_any_word_that_describes_it(wanted, name):
    assert name in [found_name for section in SECTIONS for found_name in found(section, wanted)]


def test_nothing_is_found_by_nonsense():
    assert not any(found(section, "qqq") for section in SECTIONS)


@pytest.mark.parametrize(
    ("title", "changes", "line"),
    [
        ("Light", {}, "off"),
        ("Light", {"light": 0.5, "fog": 0.25}, "Lamp 50 %  ·  Fog 25 %"),
        ("3D glasses", {}, "off"),
        ("3D glasses", {"stereo": "anaglyph"}, "red-cyan glasses"),
        ("Model", {}, "auto"),
        ("Model", {"encoder": "lite", "metric": True}, "lite (built in)  ·  Depth in meters"),
        ("Camera", {}, ""),
        ("Camera", {"auto_rotate": True}, "Sway"),
    ],
)
def test_a_folded_section_says_what_is_on(title, changes, line):
    (section,) = (section for section in SECTIONS if section.title == title)
    assert summary(section, Settings().replace(**changes)) == line


@pytest.mark.parametrize(
    ("source", "kind"),
    [("webcam:1", "webcam"), ("screen", "screen"), ("demo", "demo"), ("rtsp://a/b", "stream"), ("a/b.mp4", "file")],
)
def test_only_settings_of_this_kind_of_source_are_listed(source, kind):
    assert kind_of(source) == kind
    settings = Settings().replace(source=source)
    assert concerns("camera_fps", settings) == (kind == "webcam")
    assert concerns("depth_map", settings) == (kind == "file")
    assert concerns("max_res", settings)
