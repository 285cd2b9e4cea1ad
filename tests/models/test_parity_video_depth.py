"""Video-Depth-Anything against golden outputs of the published code, through the unchanged harness."""

import pytest

from tests import parity_adapter
from tests.synthetic import PARITY, parity_module

harness = parity_module("harness")

pytestmark = pytest.mark.timeout(3000)  # seconds: the large ones take one or two minutes on an idle machine

# Small before large, so that the harness writes each set of weights once.
FIXTURES = sorted(PARITY.glob("public/vda_*.npz"), key=lambda path: ("vitb" in path.name, path.name))
QUICK = ("vits_forward.npz", "vits_offline_short5.npz")
BFLOAT16 = ("vits_forward.npz", "vits_stream_640x360.npz", "vits_offline_len23.npz")

# What exceeds it is not rounding: a wrong epsilon in a norm gives 5e-6. Rounding is up to 1.3e-6 (vitb with SSE alone);
# a float64 run of vda_vits_forward is 1.0e-6 from the published numbers, ours in float32 0.9e-6.
NOISE = 3e-6


def _params(names):
    return [
        pytest.param(path, id=path.stem, marks=[] if path.name.endswith(QUICK) else pytest.mark.slow)
        for path in FIXTURES
        if path.name.endswith(names)
    ]


@pytest.mark.parametrize("path", _params(".npz"))
def test_float32_gives_the_published_numbers(path):
    result = harness.run_case(str(path), parity_adapter, "fp32", strict=True)
    assert result["status"] == "PASS", result
    assert all(part["mean_rel"] < NOISE for part in result["parts"].values()), result


@pytest.mark.parametrize("path", _params(BFLOAT16))
@pytest.mark.usefixtures("bfloat16")
def test_bfloat16_stays_within_its_gates(path):
    result = harness.run_case(str(path), parity_adapter, "bf16", strict=True)
    assert result["status"] == "PASS", result
    assert result["parts"]["depth"]["mean_rel"] > 1e-4, "this was not computed in bfloat16"
