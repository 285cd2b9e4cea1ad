"""The wheel, as a user gets it: built, looked into, installed into an empty environment and run from there.

The new environment borrows torch and the other dependencies from the running one, through a .pth file: they are
gigabytes. The package itself cannot come from there: a .pth file adds one folder to the path and is not read for the
.pth files in that folder, which is how an editable install of the checkout would be found. `test_runs_from_wheel` asks
the program where it lies, all the same.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("da3d/", "engine/")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of the source archive, so that this is complete too."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing in it but the wheel; the path of its scripts."""
    pytest.importorskip("pip")
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(own, "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return scripts


def test_holds_what_the_program_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    code = [name for name in names if name.startswith(PACKAGES) and not name.startswith("engine/_data/")]
    data = {name.removeprefix("engine/_data/") for name in names if name.startswith("engine/_data/")}
    rest = {name.split("/", maxsplit=1)[1] for name in names if not name.startswith(PACKAGES)}

    wanted = {path.relative_to(ROOT).as_posix() for name in PACKAGES for path in (ROOT / name).rglob("*.py")}
    assert set(code) == wanted | {"da3d/py.typed", "engine/py.typed"}
    shaders = {path.relative_to(ROOT).as_posix() for path in (ROOT / "shaders").rglob("*") if path.is_file()}
    assets = {path.relative_to(ROOT).as_posix() for path in (ROOT / "assets").rglob("*") if path.is_file()}
    assert shaders
    assert assets
    assert data == shaders | assets | {"checkpoints/lite.safetensors"}
    assert rest == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"}


def test_runs_from_wheel(installed: Path, tmp_path: Path) -> None:
    python = installed / "python"
    places = "import engine, engine.paths as p; print(engine.__file__, p.SHADERS_DIR, p.ASSETS_DIR, p.EMBEDDED_WEIGHTS)"
    for place in run(python, "-c", places, cwd=tmp_path).split():
        assert Path(place).is_relative_to(installed.parent.resolve())

    run(
        *(python, "-m", "engine", "--headless", "--source", "demo", "--no-demo-depth", "--frames", "3"),
        *("--size", "256x144", "--screenshot", "out.png", "--stats", "out.json"),
        cwd=tmp_path,
    )  # fmt: skip
    stats = json.loads((tmp_path / "out.json").read_text())
    assert stats["weights"] == "embedded"
    assert stats["errors"] == 0
    assert stats["depth_frames"] > 0
    assert (tmp_path / "out.png").stat().st_size > 1000


def test_is_a_package_for_programmers(installed: Path, tmp_path: Path) -> None:
    code = "import da3d, numpy; print(da3d.__file__, da3d.depth(numpy.zeros((40, 60, 3), 'uint8')).depth.shape)"
    place, _, shape = run(installed / "python", "-c", code, cwd=tmp_path).strip().partition(" ")
    assert Path(place).is_relative_to(installed.parent.resolve())
    assert shape == "(448, 672)"


def test_has_a_script(installed: Path, tmp_path: Path) -> None:
    assert "--source" in run(installed / "da3d", "--help", cwd=tmp_path)
