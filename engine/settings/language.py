"""The language of the window: texts are marked with `_`, and translated by the catalogs in `assets/languages/`.

    imgui.text(_("Frozen"))
    notices.confirm(_("Saved the settings as {name}.").format(name=name))
    LABELS = {"glb": marked("mesh with its picture")}   # in a table; when it is drawn: _(LABELS[name])

English is what stands in the source. A text that a catalog lacks is shown in English.
"""

import gettext
import io
import logging
import os
import sys

from engine.paths import ASSETS_DIR

CATALOGS_DIR = ASSETS_DIR / "languages"
"""One file for each language, named by its code: `de.po`."""

log = logging.getLogger(__name__)

_ENGLISH = gettext.NullTranslations()
_catalog: gettext.NullTranslations = _ENGLISH
_code = _wish = "en"


def _(text: str) -> str:
    """Return `text` in the language in use."""
    return _catalog.gettext(text) if text else ""


def marked(text: str) -> str:
    """Mark a text that is translated when it is shown."""
    return text


def in_use() -> str:
    """Return the code of the language in use."""
    return _code


def use(code: str) -> None:
    """Show texts in a language from now on: its code, or `auto` for that of the system.

    Languages without a catalog, and a catalog that cannot be read, give English.
    """
    global _catalog, _code, _wish  # noqa: PLW0603 (there is one language at a time)
    if code != _wish:
        _wish, _code = code, of_system() if code == "auto" else code
        _catalog = _load(_code)


def of_system() -> str:
    """Return the language that the system is set to: the first one that has a catalog, else `en`."""
    return next((code for code in _wishes() if code == "en" or (CATALOGS_DIR / f"{code}.po").is_file()), "en")


def _wishes() -> list[str]:
    """Return the codes of the user's languages, best first."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        names = os.environ.get(variable, "")
        if names:
            return [name.partition(".")[0].partition("_")[0].lower() for name in names.split(":")]
    if sys.platform == "win32":
        import ctypes
        import locale

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
        return [name.partition("_")[0]]
    return []


def _load(code: str) -> gettext.NullTranslations:
    path = CATALOGS_DIR / f"{code}.po"
    if code == "en":
        return _ENGLISH
    try:
        import polib  # late: who reads English does not need it

        return gettext.GNUTranslations(io.BytesIO(polib.pofile(str(path)).to_binary()))
    except (OSError, ValueError) as error:  # the window must open, in whatever language
        log.warning("the language %s cannot be used (%s), so texts are in English", code, error)
        return _ENGLISH
