import json
import math

import cv2
import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from engine.depth.preprocess import lite_input
from engine.models import load as load_as_the_viewer_does
from engine.paths import EMBEDDED_WEIGHTS
from training import convert, measures, networks, sensor, shards, train
from training import loss as losses
from training.batches import Batches, as_input, cropped
from training.loss import loss
from training.sensor import photographed
from training.train import Trainer

pytestmark = pytest.mark.xdist_group("training")  # one process draws the shards and loads the optimizer
torch.set_num_threads(1)
SHAPES = ((64, 96), (96, 64))


def trainer(shard_folder, folder):
    return Trainer(
        folder / "run", folder / "start.safetensors",
        batch=4, seed=0, data=shard_folder / "train", bf16=False, shapes=SHAPES,
    )  # fmt: skip


def test_loss_does_not_see_scale_and_shift_but_direction(rng):
    truth = torch.from_numpy(rng.random((2, 32, 40)).astype(np.float32))
    other = torch.from_numpy(rng.random((2, 32, 40)).astype(np.float32))
    assert loss(3 * truth + 7, truth)[1] < 0.03
    assert loss(-truth, truth)[0] > 5 * loss(truth, truth)[0]
    torch.testing.assert_close(loss(2 * other - 1, truth), loss(other, truth), atol=1e-4, rtol=1e-4)


def test_loss_would_rather_draw_a_doubtful_silhouette_than_none():
    """A thing that nine of twenty such pictures have: it is drawn, and not by half."""

    def map_with(share):
        depth = np.repeat(np.linspace(0, 1, 48, dtype=np.float32)[:, None], 64, 1)
        depth[16:32, 24:40] += 0.8 * share
        return torch.from_numpy(depth)[None]

    drawn = {
        k: 0.45 * loss(map_with(k), map_with(1))[0] + 0.55 * loss(map_with(k), map_with(0))[0] for k in (0, 0.5, 1)
    }
    assert drawn[1] < drawn[0.5] < drawn[0]


