"""The number format that a network runs in on a device."""

from copy import deepcopy
from functools import cache
from itertools import chain
from time import perf_counter
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

Precision = Literal["fp32", "auto"]
"""`fp32` is reproducible with the same number of threads; `auto` is the fastest format on the device."""

Network = TypeVar("Network", bound=nn.Module)


def dtype_for(device: torch.device, precision: Precision) -> torch.dtype:
    """Return the format for weights and activations. `auto`: float16 on CUDA, bfloat16 on CPUs that are fast at it.

    float16 is never chosen on a CPU: even where the instructions exist, it is slower than float32.
    """
    if precision == "fp32":
        return torch.float32
    if device.type == "cuda":
        return torch.float16
    if device.type == "cpu" and bfloat16_pays():
        return torch.bfloat16
    return torch.float32


def prepare(model: Network, precision: Precision) -> tuple[Network, torch.dtype]:
    """Return a copy of `model` to run on its device, and the format that its input must have.

    `model` is not changed; weights that need no conversion are shared. Weights of convolutions are stored channels
    last, for which their fast implementations are made (otherwise bfloat16 is five times slower on a CPU).
    """
    dtype = dtype_for(next(model.parameters()).device, precision)
    converted = {id(tensor): _convert(tensor, dtype) for tensor in chain(model.parameters(), model.buffers())}
    return deepcopy(model, converted).eval(), dtype


def _convert(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    if not tensor.is_floating_point():
        return tensor
    layout = torch.channels_last if tensor.ndim == 4 else torch.preserve_format
    converted = tensor.detach().to(dtype=dtype, memory_format=layout)
    return nn.Parameter(converted, requires_grad=False) if isinstance(tensor, nn.Parameter) else converted


@cache
def bfloat16_pays() -> bool:
    """Return whether this CPU multiplies bfloat16 faster than float32.

    With AMX it is eight times faster. AVX512-BF16 doubles the speed of some CPUs and halves that of others (Intel's
    with AMX hidden by a virtual machine), so there it is measured, which takes some milliseconds.
    """
    if torch.cpu._is_amx_tile_supported():
        return True
    return torch.cpu._is_avx512_bf16_supported() and _product_seconds(torch.bfloat16) < _product_seconds(torch.float32)


def _product_seconds(dtype: torch.dtype, side: int = 512) -> float:
    """Return the best time of several matrix products."""
    matrix = torch.ones(side, side, dtype=dtype)
    times = []
    for _ in range(6):
        start = perf_counter()
        _ = matrix @ matrix
        times.append(perf_counter() - start)
    return min(times)
