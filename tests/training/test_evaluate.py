import dataclasses
import json

import cv2
import numpy as np
import pytest
import torch

from engine.models import load
from engine.paths import EMBEDDED_WEIGHTS as WEIGHTS
from tests.sources.media import write_clip
from training import evaluate, shards, steadiness
from training.truth import RealSet

pytestmark = pytest.mark.xdist_group("training")  # one process draws the shards and loads the optimizer
torch.set_num_threads(1)


def test_each_set_counts_the_mean_of_its_pictures():
    ramp = np.repeat(np.arange(1, 41, dtype=np.float32)[:, None], 50, 1)
    picture = np.zeros((40, 50, 3), np.uint8)
    sets = [RealSet("ramps", [picture, picture], [ramp, ramp[::-1].copy()], 0.0)]
    fit = evaluate.on_real(evaluate.GUESSES["near at the bottom"], sets)["ramps"]
    constant = evaluate.on_real(evaluate.GUESSES["a constant"], sets)["ramps"]
    assert fit.abs_rel == pytest.approx(constant.abs_rel / 2, rel=0.01)  # perfect on one, none on the other
    assert fit.rank == pytest.approx(0, abs=1e-6)


def test_held_out_scenes_and_clips_give_finite_figures(shard_folder):
    shard = shards.first(shard_folder / "held-out")
    network = load("lite")
    figures = evaluate.on_held_out(network, shard, 4)
    assert 0 < figures["error"] < 1
    assert all(0 <= figures[name] <= 1 for name in ("delta1", "edge_precision", "edge_recall"))
    still = [np.asarray(shard.pictures[0])] * 3
    moving = shards.Shard(shard.pictures[:3], shard.inverse[:3], shard.kinds[:3])
    calm = steadiness.steadiness(network, still, moving, 3)
    assert set(calm) == {"raw", "filtered"}
    assert calm["raw"].flicker == 0
    assert all(np.isfinite(list(dataclasses.asdict(calm[name]).values())).all() for name in calm)


def test_the_filter_calms_noise_on_a_still_picture(rng):
    picture = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
    ramp = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[None], 48, 0)
    noisy = np.stack([ramp + rng.normal(0, 0.01, ramp.shape).astype(np.float32) for _ in range(12)])
    calm = steadiness.filtered(noisy, [picture] * 12)
    assert np.abs(np.diff(calm[4:], axis=0)).mean() < 0.4 * np.abs(np.diff(noisy[4:], axis=0)).mean()


def test_the_command_writes_one_table_of_all_that_is_given(shard_folder, tmp_path, monkeypatch, caplog, rng):
    """With pictures of its own in place of those that a Debian package and scikit-image bring."""
    ramp = np.repeat(np.arange(1, 41, dtype=np.float32)[:, None], 50, 1)
    pictures = [rng.integers(0, 256, (40, 50, 3)).astype(np.uint8)]
    monkeypatch.setattr(evaluate.truth, "real_sets", lambda folder: [RealSet("ramp", pictures, [ramp], 0.0)])
    seen = np.zeros((96, 128), bool)
    seen[20:60, 30:70] = True
    outlined = [(np.zeros((96, 128, 3), np.uint8), np.where(seen, 2, 1).astype(np.float32), seen)]
    monkeypatch.setattr(evaluate.silhouettes, "scenes", lambda assets: {"boards": outlined})
    sheets = []
    monkeypatch.setattr(evaluate.sheet, "write", lambda *arguments: sheets.append(arguments))
    write_clip(tmp_path / "vtest.avi", [np.full((48, 64, 3), 90, np.uint8)] * 4)
    cv2.imwrite(str(tmp_path / "wall.jpg"), pictures[0])
    np.savez(tmp_path / "wall.npz", depth=1 / ramp)
    index = [{"name": "wall", "scene": "wall", "kind": "room", "synthetic": False, "note": ""}]
    (tmp_path / "index.json").write_text(json.dumps(index))
    held_out, out = str(shard_folder / "held-out"), tmp_path / "out"
    caplog.set_level("INFO")
    data = ["--opencv-data", str(tmp_path), "--held-out", held_out, "--clips", held_out]
    data += ["--rgbd", str(tmp_path), "--assets", str(tmp_path)]
    evaluate.main([str(WEIGHTS), *data, "--out", str(out), "--short-side", "64"])
    results = json.loads((out / "results.json").read_text())
    assert list(results) == [*evaluate.GUESSES, str(WEIGHTS)]
    for group, name in (("real", "ramp"), ("rgbd", "room"), ("rgbd", "all")):
        assert results["near at the bottom"][group][name]["abs_rel"] == pytest.approx(0, abs=1e-3)
        assert results["a constant"][group][name]["abs_rel"] > 0.2
    found, shard = results[str(WEIGHTS)], shards.first(shard_folder / "held-out")
    assert found["held_out"]["held-out scenes"] == evaluate.on_held_out(load("lite"), shard)
    assert set(found["places"]) == set(shard.kinds)
    assert found["time"]["raw"]["flicker"] == pytest.approx(0, abs=1e-3)  # a picture that stands still
    assert len(sheets) == 1
    table = (out / "table.md").read_text()
    assert table in caplog.text
    assert len(table.splitlines()) == 2 + len(results)
    for words in ("near at the bottom", str(WEIGHTS), "ramp", "measured: room", "outlines: boards", "clips, filtered"):
        assert words in table
