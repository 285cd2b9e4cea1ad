import json

import cv2
import numpy as np
import pytest

from training import evaluate, rgbd

RAMP = np.repeat(np.linspace(1, 4, 40)[:, None], 50, 1)
"""Meters; far at the bottom."""


@pytest.fixture
def folder(tmp_path):
    """Two scenes of a kind, of three pictures; one of another kind, whose truth is disparity; one synthetic."""
    index = []

    def add(name, scene, kind, truth, *, synthetic=False, note=""):
        cv2.imwrite(str(tmp_path / f"{name}.jpg"), np.zeros((40, 50, 3), np.uint8))
        np.savez(tmp_path / f"{name}.npz", **truth)
        index.append({"name": name, "scene": scene, "kind": kind, "synthetic": synthetic, "note": note})

    holed = RAMP.copy()
    holed[:5] = 0
    add("a_1", "a", "object", {"depth": RAMP.astype(np.float32)})
    add("a_2", "a", "object", {"depth": holed.astype(np.float32)})
    add("b", "b", "object", {"depth": RAMP[::-1].astype(np.float32)})
    small = cv2.resize(60 / RAMP, (25, 20), interpolation=cv2.INTER_AREA)
    add("c", "c", "room", {"disparity": small - 10, "doffs": np.float64(10)})
    add("d", "d", "room", {"depth": RAMP[::-1]}, note="order_only: registered by hand")
    add("e", "e", "room", {"depth": RAMP}, synthetic=True)
    (tmp_path / "index.json").write_text(json.dumps(index))
    return tmp_path


def exact(picture):
    return (1 / RAMP).astype(np.float32)


def test_truth_is_read_as_inverse_depth_and_synthetic_pictures_are_left_out(folder):
    pictures = rgbd.read(folder)
    assert [one.scene for one in pictures] == ["a", "a", "b", "c", "d"]
    np.testing.assert_allclose(pictures[0].inverse, 1 / RAMP, rtol=1e-6)
    assert not np.isfinite(pictures[1].inverse[:5]).any()
    np.testing.assert_allclose(pictures[3].inverse, cv2.resize(60 / RAMP, (25, 20), interpolation=cv2.INTER_AREA))
    assert [one.order_only for one in pictures] == [False] * 4 + [True]


def test_each_scene_counts_once_in_its_kind(folder):
    pictures = rgbd.read(folder)
    found = rgbd.by_kind(exact, pictures)
    assert list(found) == ["object", "room", "all"]
    reverse = evaluate.measures.fit(exact(None), pictures[2].inverse)
    assert found["object"].rank == pytest.approx(0, abs=1e-6)  # scene a is exact, b the other way round
    assert found["object"].abs_rel == pytest.approx(reverse.abs_rel / 2, rel=1e-4)
    assert found["all"].abs_rel == pytest.approx(reverse.abs_rel / 3, rel=0.01)


def test_what_is_good_for_the_order_alone_counts_for_the_rank_alone(folder):
    found = rgbd.by_kind(exact, rgbd.read(folder))["room"]
    assert found.abs_rel == pytest.approx(0, abs=1e-3)  # its truth is smaller than the picture
    assert found.delta1 == 1
    assert found.rank == pytest.approx(0, abs=1e-3)  # exact, and the other way round
    alone = rgbd.by_kind(exact, [one for one in rgbd.read(folder) if one.order_only])["room"]
    assert np.isnan(alone.abs_rel)
    assert alone.rank == pytest.approx(-1)


def test_a_picture_that_is_missing_is_named(folder):
    (folder / "b.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"b\.jpg is missing"):
        rgbd.read(folder)
