"""From a name to a network with its weights."""

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import CheckpointError
from engine.models.catalog import absent_message, download_command, entry, find
from engine.paths import EMBEDDED_WEIGHTS

# family -> (module, function that takes the variant and gives an uninitialized network)
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
    if any(value.is_meta for value in own.values()):  # a network without memory takes the tensors themselves
        renamed = {key: value.to(own[key].dtype) for key, value in renamed.items()}
        model.load_state_dict(renamed, strict=True, assign=True)
    else:
        model.load_state_dict(renamed, strict=True)


def own_key(model: nn.Module, key: str) -> str:
    """Our name for upstream's `key`; every matching pair of the key map applies, in order."""
    for pattern, replacement in getattr(model, "KEY_MAP", ()):
        key = re.sub(pattern, replacement, key)
    return key


def load(name: str, *, device: str | torch.device = "cpu", checkpoints_dir: Path | None = None) -> nn.Module:
    """The network `name` with its weights, in float32 and evaluation mode, on `device`.

    It is built without memory and gets all of it from the file: no weight that was not read can ever be computed with,
    and none is drawn at random first, which takes seconds for a large network.

    Raises CheckpointError if the weights are absent, damaged or another model's.
    """
    path = find(name, checkpoints_dir)
    if path is None:
        raise CheckpointError(absent_message(entry(name), checkpoints_dir))
    with torch.device("meta"):
        model = build(name)
    try:
        load_published(model, read(path))
        _check_finite(model)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}. {_remedy(name, path, checkpoints_dir)}") from error
    return model.to(device)


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors or .pth file. A pickle that holds anything but tensors is refused unread.

    Raises CheckpointError if the file is damaged or holds something else.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except UnpicklingError as error:
        if "Unsupported global" in str(error) or "unrecognized function" in str(error):  # a call, refused
            raise CheckpointError("asks to run code, which was not done; weights need none") from error
        raise CheckpointError("cannot be read as weights: it is damaged, or something else") from error
    except Exception as error:  # there is nothing that a damaged pickle may not raise
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(f"cannot be read as weights ({reason})") from error
    if not isinstance(content, Mapping) or not all(isinstance(value, Tensor) for value in content.values()):
        raise CheckpointError("cannot be read as weights: it holds something other than tensors")
    return dict(content)


def _check_finite(model: nn.Module) -> None:
    """Raises CheckpointError if a weight is NaN or infinite: every depth map would be."""
    for key, weight in model.state_dict().items():
        # a sum over all is five times faster than a look at each, and finite only if all are
        if weight.is_floating_point() and not weight.sum().isfinite() and not weight.isfinite().all():
            raise CheckpointError(f"the weights are damaged: {key} holds values that are not numbers")


def _remedy(name: str, path: Path, checkpoints_dir: Path | None) -> str:
    if path == EMBEDDED_WEIGHTS:
        return "Install the program again"
    if not entry(name).hub:
        return "Delete the file: then the embedded weights are used"
    return f"Delete the file and download it again: {download_command(entry(name), checkpoints_dir)}"


def _abridged(keys: list[str], most: int = 4) -> str:
    return ", ".join(keys[:most]) + (f", … ({len(keys) - most} more)" if len(keys) > most else "")
