import os
import re
import subprocess
import sys

import cv2
import numpy as np
import pytest

from tests.conftest import ROOT

EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.py"))
pytestmark = pytest.mark.slow


def run(*words, cwd):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *map(str, words)], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_depth_as_numpy(photo, tmp_path):
    said = run(ROOT / "examples/depth_as_numpy.py", photo, "depth.npy", cwd=tmp_path)
    assert np.load(tmp_path / "depth.npy").shape == (90, 160)
    assert "disparity, 90 x 160" in said
    assert "camera (assumed)" in said


def test_camera_path(photo, tmp_path):
    run(ROOT / "examples/camera_path.py", photo, "frames", cwd=tmp_path)
    frames = [cv2.imread(str(path)) for path in sorted((tmp_path / "frames").iterdir())]
    assert [frame.shape for frame in frames] == [(320, 480, 3)] * 24
    assert np.abs(frames[6].astype(int) - frames[18]).mean() > 1, "the camera moves"


def test_film(photo, tmp_path):
    said = run(ROOT / "examples/film.py", photo, cwd=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {"photo_circle.webp"}
    assert "moves most" in said


def test_plugins_together(tmp_path):
    run(
        "-m", "engine", "--headless", "--plugin", ROOT / "examples/custom_source.py", "--plugin",
        ROOT / "examples/custom_network.py", "--source", "pattern:2", "--encoder", "lowest-is-near", "--frames", 2,
        "--size", "160x90", "--screenshot", "o.png", cwd=tmp_path,
    )  # fmt: skip
    assert cv2.imread(str(tmp_path / "o.png")).std() > 5


def test_the_cells_of_the_notebook(tmp_path):
    cells = re.split(r"^# %%.*$", (ROOT / "examples/notebook.py").read_text(encoding="utf-8"), flags=re.M)
    assert len(cells) == 6
    (tmp_path / "cells.py").write_text("".join(cells), encoding="utf-8")
    said = run("cells.py", cwd=tmp_path)
    assert float(re.search(r"correlation with the truth: (\S+)", said)[1]) > 0.5


def test_each_example_is_tested():
    assert EXAMPLES == [
        "camera_path.py", "custom_network.py", "custom_source.py", "depth_as_numpy.py", "film.py", "notebook.py"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["custom_source.py", "custom_network.py"])
def test_a_plugin_is_about_fifteen_lines(name):
    text = (ROOT / "examples" / name).read_text(encoding="utf-8")
    code = re.sub(r'^""".*?"""', "", text, flags=re.S)
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 17
