import numpy as np
import pytest
import torch

from engine.depth.live.estimator import LiteEstimator
from engine.depth.preprocess import lite_input, lite_size
from engine.errors import CheckpointError
from engine.frames import DepthKind
from engine.models import build, load, load_published
from engine.models.checkpoints import read
from engine.models.lite import upsample_2x
from engine.paths import EMBEDDED_WEIGHTS
from engine.settings import DepthSettings
from tests.conftest import ROOT
from tests.parity import synth

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def lite():
    return load("lite")


def picture(height=192, width=256):
    return synth.frame(3, height, width, 5)


@torch.inference_mode()
def test_it_equals_the_network_that_was_trained(lite):
    """The reference was computed with the training prototype and the same weights, on this very picture."""
    depth = lite(lite_input(picture(), 192))[0].numpy()
    reference = np.load(ROOT / "tests" / "data" / "lite_prototype.npz")["depth"]
    np.testing.assert_allclose(depth[::3, ::3], reference, atol=1e-4)


def test_half_resolution_is_doubled_without_bending_planes():
    y, x = torch.meshgrid(torch.arange(24) * 1.0, torch.arange(32) * 1.0, indexing="ij")
    plane = 3 + 0.5 * (x + 0.5) - 0.2 * (y + 0.5)  # at the middles of its pixels, as at those of 2x2 of them
    half = plane.unfold(0, 2, 2).unfold(1, 2, 2).mean((2, 3))
    torch.testing.assert_close(upsample_2x(half[None, None])[0, 0], plane)


def test_half_resolution_is_doubled_without_blurring_edges():
    half = torch.zeros(1, 1, 8, 8)
    half[..., 3:] = 1
    assert upsample_2x(half).unique().tolist() == [0, 1]
    half[..., 3:] += 0.1 * torch.arange(5)  # a slope beyond the edge
    steps = upsample_2x(half)[0, 0, 4].diff()
    assert steps[5] > 0.9
    assert steps.abs().topk(2).values[1] < 0.2


@torch.inference_mode()
def test_folding_the_norms_changes_nothing(lite):
    x = lite_input(picture(), 192)
    expected = lite(x)
    folded = load("lite").fold_norms()
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())
    torch.testing.assert_close(folded(x), expected, atol=1e-4, rtol=1e-4)


def test_size_and_format():
    assert EMBEDDED_WEIGHTS.stat().st_size < 10e6
    weights = read(EMBEDDED_WEIGHTS)
    assert {tensor.dtype for tensor in weights.values() if tensor.is_floating_point()} == {torch.float16}
    parameters = sum(p.numel() for p in build("lite").parameters())
    assert 3.2e6 < parameters < 3.4e6


@pytest.mark.parametrize(
    ("picture_px", "input_size", "expected"),
    [
        ((1280, 720), 252, (448, 256)), ((640, 480), 192, (256, 192)), ((480, 640), 192, (192, 256)),
        ((100, 100), 8, (32, 32)), ((10_000, 10), 64, (256, 64)), ((10, 10_000), 64, (64, 256)),
    ],
)  # fmt: skip
def test_input_sizes(picture_px, input_size, expected):
    assert lite_size(*picture_px, input_size) == expected


def test_input_values():
    x = lite_input(np.full((64, 96, 3), 255, np.uint8), 64)
    assert x.shape == (1, 3, 64, 96)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert x.unique().tolist() == [1.0]


@pytest.mark.parametrize("precision", ["fp32", "auto"])
def test_the_estimator_gives_disparity_at_the_networks_resolution(precision):
    estimator = LiteEstimator(DepthSettings(precision=precision, input_size=192))
    depth = estimator.estimate(picture(360, 640))
    assert depth.shape == (192, 352)
    assert depth.dtype == np.float32
    assert np.isfinite(depth).all()
    assert depth.std() > 0.1
    assert estimator.kind is DepthKind.DISPARITY
    assert estimator.info.weights == "embedded"


def test_a_still_image_is_seen_as_large_on_a_slow_machine_too(monkeypatch):
    monkeypatch.setattr("engine.depth.live.estimator._is_slow", lambda model, settings: True)
    estimator = LiteEstimator(DepthSettings(precision="fp32"))
    image = picture(360, 640)
    assert estimator.estimate(image).shape == (192, 352)
    still = estimator.estimate_still(image)
    assert still.shape == (256, 448)
    assert estimator.refined(still, image).shape == (512, 896)
    estimator.input_size = 96  # memory is short
    assert estimator.estimate_still(image).shape == estimator.estimate(image).shape == (96, 160)


def test_reduced_precision_stays_close():
    exact = LiteEstimator(DepthSettings(precision="fp32", input_size=192)).estimate(picture())
    fast = LiteEstimator(DepthSettings(precision="auto", input_size=192)).estimate(picture())
    assert np.abs(exact - fast).mean() < 0.02 * np.abs(exact).mean()


def test_polarity_near_is_large():
    """A floor that comes towards the viewer, below a wall: the floor's near end has the larger disparity."""
    y, x = np.mgrid[0:192, 0:256].astype(float)
    horizon = 80
    image = np.full((192, 256, 3), 190.0)
    distance = 60 / np.maximum(y - horizon, 1)
    tiles = ((np.floor((x - 128) * distance / 60) + np.floor(distance * 4)) % 2) * 60 + 90
    image[y > horizon] = np.repeat(tiles[..., None], 3, -1)[y > horizon] * (1.0, 0.85, 0.7)
    depth = LiteEstimator(DepthSettings(precision="fp32", input_size=192)).estimate(image.astype(np.uint8))
    assert depth[170:].mean() > depth[90:110].mean() > depth[:60].mean() - depth.std()


def test_another_models_weights_are_refused_with_the_keys(lite):
    weights = dict(lite.state_dict())
    weights.pop("encoder.stem.weight")
    weights["surprise"] = torch.zeros(1)
    weights["decoder.pooled.bias"] = torch.zeros(3)
    with pytest.raises(CheckpointError) as caught:
        load_published(build("lite"), weights)
    for part in ("1 keys missing: encoder.stem.weight", "1 keys unexpected: surprise", "decoder.pooled.bias"):
        assert part in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not weights", b"\x00" * 64])
def test_a_damaged_file_is_a_typed_error_with_its_path(tmp_path, content):
    (tmp_path / "lite.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"lite\.safetensors"):
        load("lite", checkpoints_dir=tmp_path)


def test_a_pickle_with_code_is_never_executed(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'boom')!r}, 'w')",))

    torch.save({"x": Bomb()}, tmp_path / "bomb.pth")
    with pytest.raises(CheckpointError):
        read(tmp_path / "bomb.pth")
    assert not (tmp_path / "boom").exists()


def test_unknown_and_absent_names():
    with pytest.raises(CheckpointError, match="vda-vits"):
        build("vda-vitz")
    with pytest.raises(CheckpointError, match="huggingface"):
        load("vda-vitl")