def test_a_crop_keeps_picture_and_depth_together(rng):
    """The picture shows the depth itself, so they must agree wherever the crop lies and however it is mirrored."""
    y, x = np.mgrid[0:96, 0:128]
    depth = (x + 0.5 * y).astype(np.float16)
    picture = np.repeat(depth.astype(np.uint8)[..., None], 3, -1)
    for shape in SHAPES * 10:
        seen, truth = cropped(picture, depth, shape, rng)
        assert seen.shape == (*shape, 3)
        middles = cv2.resize(seen[..., 0].astype(np.float32), truth.shape[::-1], interpolation=cv2.INTER_AREA)
        assert truth.shape == (shape[0] // 2, shape[1] // 2)
        assert np.abs(middles - truth).max() < 2.5


def test_depth_lies_where_the_viewer_will_draw_it(rng):
    """A disc and its depth, answered at half the size and enlarged as the viewer does, have their middles together."""
    y, x = np.mgrid[0:240, 0:320]
    off = []
    for _ in range(40):
        cx, cy = rng.uniform(140, 180), rng.uniform(100, 140)
        disc = (np.hypot(x - cx, y - cy) < 30).astype(np.float16)
        seen, truth = cropped(np.repeat((disc * 255).astype(np.uint8)[..., None], 3, -1), disc, (192, 256), rng)
        enlarged = interpolate(torch.from_numpy(truth)[None, None], scale_factor=2, mode="bilinear")[0, 0].numpy()
        off.append(_middle(enlarged) - _middle(seen[..., 0].astype(float)))
    assert np.abs(np.mean(off, axis=0)).max() < 0.2


def _middle(mass):
    y, x = np.indices(mass.shape)
    return np.array([(mass * y).sum(), (mass * x).sum()]) / mass.sum()


def test_motion_blur_leaves_a_picture_where_it_was():
    dot = np.zeros((41, 41, 3), np.float32)
    dot[20, 20] = 1
    for seed in range(20):
        np.testing.assert_allclose(_middle(sensor._shaken(dot, np.random.default_rng(seed))[..., 0]), 20, atol=0.3)


def test_a_floor_has_no_silhouette_at_any_stride():
    """Everything of a floor counts once, as with a loss that knows no jumps; the edge of a table on it does not."""
    floor = torch.linspace(0, 1, 96)[None, :, None].expand(1, 96, 128)
    table = floor.clone()
    table[:, 30:60, 40:90] += 0.8
    wrong = floor.flip(1)
    counted = {name: loss(wrong, truth)[0] for name, truth in (("floor", floor), ("table", table))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(losses, "JUMP_WEIGHT", 1.0)
        assert counted["floor"] == loss(wrong, floor)[0]
        assert counted["table"] > 1.1 * loss(wrong, table)[0]


def test_a_camera_changes_the_picture_and_not_its_form(rng):
    picture = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
    made = [photographed(picture, np.random.default_rng(seed)) for seed in range(40)]
    assert {(p.shape, p.dtype) for p in made} == {((48, 64, 3), np.dtype(np.uint8))}
    np.testing.assert_array_equal(made[3], photographed(picture, np.random.default_rng(3)))
    assert np.mean([np.abs(p.astype(float) - picture).mean() for p in made]) > 3


def test_batches_take_in_new_shards(shard_folder, tmp_path, rng):
    source = shards.first(shard_folder / "train")
    shards.write(tmp_path, 0, source.pictures, source.inverse, source.kinds)
    batches = Batches(tmp_path, 3, SHAPES)
    assert batches.refresh() == 1
    pictures, truth = batches.draw(rng)
    assert pictures.shape[0] == 3
    assert pictures.shape[2:] == tuple(2 * side for side in truth.shape[1:])
    assert pictures.is_contiguous(memory_format=torch.channels_last)
    shards.write(tmp_path, 1, source.pictures, source.inverse, source.kinds)
    assert batches.refresh() == 2


def test_a_shard_that_vanishes_while_it_is_read_is_passed_over(shard_folder, tmp_path, rng, monkeypatch):
    source = shards.first(shard_folder / "train")
    for number in range(2):
        shards.write(tmp_path, number, source.pictures, source.inverse, source.kinds)
    listed = shards.folders(tmp_path)
    shards.drop_oldest(tmp_path, 1)
    monkeypatch.setattr(shards, "folders", lambda _: listed)
    batches = Batches(tmp_path, 3, SHAPES)
    assert batches.refresh() == 1
    assert batches.draw(rng)[0].shape[0] == 3
    (listed[1] / "kinds.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"kinds\.json"):  # damaged, not dropped
        Batches(tmp_path, 3, SHAPES).refresh()


def test_without_shards_it_says_who_makes_them(tmp_path, rng):
    (tmp_path / "shard-000000.part").mkdir()
    for read in (shards.first, lambda folder: Batches(folder, 3).refresh()):
        with pytest.raises(FileNotFoundError, match=f"no shards in {tmp_path}; start training.generate"):
            read(tmp_path)


@pytest.mark.slow
def test_it_learns_stops_and_goes_on(shard_folder, tmp_path):
    """A new decoder on a trained encoder: the held-out error falls, across an interruption, and the viewer loads it."""
    held_out = shards.first(shard_folder / "held-out")
    torch.manual_seed(0)
    start = networks.load(EMBEDDED_WEIGHTS)
    start.decoder = networks.Lite().decoder.eval()
    networks.save(start, tmp_path / "start.safetensors", "untrained")
    before = measures.held_out_error(start, held_out)

    first = trainer(shard_folder, tmp_path)
    train.train(first, cool=0, until=60, check_every=40, held_out=None)
    assert first.progress.seen == 60
    second = trainer(shard_folder, tmp_path)
    assert second.progress.seen == 60
    for part in ("network", "average", "optimizer"):
        torch.testing.assert_close(getattr(second, part).state_dict(), getattr(first, part).state_dict())
    train.train(second, cool=200, until=120, check_every=80, held_out=held_out)
    with (tmp_path / "run" / "curves.jsonl").open("a") as curves:
        curves.write('{"seen": 160, "seconds": 9, "loss": 9}\n')  # of a process that was killed before it saved
    third = trainer(shard_folder, tmp_path)
    assert third.progress == second.progress
    assert third.rate(200) == second.rate(200)
    train.train(third, cool=200, until=math.inf, check_every=80, held_out=held_out)
    assert third.progress.seen == 260
    assert third.rate(200) == 0

    convert.main([str(tmp_path / "run" / "state.pt"), str(tmp_path / "lite.safetensors")])
    learned = load_as_the_viewer_does("lite", checkpoints_dir=tmp_path)
    assert measures.held_out_error(learned, held_out) < 0.9 * before
    curves = [json.loads(line) for line in (tmp_path / "run" / "curves.jsonl").read_text().splitlines()]
    assert [point["seen"] for point in curves] == [40, 80, 160, 240]
    assert curves[-1]["held_out"] < before


def test_the_mean_of_networks_lies_between_them(tmp_path):
    ends = [networks.Lite(), networks.Lite()]
    for i, network in enumerate(ends):
        networks.save(network, tmp_path / f"{i}.safetensors", "untrained")
    convert.main([str(tmp_path / f"{i}.safetensors") for i in (0, 1)] + [str(tmp_path / "mean.safetensors")])
    mean = networks.load(tmp_path / "mean.safetensors")
    for middle, a, b in zip(mean.parameters(), *(network.parameters() for network in ends), strict=True):
        torch.testing.assert_close(middle, (a + b) / 2, atol=2e-3, rtol=2e-3)


def test_a_picture_goes_in_as_the_viewer_gives_it(rng):
    picture = rng.integers(0, 256, (32, 64, 3)).astype(np.uint8)
    torch.testing.assert_close(as_input(picture[None]), lite_input(picture, 32))
