import re

import numpy as np
import pytest

import da3d
from engine.plugins import registered
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", GUIDE, flags=re.M | re.S)


@pytest.mark.slow
def test_every_example_of_the_guide_runs(photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photo.rename("photo.jpg")  # what it is is found out from its content
    shown = []
    monkeypatch.setattr("engine.cli.main", lambda words: shown.append(words) or 0)
    names: dict = {}
    for block in BLOCKS:
        exec(compile(block, "docs/api.md", "exec"), names)
    assert names["picture"].shape == (640, 960, 3)
    assert names["aligned"].shape == (90, 160)
    assert [frame.shape for frame in names["frames"]] == [(214, 320, 3)] * 5
    assert [words[:2] for words in shown] == [["view", "--source=photo.jpg"], ["view", "--source=clip.mp4"]]
    assert shown[1][2:] == ["--headless", "--frames=90", "--orbit=30,10", "--screenshot=side.png"]
    assert {path.name for path in tmp_path.iterdir()} >= {"scene.glb", "scene-points.ply", "scene.npz"}
    assert list(registered.SOURCES) == ["noise"]
    assert registered.SOURCES["noise"].open("7").read(640).shape == (120, 160, 3)
    frame = names["read_both"](names["image"], np.ones((90, 160), np.float32), None)
    assert frame.kind is da3d.DepthKind.METRIC


def test_the_guide_names_everything():
    listed = GUIDE.partition("## All names")[2]
    assert sorted(set(re.findall(r"`(\w+)`", listed))) == sorted(set(dir(da3d)) | {"depth"})
