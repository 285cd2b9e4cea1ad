"""What the documents say and a program can look up."""

import contextlib
import io
import re
from functools import cache
from pathlib import Path

import pytest

from engine import cli
from engine.app.tools import tool_classes
from engine.commands import COMMANDS
from engine.models.catalog import CHECKPOINTS
from engine.navigation.bindings import BINDINGS, MOUSE
from tests.conftest import ROOT

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md"))
    if not path.parent.name.startswith(".")
)


def test_readme_shows_the_keys():
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    bindings = [*BINDINGS, *(binding for tool in tool_classes() for binding in tool.bindings)]
    wanted = [*MOUSE, *((binding.label, binding.meaning) for binding in bindings)]
    assert [row for row in rows if row in wanted] == wanted


def test_the_models_guide_is_the_catalog():
    guide = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if re.match(r"\| `[\w-]+` \| [\d.]+ \|", line)]
    assert rows == [
        f"| `{c.name}` | {c.size_mb:.1f} | {c.parameters_m:.2f} M | {c.use} | {c.speed} | {c.quality} | {c.need} "
        f"| {c.license} | {c.commercial_use} |"
        for c in CHECKPOINTS.values()
    ]
    chosen = {"minimum": {"minimum"}, "recommended": {"minimum", "recommended"}}
    chosen["all"] = chosen["recommended"] | {"optional"}
    for option, needs in chosen.items():
        size_mb = sum(c.size_mb for c in CHECKPOINTS.values() if c.need in needs)
        assert re.search(rf"--{option} .* {size_mb:.0f} MB\n", guide)
    for checkpoint in CHECKPOINTS.values():
        assert f"`{checkpoint.name}`" in guide
        assert checkpoint.family == "depth_anything3" or any(
            file.replace("vitb", "vits").replace("vitl", "vits") in guide for file in checkpoint.files
        )


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


@every_document
def test_links_lead_somewhere(document):
    missing = []
    for name, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", document.read_text(encoding="utf-8")):
        target = document.parent / name if name else document
        if "://" not in name and not (target.exists() and (not anchor or anchor in anchors(target))):
            missing.append(f"{name}#{anchor}")
    assert missing == []


def anchors(document: Path) -> set[str]:
    """The headings of a document as GitHub turns them into anchors."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document
def test_spelling_is_american(document):
    british = r"colour|grey|metre|licence|neighbour|centre|behaviour|\w+(?:al|ial|ogn|anis|im)is(?:e|ed|es|ing)\b"
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", document.read_text(encoding="utf-8"))
    assert re.findall(rf"\w*(?:{british})\w*", text, re.IGNORECASE) == []


@every_document
def test_named_files_are_there(document):
    text = document.read_text(encoding="utf-8")
    files = re.findall(r"`([\w/]+/[\w]+\.(?:py|glsl|frag|vert|toml|sh))`", text)
    modules = [name.replace(".", "/") for name in re.findall(r"-m ((?:tests|training)\.[\w.]+\w)", text)]
    modules = [f"{name}/__main__.py" if (ROOT / name).is_dir() else f"{name}.py" for name in modules]
    assert [name for name in files + modules if not any((at / name).is_file() for at in (ROOT, ROOT / "engine"))] == []


@pytest.mark.parametrize("name", ["README.md", "docs/models.md"])
def test_messages_that_are_explained_exist(name):
    code = "\n".join(path.read_text("utf-8") for at in ("engine", "tools") for path in (ROOT / at).rglob("*.[ps][yh]"))
    code = re.sub(r'"\s*\n\s*f?"', "", code)  # strings that go on in the next line
    titles = re.findall(r"^\*\*`.*?\*\*", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    messages = [part.strip() for title in titles for text in re.findall(r"`(.+?)`", title) for part in text.split("…")]
    assert messages
    assert [text for text in messages if text not in code and not re.match(r"lib.*\.so", text)] == []


SHOWN = re.compile(r"(?:python -m engine|\bda3d|ARGS=\")((?: ?(?=[^\s`\"·])[^\s`\"]+)*)")
"""A command up to its end: a quote, or more than one space before what it does."""
FLAG = re.compile(r"(?<![\w-])--([a-z][\w-]*)")


@every_document
def test_commands_take_the_options_that_are_shown(document):
    unknown = []
    for shown in SHOWN.findall(document.read_text(encoding="utf-8")):
        words = shown.split()
        name = words[0] if words and words[0] in COMMANDS else "view"
        has_parts = name in {"bench", "models"} and len(words) > 1 and words[1].isalpha()
        command = (name, words[1]) if has_parts else (name,)
        unknown += [(*command, flag) for flag in FLAG.findall(shown) if flag not in options(*command)]
    assert unknown == []


@pytest.mark.parametrize("document", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda path: path.name)
def test_options_that_are_named_exist(document):
    if document.name == "lite.md":
        return  # its options are those of training
    parts = {"models": ["download", "verify"], "bench": ["models", "render"]}
    commands = [(name, *part) for name in COMMANDS for part in [(), *((word,) for word in parts.get(name, ()))]]
    known = set().union(*(options(*command) for command in commands if command != ("bench",)))
    known |= {"no-install-recommends", "extra-index-url", "memory"}  # of apt-get, pip, and a benchmark
    named = {
        flag for code in re.findall(r"`([^`]+)`", document.read_text(encoding="utf-8")) for flag in FLAG.findall(code)
    }
    assert named - known == set()


@cache
def options(*command: str) -> set[str]:
    """The options of a command, as its help names them."""
    page = io.StringIO()
    has_more = COMMANDS[command[0]].module in ("view", "render")
    with contextlib.redirect_stdout(page), contextlib.suppress(SystemExit):
        cli.main([*command, "--help-all" if has_more else "--help"])
    text = page.getvalue()
    both = {name for flag in re.findall(r"--\[no-\]([\w-]+)", text) for name in (flag, f"no-{flag}")}
    return {"help", "help-all", *FLAG.findall(text), *both}
