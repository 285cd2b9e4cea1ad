"""What `status` finds out: each function looks at one thing and says what is wrong with it and how to mend it."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from engine.commands.bench import machine_facts
from engine.errors import EngineError
from engine.models.catalog import CHECKPOINTS, download_command, entry, find
from engine.paths import checkpoint_dirs, config_file
from engine.settings import store

PACKAGES = (
    "torch", "numpy", "opencv-python", "av", "mss", "moderngl", "moderngl-window", "glfw", "imgui-bundle", "PyGLM",
    "pydantic", "platformdirs", "tomli-w", "safetensors", "huggingface-hub", "OpenEXR", "tqdm",
)  # fmt: skip
OPTIONAL_PACKAGES = ("openvino", "pyvirtualcam")


@dataclass
class Facts:
    """What was found, and pairs of (what is wrong, how to mend it)."""

    values: Mapping[str, Any]
    problems: list[tuple[str, str]] = field(default_factory=list)


def python() -> Facts:
    values = {"version": platform.python_version(), "executable": sys.executable, "system": platform.platform()}
    return Facts(values)


def packages() -> Facts:
    """Versions of what is installed."""
    values: dict[str, str | None] = {}
    for name in (*PACKAGES, *OPTIONAL_PACKAGES):
        try:
            values[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            values[name] = None
    missing = [name for name in PACKAGES if values[name] is None]
    if missing:
        return Facts(values, [(f"not installed: {', '.join(missing)}", f"pip install {' '.join(missing)}")])
    return Facts(values)


def graphics() -> Facts:
    """The OpenGL that draws without a window."""
    from engine.gl.context import headless_context

    try:
        ctx = headless_context()
    except EngineError as error:
        what, _, mend = str(error).partition("). ")
        return Facts({"renderer": None}, [(f"{what})", mend)])
    values = {"renderer": ctx.info["GL_RENDERER"], "version": ctx.info["GL_VERSION"]}
    ctx.release()
    if re.search("llvmpipe|softpipe|swrast", values["renderer"]):
        return Facts({**values, "kind": "software: the processor draws"})
    return Facts(values)


def devices() -> Facts:
    """What networks can run on, the one that `auto` takes first."""
    import torch

    from engine.depth.runtime.device import pick_device
    from engine.depth.runtime.precision import dtype_for

    machine = machine_facts()
    auto = pick_device("auto")
    flags = {
        "AVX2": torch.cpu._is_avx2_supported(),
        "AVX-512": torch.cpu._is_avx512_supported(),
        "AVX512-BF16": torch.cpu._is_avx512_bf16_supported(),
        "AMX": torch.cpu._is_amx_tile_supported(),
    }
    values: dict[str, Any] = {
        "auto": str(auto),
        "precision": str(dtype_for(auto, "auto")).removeprefix("torch."),
        "cpu": machine["cpu"],
        "cores": machine["cores"],
        "cpu features": [name for name, there in flags.items() if there],
    }
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        values[f"cuda:{index}"] = f"{properties.name}, {properties.total_memory / 1e9:.0f} GB"
    if torch.backends.mps.is_available():
        values["mps"] = "Apple GPU"
    if auto.type == "cpu" and shutil.which("nvidia-smi"):
        mend = "install a torch with CUDA: pip install --force-reinstall torch (see pytorch.org/get-started)"
        return Facts(values, [("there is an NVIDIA driver, but torch finds no GPU", mend)])
    return Facts(values)


def cameras() -> Facts:
    """Webcams, by the names that `--source` takes. None is no problem: there are other sources."""
    from engine.sources.discovery import find_cameras

    return Facts({f"webcam:{number}": name for number, name in find_cameras().items()})


def monitors() -> Facts:
    """Screens, by the names that `--source` takes."""
    from engine.sources.discovery import find_monitors

    try:
        return Facts(dict(find_monitors()))
    except EngineError as error:
        return Facts({}, [(f"no screen can be read: {error}", "nothing else needs one; --headless draws without")])


def checkpoints(folder: Path | None) -> Facts:
    """Weights that are on this machine."""
    found = {name: find(name, folder) for name in CHECKPOINTS}
    problems = []
    if found["lite"] is None:
        problems.append(("the built-in network is missing", "install the program again"))
    minimum = [checkpoint for checkpoint in CHECKPOINTS.values() if checkpoint.need == "minimum"]
    problems += [
        (f"{checkpoint.name}, for better depth than the built-in network's, is not here", download_command(checkpoint))
        for checkpoint in minimum
        if found[checkpoint.name] is None
    ]
    return Facts({name: str(path) for name, path in found.items() if path}, problems)


def settings() -> Facts:
    """The file of remembered settings."""
    path = config_file()
    values = {"file": str(path), "state": "there" if path.exists() else "not there: the defaults hold"}
    advice = "fix the file, or start once with --reset-settings"
    return Facts(values, [(problem, advice) for problem in store.read(path)[1]])


def disk(folder: Path | None) -> Facts:
    """Room where downloads go."""
    target = next((at for at in checkpoint_dirs(folder) if _is_writable(at)), None)
    if target is None:
        tried = ", ".join(map(str, checkpoint_dirs(folder)))
        return Facts({}, [(f"no folder for weights can be written to: {tried}", "name one with --checkpoints-dir")])
    free_mb = shutil.disk_usage(_existing(target)).free / 1e6
    values = {"weights go to": str(target), "free": f"{free_mb:.0f} MB"}
    largest = max(entry(name).size_mb for name in CHECKPOINTS)
    if free_mb < largest:
        mend = f"the largest weights take {largest:.0f} MB: make room, or name another disk with --checkpoints-dir"
        return Facts(values, [(f"{free_mb:.0f} MB are free in {target}", mend)])
    return Facts(values)


def _existing(path: Path) -> Path:
    """The nearest folder that is there: `path` itself, or where it would be made."""
    return next(at for at in (path, *path.parents) if at.exists())


def _is_writable(folder: Path) -> bool:
    """Whether files can be put there, as far as its rights tell; nothing is made to find out."""
    nearest = _existing(folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK)
