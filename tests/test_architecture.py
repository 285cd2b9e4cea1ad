"""The rules of docs/architecture.md that no other tool watches. Who may import whom is in pyproject.toml, for
lint-imports (`make check`); here it is what really gets loaded, which is what the user waits for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOUNDATION = {
    "numpy", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection", "platformdirs",
    "tomli_w",
}  # fmt: skip
HEAVY = {"torch", "cv2", "moderngl", "glfw", "imgui_bundle", "moderngl_window", "av", "mss", "trimesh", "OpenEXR"}

HELP = "import engine.cli\ntry:\n    engine.cli.main(['--help'])\nexcept SystemExit:\n    pass"
WEBCAM_HELP = HELP.replace("['--help']", "['webcam3d', '--help']")
VIDEO_HELP = HELP.replace("['--help']", "['video', '--help']")


def loaded_by(code: str) -> set[str]:
    """Top-level names of the packages, outside the standard library and ours, that a new Python loads for `code`."""
    report = (
        "import sys; names = {n.partition('.')[0] for n, m in list(sys.modules.items()) if getattr(m, '__file__', '')};"
        "print('loaded:', *(names - sys.stdlib_module_names - {'engine', '__main__'}))"
    )
    before, after = (
        subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=True)
        for text in (report, f"{code}\n{report}")
    )
    at_start, at_end = (set(done.stdout.rpartition("loaded:")[2].split()) for done in (before, after))
    return {name for name in at_end - at_start if not name.startswith("_")}


@pytest.mark.parametrize(
    "module",
    ["settings", "settings.store", "settings.run_options", "paths", "models.catalog", "status.metrics", "frames",
     "mailbox", "clock", "logs", "errors", "demo.scene", "geometry.world", "geometry.cuts"],
)  # fmt: skip
def test_foundation_is_light(module: str) -> None:
    assert loaded_by(f"import engine.{module}") <= FOUNDATION


def test_camera_is_light() -> None:
    assert loaded_by("import engine.navigation.camera") <= FOUNDATION | {"glm", "pyglm"}


@pytest.mark.parametrize("package", ["models", "depth", "commands", "export"])
def test_packages_load_nothing_before_they_are_used(package: str) -> None:
    assert loaded_by(f"import engine.{package}") == set()


def test_the_package_for_programmers_loads_nothing_before_it_is_used() -> None:
    assert loaded_by("import da3d; dir(da3d)") - {"da3d"} == set()
    assert loaded_by("import da3d; da3d.register_source, da3d.Network") - {"da3d"} == set()
    assert loaded_by("import da3d; da3d.Scene") & {"torch", "imgui_bundle", "glfw"} == set()


def test_sources_load_decoders_when_they_open_one() -> None:
    assert loaded_by("import engine.sources").isdisjoint(HEAVY - {"cv2"})


def test_render_loads_no_network_and_no_decoder() -> None:
    assert loaded_by("import engine.render.renderer") & HEAVY == {"moderngl"}


def test_main_loop_leaves_torch_to_the_depth_thread() -> None:
    assert "torch" not in loaded_by("import engine.pipeline.pipeline")


@pytest.mark.parametrize("code", [HELP, WEBCAM_HELP, VIDEO_HELP])
def test_help_loads_nothing_but_settings(code: str) -> None:
    """So that it answers at once: `python -m tests.bench.start` measures how soon."""
    assert loaded_by(code) <= FOUNDATION - {"numpy"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """The files under version control."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def test_root_holds_only_what_belongs_there(tracked: list[Path]) -> None:
    wanted = {
        ".ci", ".gitattributes", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
        "Makefile", "NOTICE", "README.md", "assets", "checkpoints", "constraints.txt", "da3d", "docs", "engine",
        "examples", "pyproject.toml", "shaders", "tests", "tools", "training",
    }  # fmt: skip
    assert {path.parts[0] for path in tracked} <= wanted


def test_modules_are_short_and_named_after_something(tracked: list[Path]) -> None:
    modules = [
        path for path in tracked if path.parts[0] == "engine" and path.suffix == ".py" and (ROOT / path).exists()
    ]
    lines = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {name: count for name, count in lines.items() if count > 300} == {}
    assert [str(path) for path in tracked if path.stem in {"utils", "util", "helpers", "misc"}] == []
