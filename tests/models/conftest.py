"""bfloat16 on CPUs that have no instructions for it."""

from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

from engine.depth.runtime import precision


class RoundedProducts(TorchFunctionMode):
    """Products of bfloat16 computed in float32 and rounded once at the end, which is what the instructions do.

    Without such instructions torch does the same ten times slower.
    """

    PRODUCTS = frozenset({F.linear, F.conv2d, F.conv_transpose2d, torch.matmul, Tensor.matmul, Tensor.__matmul__})

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func not in self.PRODUCTS or not any(_is_bfloat16(value) for value in args):
            return func(*args, **kwargs)
        wide = [value.float() if _is_bfloat16(value) else value for value in args]
        named = {name: value.float() if _is_bfloat16(value) else value for name, value in kwargs.items()}
        return func(*wide, **named).bfloat16()


def _is_bfloat16(value: object) -> bool:
    return isinstance(value, Tensor) and value.dtype == torch.bfloat16


@pytest.fixture
def bfloat16(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes the precision `auto` mean bfloat16: where it does not pay, it must be right all the same."""
    monkeypatch.setattr(precision, "bfloat16_pays", lambda: True)
    if torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported():
        yield
    else:
        with RoundedProducts():
            yield
