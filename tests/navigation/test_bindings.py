import re

from engine.navigation.bindings import ACTIONS, BINDINGS, FLY_KEYS, MOUSE, ORBIT_KEYS
from tests.conftest import ROOT


def test_every_key_means_one_thing():
    keys = [binding.key for binding in BINDINGS] + [*FLY_KEYS] + [*ORBIT_KEYS]
    assert len(keys) == len(set(keys))
    assert len(ACTIONS) == len(BINDINGS)


def test_the_readme_shows_the_same_table():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", readme, re.MULTILINE)
    for left, right in [*MOUSE, *((binding.label, binding.meaning) for binding in BINDINGS)]:
        assert (f"`{left}`", right) in rows or (left, right) in rows, left
