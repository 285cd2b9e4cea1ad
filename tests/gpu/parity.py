"""float16 on CUDA against the published float32 results."""

import torch

from tests import parity_adapter
from tests.gpu.figures import Figure, Size, no_cuda
from tests.synthetic import PARITY, parity_module

SMALL = ("vda_vits_forward.npz", "da3_small_single_300x200_up.npz")


def figures(size: Size) -> list[Figure]:
    """Return the mean relative error of each fixture. The gate is that of bfloat16."""
    paths = sorted(PARITY.glob("public/*.npz"))
    if size is Size.SMALL:
        paths = [path for path in paths if path.name in SMALL]
    if not torch.cuda.is_available():
        return no_cuda(f"float16, {len(paths)} fixtures")
    harness = parity_module("harness")
    parity_adapter.device = torch.device("cuda")
    try:
        results = [harness.run_case(str(path), parity_adapter, "bf16", strict=True) for path in paths]
    finally:
        parity_adapter.device = torch.device("cpu")
    return [
        Figure(f"float16, {result['case']}", result["parts"]["depth"]["mean_rel"], "mean error", result["status"])
        for result in results
    ]
