"""Where a network runs, and in which number format."""

import os

import torch

from engine.errors import SettingsError


def pick_device(name: str) -> torch.device:
    """The device called `name`; "auto" is the first of CUDA, MPS, CPU that is there.

    Raises SettingsError for a device that this machine lacks.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    device = torch.device(name)
    if not available[device.type] or (device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count()):
        found = ", ".join(kind for kind, there in available.items() if there)
        raise SettingsError(f"there is no device {name} on this machine; found: {found}")
    return device


def pick_dtype(device: torch.device, precision: str) -> torch.dtype:
    """The number format for `precision`: float32, or for "auto" the fastest that the device does well."""
    if precision == "fp32":
        return torch.float32
    if device.type == "cuda":
        return torch.float16
    if device.type == "cpu" and has_fast_bfloat16():
        return torch.bfloat16
    return torch.float32


def has_fast_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 matrices in hardware (AMX or AVX512-BF16)."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


def leave_a_core() -> None:
    """Give torch all cores but one, which the window needs."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
