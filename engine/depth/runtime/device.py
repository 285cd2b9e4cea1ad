"""The devices that networks run on. torch is imported on use: it reads the fallback for Apple's GPU when it loads."""

import os
from typing import TYPE_CHECKING

from engine.errors import SettingsError

if TYPE_CHECKING:
    import torch


def allow_mps_fallback(allowed: bool) -> None:
    """Let the CPU run the operations that torch lacks on Apple's GPU, or not. To be called before torch is imported."""
    if allowed:
        os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # a user who set it to 0 wants 0
    else:
        os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] = "0"


def pick_device(name: str) -> "torch.device":
    """Return the device called `name`; "auto" is the first of CUDA, MPS and CPU that this machine has.

    Raises SettingsError for a device that this machine lacks.
    """
    import torch

    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    device = torch.device(name)
    if not available[device.type] or (device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count()):
        found = ", ".join(kind for kind, there in available.items() if there)
        raise SettingsError(f"this machine has no device {name}; choose auto or one of: {found}")
    return device


def leave_a_core() -> None:
    """Let torch use all cores but one, which the window needs."""
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))


def describe(device: "torch.device") -> str:
    """Return the name of `device` for the user."""
    match device.type:
        case "cuda":
            import torch

            return str(torch.cuda.get_device_name(device))
        case "mps":
            return "Apple GPU"
    cores = os.cpu_count() or 1
    return f"CPU with {cores} {'core' if cores == 1 else 'cores'} (no usable GPU)"
