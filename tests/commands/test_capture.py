"""`capture` from the command line to files that open."""

import json

import cv2
import numpy as np
import pytest
import trimesh

from engine.settings import SourceSettings
from engine.sources.kinds import open_source
from tests.depth_frames import checker
from tests.test_headless import run

FILES = {"color.png", "depth.png", "depth.npz", "scene.glb", "scene.ply", "view.png", "capture.json"}


def test_pictures_become_folders_that_open_again(tmp_path):
    for name, size in (("a b.png", (96, 54)), ("tall.jpg", (54, 96))):
        cv2.imwrite(str(tmp_path / name), checker(*size))
    (tmp_path / "bad.png").write_bytes(b"nothing")
    arguments = ("--capture-model", "lite", "--output-dir", "out", "--device", "cpu")
    done = run("capture", "a b.png", "bad.png", "tall.jpg", *arguments, cwd=tmp_path, timeout_s=60)
    assert done.returncode == 1
    assert "bad.png is damaged" in done.stderr
    assert "2 of 3 pictures" in done.stderr
    assert "by lite in" in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a b", "tall"}
    for folder in (tmp_path / "out").iterdir():
        assert {path.name for path in folder.iterdir()} == FILES
    (mesh,) = trimesh.load(tmp_path / "out" / "tall" / "scene.glb", process=False).geometry.values()
    assert len(mesh.vertices) > 0.8 * 54 * 96  # one for each pixel, but for cut ones
    facts = json.loads((tmp_path / "out" / "a b" / "capture.json").read_text())
    assert (facts["model"], facts["camera"], facts["picture_px"]) == ("lite", "assumed", [96, 54])
    view = cv2.imread(str(tmp_path / "out" / "a b" / "view.png"))
    assert view.shape == (720, 1280, 3)
    assert view.std() > 25

    source = open_source(SourceSettings(source=str(tmp_path / "out" / "a b")))
    assert np.array_equal(source.read(640).image, cv2.imread(str(tmp_path / "a b.png"))[..., ::-1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [([], "IMAGE"), (["a.png", "--capture-model", "da4"], "da3-base")],
)
def test_wrong_arguments(tmp_path, arguments, says):
    done = run("capture", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
