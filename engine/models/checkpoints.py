"""From a name to a network with its weights."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.catalog import CHECKPOINTS, Checkpoint, entry, find
from engine.errors import CheckpointError
from engine.paths import EMBEDDED_WEIGHTS, checkpoint_dirs

# family -> (module, function that takes the variant and gives an uninitialised network)
_BUILDERS = {
    "lite": ("engine.models.lite", "build"),
    "video_depth": ("engine.models.video_depth", "build"),
    "depth_anything3": ("engine.models.depth_anything3", "build"),
}


def build(name: str) -> nn.Module:
    """The network called `name` in the catalog, without its weights, in evaluation mode.

    Raises CheckpointError for a name that is not in the catalog.
    """
    checkpoint = entry(name)
    module, function = _BUILDERS[checkpoint.family]
    builder: Callable[[str], nn.Module] = getattr(import_module(module), function)
    return builder(checkpoint.variant).eval()


def load_published(model: nn.Module, state_dict: Mapping[str, Tensor]) -> None:
    """Load upstream's `state_dict` strictly.

    A model may carry `KEY_MAP`, (pattern, replacement) pairs that turn upstream's keys into its own, and
    `UNUSED_KEYS`, patterns of upstream keys that are accepted and dropped.

    Raises CheckpointError with the missing, unexpected and misshapen keys.
    """
    unused = [re.compile(pattern) for pattern in getattr(model, "UNUSED_KEYS", ())]
    renamed = {
        own_key(model, key): value for key, value in state_dict.items() if not any(p.fullmatch(key) for p in unused)
    }
    own = model.state_dict()
    problems = {
        "missing": sorted(own.keys() - renamed.keys()),
        "unexpected": sorted(renamed.keys() - own.keys()),
        "of another shape": sorted(k for k in own.keys() & renamed.keys() if own[k].shape != renamed[k].shape),
    }
    if any(problems.values()):
        lines = [f"{len(keys)} keys {what}: {_abridged(keys)}" for what, keys in problems.items() if keys]
        raise CheckpointError(f"these weights do not belong to {type(model).__name__}: " + "; ".join(lines))
    model.load_state_dict(renamed, strict=True)


def own_key(model: nn.Module, key: str) -> str:
    """Our name for upstream's `key`; every matching pair of the key map applies, in order."""
    for pattern, replacement in getattr(model, "KEY_MAP", ()):
        key = re.sub(pattern, replacement, key)
    return key


def load(name: str, *, device: str | torch.device = "cpu", checkpoints_dir: Path | None = None) -> nn.Module:
    """The network `name` with its weights, in float32 and evaluation mode, on `device`.

    Raises CheckpointError if the weights are absent, damaged or another model's.
    """
    path = find(name, checkpoints_dir)
    if path is None:
        raise CheckpointError(_absent_message(CHECKPOINTS[name], checkpoints_dir))
    model = build(name)
    try:
        load_published(model, read(path))
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}. Delete the file and fetch it again.") from error
    return model.to(device)


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors or .pth file. A pickle that holds anything but tensors is refused unread.

    Raises CheckpointError if the file is damaged.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, UnpicklingError, EOFError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(f"cannot be read as weights ({reason})") from error
    return tensors


def _absent_message(checkpoint: Checkpoint, checkpoints_dir: Path | None) -> str:
    folder = checkpoint_dirs(checkpoints_dir)[0]
    message = f"the weights of {checkpoint.name} are not on this machine"
    if checkpoint.repo is None:
        return f"{message}: {EMBEDDED_WEIGHTS} is missing, so the installation is incomplete; install again"
    url = f"https://huggingface.co/{checkpoint.repo}/resolve/main/{Path(checkpoint.files[0]).name}"
    return f"{message}: put {url} into {folder}"


def _abridged(keys: list[str], most: int = 4) -> str:
    return ", ".join(keys[:most]) + (f", … ({len(keys) - most} more)" if len(keys) > most else "")
