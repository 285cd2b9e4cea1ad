"""The number format in which a network runs on a device."""

from copy import deepcopy
from functools import cache
from itertools import chain
from time import perf_counter
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

Precision = Literal["fp32", "auto"]
"""`fp32` is reproducible at an equal thread count; `auto` is the fastest format that the device does well."""

Network = TypeVar("Network", bound=nn.Module)


def dtype_for(device: torch.device, precision: Precision) -> torch.dtype:
    """The format for weights and activations. `auto`: float16 on CUDA, bfloat16 on a CPU that is fast at it.

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
    """A network for running on the device that `model` is on, and the format its input must have.

    It shares with `model`, which stays as it is, the weights that need no conversion. Convolutions get theirs channels
    last, which their fast implementations want (bfloat16 is five times slower on a CPU otherwise).
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
    """Whether this CPU multiplies bfloat16 faster than float32.

    With AMX it does, eight times. AVX512-BF16 alone does not tell: it doubles the speed of some processors and halves
    that of others (Intel's with AMX hidden by a virtual machine), so there it is measured, in some milliseconds.
    """
    if torch.cpu._is_amx_tile_supported():
        return True
    return torch.cpu._is_avx512_bf16_supported() and _product_seconds(torch.bfloat16) < _product_seconds(torch.float32)


def _product_seconds(dtype: torch.dtype, side: int = 512) -> float:
    """The best time of a matrix product out of a few."""
    matrix = torch.ones(side, side, dtype=dtype)
    times = []
    for _ in range(6):
        start = perf_counter()
        _ = matrix @ matrix
        times.append(perf_counter() - start)
    return min(times)
