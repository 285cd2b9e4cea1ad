"""Texts of the window in other languages."""

import logging
import string

import pytest

from engine.navigation.bindings import localized
from engine.settings import Settings, language
from engine.settings.fields import declaration
from engine.settings.language import CATALOGS_DIR, _
from tests.window_texts import all_texts, catalog, unmarked_texts

CODES = sorted(path.stem for path in CATALOGS_DIR.glob("*.po"))


def fields(text: str) -> set[str | None]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(text) if name is not None}


def test_the_setting_offers_the_languages_that_have_a_catalog():
    assert set(declaration("language").choices) == {"auto", "en", *CODES}
    assert Settings().interface.language == "auto"


def test_what_panels_show_is_marked():
    assert unmarked_texts() == []


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_has_the_texts_of_the_window(code):
    """`python -m tests.window_texts` brings it up to date. What it lacks is shown in English."""
    entries = {entry.msgid: entry.msgstr for entry in catalog(code)}
    texts = all_texts()
    assert entries.keys() - texts.keys() == set(), "texts that are gone"
    lacking = [text for text in texts if not entries.get(text)]
    assert len(lacking) <= 0.1 * len(texts), lacking
    for text, translation in entries.items():
        if translation:
            assert fields(text) == fields(translation), text


def test_texts_are_in_the_language_in_use():
    language.use("de")
    assert (language.in_use(), _("Frozen.")) == ("de", "Angehalten.")
    assert _("not in the catalog") == "not in the catalog"
    assert _("") == ""
    language.use("en")
    assert (language.in_use(), _("Frozen.")) == ("en", "Frozen.")


def test_keys_are_named_as_on_the_users_keyboard():
    language.use("de")
    assert [localized(label) for label in ("Shift+Ctrl+Left", "Space", "X")] == [
        "Umschalt+Strg+Links",
        "Leertaste",
        "X",
    ]
    language.use("en")
    assert localized("Ctrl+Left") == "Ctrl+Left"


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"LANGUAGE": "fr:de:en"}, "de"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_system_chooses_among_the_languages_that_have_a_catalog(variables, code, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", "linux")
    language.use("auto")
    assert language.in_use() == code


def test_a_damaged_catalog_gives_english_and_is_logged(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(language, "CATALOGS_DIR", tmp_path)
    (tmp_path / "de.po").write_text("this is no catalog", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        language.use("de")
    assert _("Frozen.") == "Frozen."
    assert "de cannot be used" in caplog.text
