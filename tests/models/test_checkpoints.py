"""Weights that are absent, damaged, dangerous or another network's, and where weights are looked for."""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import CheckpointError
from engine.models import build, load, load_published
from engine.models.catalog import CHECKPOINTS, entry, find
from engine.models.checkpoints import _BUILDERS, read
from engine.models.download import known_sha256, writable_dir
from engine.paths import EMBEDDED_WEIGHTS, checkpoint_dirs
from tests.synthetic import PARITY, parity_module

FILE = "video_depth_anything_vits.pth"


@pytest.fixture(scope="module")
def weights():
    filler = parity_module("filler")
    return filler.state_dict_from_manifest(str(PARITY / "manifests" / "vda_vits.json"))


def error_of(name, folder):
    with pytest.raises(CheckpointError) as caught:
        load(name, checkpoints_dir=folder)
    return str(caught.value)


@pytest.mark.parametrize("name", ["vda-vits", "metric-vda-vits", "vda-vitl"])
def test_absent_weights_name_the_command_the_link_and_the_place(tmp_path, name):
    message = error_of(name, tmp_path)
    assert f"the weights of {name} are not on this machine" in message
    assert f'python -m engine models download {name} --checkpoints-dir "{tmp_path}"' in message
    assert entry(name).hub[0].url in message
    assert str(tmp_path / entry(name).files[0]) in message


@pytest.mark.parametrize(
    ("alias", "name"), [("vits", "vda-vits"), ("vitl", "vda-vitl"), ("metric-vitb", "metric-vda-vitb")]
)
def test_the_names_of_the_command_line_are_known(tmp_path, alias, name):
    assert entry(alias) is entry(name)
    with pytest.raises(CheckpointError, match=f"the weights of {name} are not on this machine"):
        load(alias, checkpoints_dir=tmp_path)


def test_a_name_of_the_command_line_loads_the_network(tmp_path, weights):
    torch.save(weights, tmp_path / FILE)
    assert type(load("vits", checkpoints_dir=tmp_path)) is type(build("vda-vits"))


def test_a_truncated_file(tmp_path, weights):
    torch.save(weights, tmp_path / FILE)
    content = (tmp_path / FILE).read_bytes()
    for size in (len(content) // 2, len(content) - 1, 100, 0):
        (tmp_path / FILE).write_bytes(content[:size])
        message = error_of("vda-vits", tmp_path)
        assert str(tmp_path / FILE) in message
        assert "models download vda-vits" in message


def test_a_corrupted_file(tmp_path, rng):
    (tmp_path / FILE).write_bytes(rng.bytes(100_000))
    assert "cannot be read as weights" in error_of("vda-vits", tmp_path)
    lite = bytearray(EMBEDDED_WEIGHTS.read_bytes())
    lite[8:40] = bytes(32)  # the header of safetensors
    (tmp_path / "lite.safetensors").write_bytes(lite)
    assert "Delete the file" in error_of("lite", tmp_path)


def test_another_networks_weights(tmp_path):
    torch.save(load_file(EMBEDDED_WEIGHTS), tmp_path / FILE)
    message = error_of("vda-vits", tmp_path)
    assert "do not belong to VideoDepth" in message
    assert "keys missing" in message
    assert "keys unexpected" in message


def test_a_pickle_with_code_is_named_as_such_and_never_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'boom')!r}, 'w')",))

    torch.save({"x": Bomb()}, tmp_path / FILE)
    assert "asks to run code, which was not done" in error_of("vda-vits", tmp_path)
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, {"model": {"a": torch.zeros(1)}}])
def test_something_else_than_tensors(tmp_path, content):
    torch.save(content, tmp_path / FILE)
    with pytest.raises(CheckpointError, match="other than tensors"):
        read(tmp_path / FILE)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(tmp_path, weights, value):
    weights = dict(weights)
    key = "pretrained.blocks.3.mlp.fc1.weight"
    weights[key] = weights[key].clone()
    weights[key][5, 7] = value
    torch.save(weights, tmp_path / FILE)
    message = error_of("vda-vits", tmp_path)
    assert "not numbers" in message
    assert "encoder.blocks.3" in message


