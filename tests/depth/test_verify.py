"""`models verify`: hash, strict load, one frame."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.commands import models
from engine.depth.verify import Verification, _try, verify
from engine.models.catalog import entry
from engine.models.download import sha256_of
from engine.paths import EMBEDDED_WEIGHTS
from engine.settings import DepthSettings
from tests.depth.live.test_worker import FakeEstimator
from tests.synthetic import PARITY, parity_module


@pytest.fixture
def lite(tmp_path):
    """A copy of the embedded weights, as a download would leave it."""
    path = tmp_path / "lite.safetensors"
    path.write_bytes(EMBEDDED_WEIGHTS.read_bytes())
    path.with_name("lite.safetensors.sha256").write_text(f"{sha256_of(path)}  lite.safetensors\n")
    return path


def check(path):
    return verify(entry("lite"), path, DepthSettings(device="cpu", checkpoints_dir=path.parent))


def test_good_weights_with_their_time(lite):
    found = check(lite)
    assert (found.hash, found.problem) == ("as published", None)
    assert found.device.startswith("cpu")
    assert 0 < found.frame_ms < 10_000
    lite.with_name("lite.safetensors.sha256").unlink()
    assert check(lite).hash == "not known"


def test_one_other_bit_is_found_by_the_hash(lite):
    content = bytearray(lite.read_bytes())
    content[-1000] ^= 1
    lite.write_bytes(content)
    found = check(lite)
    assert found.hash == "wrong"
    assert "download it again" in found.problem


def test_weights_that_load_and_see_nothing_are_found(lite):
    weights = {key: torch.zeros_like(value) for key, value in load_file(lite).items()}
    save_file(weights, lite)
    lite.with_name("lite.safetensors.sha256").unlink()
    assert check(lite).problem == "its depth is the same everywhere"


def test_depth_that_is_not_finite_is_found():
    class Broken(FakeEstimator):
        def estimate(self, image):
            return np.full((4, 4), np.nan, np.float32)

    assert _try(Broken().estimate)[0] == "its depth is not finite"


@pytest.mark.parametrize(
    ("frame_ms", "speed"),
    [(None, "not run"), (20, "real time"), (300, "live, in slow steps"), (3000, "video and capture")],
)
def test_time_in_words(frame_ms, speed):
    assert Verification("not known", frame_ms=frame_ms).speed == speed


def test_the_command_checks_what_is_there_and_fails_for_what_is_damaged(lite, capsys):
    arguments = ["verify", "--device", "cpu", "--checkpoints-dir", str(lite.parent)]
    assert models.main(arguments) == 0
    assert "as published" in capsys.readouterr().out
    (lite.parent / "video_depth_anything_vits.pth").write_bytes(b"half a file")
    assert models.main(arguments) == 2
    assert "video_depth_anything_vits.pth: " in capsys.readouterr().err
    assert models.main([*arguments[:1], "vda-vitl", "lite", *arguments[1:]]) == 2
    said = capsys.readouterr()
    assert "models download vda-vitl" in said.err
    assert "as published" in said.out  # what is there was checked all the same


def test_a_network_for_captures_runs_one_too(tmp_path):
    path = tmp_path / "da3-small" / "model.safetensors"
    path.parent.mkdir()
    settings = DepthSettings(device="cpu", checkpoints_dir=tmp_path)
    save_file({"a": torch.zeros(2)}, path)
    assert "do not belong" in verify(entry("da3-small"), path, settings).problem
    filler = parity_module("filler")
    save_file(filler.state_dict_from_manifest(str(PARITY / "manifests" / "da3-small.published.json")), path)
    found = verify(entry("da3-small"), path, settings)
    assert found.problem is None
    assert found.device.startswith("cpu")
    assert found.frame_ms > 1
    path.write_bytes(b"half a file")
    assert "cannot be read" in verify(entry("da3-small"), path, settings).problem
