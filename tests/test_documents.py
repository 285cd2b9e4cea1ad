"""What the documents say and a program can look up."""

import re

import pytest

from engine.models.catalog import CHECKPOINTS
from engine.navigation.bindings import BINDINGS, MOUSE
from tests.conftest import ROOT

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md"))
    if not path.is_relative_to(ROOT / ".venv")
)


def test_readme_shows_the_keys():
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = [*MOUSE, *((binding.label, binding.meaning) for binding in BINDINGS)]
    assert [row for row in rows if row in wanted] == wanted


def test_the_models_guide_is_the_catalog():
    guide = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if re.match(r"\| `[\w-]+` \| [\d.]+ \|", line)]
    assert rows == [
        f"| `{c.name}` | {c.size_mb:.1f} | {c.parameters_m:.2f} M | {c.use} | {c.speed} | {c.quality} | {c.need} "
        f"| {c.licence} | {c.commercial_use} |"
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [name for name in targets if "://" not in name and not (document.parent / name).exists()]
    assert missing == []