def test_a_network_without_its_weights_can_compute_nothing(weights):
    """`load` builds on the meta device: what no file gave has no memory, so no random weight can ever be used."""
    with torch.device("meta"):
        model = build("vda-vits")
    picture = torch.zeros(1, 3, 28, 28)
    with pytest.raises((RuntimeError, NotImplementedError)):
        model(picture)
    load_published(model, weights)
    assert not any(value.is_meta for value in model.state_dict().values())
    assert model(picture).isfinite().all()


def test_weights_of_another_format_are_loaded_as_float32():
    lite = load("lite")
    assert {value.dtype for value in lite.parameters()} == {torch.float32}
    assert any(value.dtype == torch.float16 for value in load_file(EMBEDDED_WEIGHTS).values())


def test_the_catalog_knows_which_networks_there_are():
    assert {checkpoint.family for checkpoint in CHECKPOINTS.values()} == set(_BUILDERS)


@pytest.mark.parametrize("name", [name for name, checkpoint in CHECKPOINTS.items() if checkpoint.hub])
def test_sizes_and_parameters_are_those_of_the_tensors(name):
    checkpoint = entry(name)
    manifest = {
        "video_depth": f"vda_{checkpoint.variant.removeprefix('metric-')}.json",
        "depth_anything3": f"{name}.published.json",
    }[checkpoint.family]
    shapes = json.loads((PARITY / "manifests" / manifest).read_text())
    counts = {key: int(np.prod(shape)) for key, (shape, _) in shapes.items()}
    learned = sum(count for key, count in counts.items() if not key.endswith(".pe"))
    assert learned / 1e6 == pytest.approx(checkpoint.parameters_m, abs=0.006)
    assert 4 * sum(counts.values()) / 1e6 == pytest.approx(checkpoint.size_mb, abs=0.06)


@pytest.mark.parametrize("name", [name for name, checkpoint in CHECKPOINTS.items() if checkpoint.hub])
def test_every_place_is_searched_the_chosen_folder_first(tmp_path, monkeypatch, name):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    checkpoint = entry(name)
    file = checkpoint.hub[-1]
    cached = tmp_path / "hub" / f"models--{file.repo.replace('/', '--')}" / "snapshots" / ("a" * 40) / file.name
    expected = [cached]
    user = checkpoint_dirs()[-1]
    expected += [user / alternative for alternative in reversed(checkpoint.files)]
    expected += [tmp_path / "chosen" / alternative for alternative in reversed(checkpoint.files)]
    assert find(name, tmp_path / "chosen") is None
    for path in expected:  # each wins over those before it
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        assert find(name, tmp_path / "chosen") == path


def test_the_hub_cache_is_the_one_its_client_knows(tmp_path, monkeypatch):
    from huggingface_hub import try_to_load_from_cache

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    file = entry("da3-small").hub[0]
    folder = tmp_path / "models--depth-anything--DA3-SMALL"
    digest = "f" * 64
    (folder / "blobs").mkdir(parents=True)
    (folder / "blobs" / digest).write_bytes(b"")
    for commit in ("a" * 40, "b" * 40):
        (folder / "snapshots" / commit).mkdir(parents=True)
        (folder / "snapshots" / commit / file.name).symlink_to(folder / "blobs" / digest)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("b" * 40)
    found = find("da3-small")
    assert str(found) == try_to_load_from_cache(file.repo, file.name, cache_dir=tmp_path)
    assert known_sha256(found) == digest
    shutil.rmtree(folder / "refs")
    assert find("da3-small").parent.name == "a" * 40


def test_downloads_go_to_the_first_place_that_can_be_written(tmp_path):
    assert writable_dir(tmp_path / "new" / "folder") == tmp_path / "new" / "folder"
    (tmp_path / "file").write_text("")
    assert writable_dir(tmp_path / "file") == checkpoint_dirs()[0]


def test_safetensors_of_another_network(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "lite.safetensors")
    assert "do not belong to Lite" in error_of("lite", tmp_path)
