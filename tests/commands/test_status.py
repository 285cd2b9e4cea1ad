"""`status`: what is there, what is missing, and how to mend it."""

import json
import re
import tomllib

import pytest

from engine.commands import facts, status
from engine.commands.facts import Facts
from tests.conftest import ROOT
from tests.pipeline.test_headless import run


def test_json_has_every_section_and_the_exit_code_is_0_whatever_is_wrong(tmp_path):
    config = tmp_path / "da3d" / "settings.toml"
    config.parent.mkdir()
    config.write_text("[scene]\ndepth_scale = 'deep'\n")
    done = run("status", "--json", cwd=tmp_path, XDG_CONFIG_HOME=str(tmp_path), DISPLAY="")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == [
        "python", "packages", "graphics", "devices", "cameras", "monitors", "checkpoints", "settings", "disk",
        "problems",
    ]  # fmt: skip
    assert report["packages"]["torch"]
    assert report["graphics"]["renderer"]
    assert report["devices"]["cores"] >= 1
    assert report["checkpoints"]["lite"].endswith("lite.safetensors")
    problems = {problem["section"]: problem for problem in report["problems"]}
    assert "depth_scale" in problems["settings"]["what"]
    assert "--reset-settings" in problems["settings"]["fix"]
    assert problems["checkpoints"]["fix"] == "python -m engine models download vda-vits"


def test_text_shows_the_problems_with_their_mends(monkeypatch):
    for name in ("python", "packages", "graphics", "devices", "cameras", "monitors", "settings"):
        monkeypatch.setattr(facts, name, lambda: Facts({"this": ["a", "b"]}))
    monkeypatch.setattr(facts, "disk", lambda folder: Facts({}, [("it is full", "make room")]))

    def broken(folder):
        raise RuntimeError("surprise")

    monkeypatch.setattr(facts, "checkpoints", broken)
    text = status.as_text(status.gather())
    assert re.search(r"Python\n  this +a, b\n", text)
    assert "  disk: it is full\n    → make room" in text
    assert "RuntimeError: surprise" in text
    assert "Problems: 2" in text


def test_missing_packages_are_named_with_the_command(monkeypatch):
    monkeypatch.setattr(facts, "PACKAGES", ("numpy", "no-such-package"))
    found = facts.packages()
    assert found.values["no-such-package"] is None
    assert found.problems == [("not installed: no-such-package", "pip install no-such-package")]


def test_the_packages_are_those_that_are_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].lower() for line in project["dependencies"] if ";" not in line}
    ours = {name.lower() for name in facts.PACKAGES}
    assert declared - ours <= {"glcontext"}  # comes with moderngl
    assert ours <= declared


@pytest.mark.parametrize("free", [0, 10**13])
def test_a_full_disk_is_a_problem(monkeypatch, tmp_path, free):
    monkeypatch.setattr(facts.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free}))
    found = facts.disk(tmp_path / "weights")
    assert bool(found.problems) == (free == 0)
    assert not (tmp_path / "weights").exists()  # looking makes nothing


def test_missing_graphics_say_what_to_install(monkeypatch):
    from engine.errors import EngineError
    from engine.gl import context

    def fail():
        raise EngineError("OpenGL 3.3 is not available here (no EGL). On Debian and Ubuntu: apt install libegl1")

    monkeypatch.setattr(context, "headless_context", fail)
    ((what, mend),) = facts.graphics().problems
    assert what == "OpenGL 3.3 is not available here (no EGL)"
    assert mend == "On Debian and Ubuntu: apt install libegl1"
