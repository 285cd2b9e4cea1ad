"""Where a network runs."""

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


def leave_a_core() -> None:
    """Give torch all cores but one, which the window needs."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))


def describe(device: torch.device) -> str:
    """What a person calls it."""
    match device.type:
        case "cuda":
            return str(torch.cuda.get_device_name(device))
        case "mps":
            return "Apple GPU"
    cores = os.cpu_count() or 1
    return f"the processor, {cores} {'core' if cores == 1 else 'cores'} (no GPU that it can use)"
