"""The texts of the window, as they are marked in the source.

`python -m tests.window_texts` adds what a catalog in `assets/languages/` lacks, to be translated, and removes what is
gone.
"""

import ast
import re

import polib

from engine.app.tools import tool_classes
from engine.navigation.bindings import BINDINGS, MOUSE
from engine.settings.fields import all_traits, declaration
from engine.settings.language import CATALOGS_DIR
from engine.settings.presets import ORDER, devices, find
from tests.conftest import ROOT

_MARKS = ("_", "marked")
"""The functions that mark a text."""
_NAMES = {"encoder", "capture_model", "colormap", "language"}
"""Settings whose choices are names, the same in all languages."""


def marked_texts() -> dict[str, list[str]]:
    """Return every marked text, and where it stands."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "engine").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _MARKS:
                (text,) = call.args
                if isinstance(text, ast.Constant):
                    found.setdefault(text.value, []).append(path.relative_to(ROOT).as_posix())
    return found


def setting_texts() -> dict[str, list[str]]:
    """Return what the panel writes of settings, and which setting that is."""
    found: dict[str, list[str]] = {}
    for name, traits in all_traits().items():
        declared = declaration(name)
        choices = () if name in _NAMES else map(declared.word, declared.choices)
        meaning = declared.meaning if traits.section else ""  # the others are options of a run
        for text in filter(None, (traits.label, traits.part, traits.zero, meaning, *choices)):
            found.setdefault(text, []).append(f"the setting {name}")
    return found


def all_texts() -> dict[str, list[str]]:
    """Return every text that the window may show, and where it comes from."""
    texts = setting_texts() | marked_texts()
    bindings = [*BINDINGS, *(binding for tool in tool_classes() for binding in tool.bindings)]
    for text in (*(word for row in MOUSE for word in row), *(binding.meaning for binding in bindings)):
        texts.setdefault(text, []).append("the keys")
    for device in (*devices(), *(find(name) for name in ORDER)):
        for text in filter(None, (device.title, device.meaning)):
            texts.setdefault(text, []).append(device.path.relative_to(ROOT).as_posix())
    return texts


_SHOWN_BY = {
    "text", "text_disabled", "text_colored", "text_wrapped", "button", "small_button", "selectable", "checkbox",
    "set_item_tooltip", "set_tooltip", "tooltip", "progress_bar", "input_text_with_hint", "separator_text", "label",
    "heading",
}  # fmt: skip
"""Functions of ImGui and of the panels that show their arguments."""


def unmarked_texts() -> list[str]:
    """Return the texts that panels show without a mark, with their places."""
    found = []
    for path in sorted((ROOT / "engine" / "ui").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            for argument in call.args if name in _SHOWN_BY else ():
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                text = "".join(words).partition("##")[0]
                if re.search("[A-Za-z]{3}", text):
                    found.append(f"{path.name}:{call.lineno}: {text}")
    return found


def catalog(code: str) -> polib.POFile:
    return polib.pofile(str(CATALOGS_DIR / f"{code}.po"))


def _update(code: str) -> None:
    before, texts = catalog(code), all_texts()
    known = {entry.msgid: entry.msgstr for entry in before}
    after = polib.POFile(wrapwidth=118)
    after.metadata = before.metadata
    for text in sorted(texts, key=lambda text: (texts[text][0], text)):
        after.append(polib.POEntry(msgid=text, msgstr=known.get(text, ""), comment=texts[text][0]))
    after.save(str(CATALOGS_DIR / f"{code}.po"))
    missing = [entry.msgid for entry in after if not entry.msgstr]
    print(f"{code}: {len(after)} texts, {len(missing)} without a translation")
    for text in missing:
        print(f"    {text}")


if __name__ == "__main__":
    for path in sorted(CATALOGS_DIR.glob("*.po")):
        _update(path.stem)
