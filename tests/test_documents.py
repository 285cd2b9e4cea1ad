"""What the documents say and a program can look up."""

import re

import pytest

from engine.bindings import BINDINGS, MOUSE
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [name for name in targets if "://" not in name and not (document.parent / name).exists()]
    assert missing == []
