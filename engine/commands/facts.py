"""The sections of `status`. Each function examines one thing and reports its problems with a way to fix them."""

import os
import platform
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
    "torch", "numpy", "opencv-python", "av", "pillow", "pi-heif", "mss", "moderngl", "moderngl-window", "glfw",
    "imgui-bundle", "PyGLM", "pydantic", "platformdirs", "tomli-w", "safetensors", "huggingface-hub", "OpenEXR", "tqdm",
    "polib", "filelock", "send2trash", "lzfse",
)  # fmt: skip
OPTIONAL_PACKAGES = ("openvino", "pyvirtualcam")


@dataclass
class Facts:
    """What was found, and pairs of (problem, fix)."""

    values: Mapping[str, Any]
    problems: list[tuple[str, str]] = field(default_factory=list)


def python() -> Facts:
    values = {"version": platform.python_version(), "executable": sys.executable, "system": platform.platform()}
    return Facts(values)


def packages() -> Facts:
    """Return the versions of the installed packages."""
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
    """Return the OpenGL that draws without a window."""
    from engine.gl.context import headless_context, is_software

    try:
        ctx = headless_context()
    except EngineError as error:
        what, _, fix = str(error).partition("). ")
        return Facts({"renderer": None}, [(f"{what})", fix)])
    values = {"renderer": ctx.info["GL_RENDERER"], "version": ctx.info["GL_VERSION"]}
    is_cpu = is_software(ctx)
    ctx.release()
    return Facts({**values, "kind": "software: the CPU draws"} if is_cpu else values)


def devices() -> Facts:
    """Return the devices that networks can run on. The first is what `auto` means."""
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
        fix = "install a torch with CUDA: pip install --force-reinstall torch (see pytorch.org/get-started)"
        return Facts(values, [("there is an NVIDIA driver, but torch finds no GPU", fix)])
    return Facts(values)


def cameras() -> Facts:
    """Return the webcams by their names for `--source`. Having none is no problem: there are other sources."""
    from engine.sources.discovery import find_cameras

    return Facts({f"webcam:{number}": name for number, name in find_cameras().items()})


def monitors() -> Facts:
    """Return the monitors by their names for `--source`."""
    from engine.sources.discovery import find_monitors

    try:
        return Facts(dict(find_monitors()))
    except EngineError as error:
        return Facts(
            {},
            [(f"the screen cannot be captured: {error}", "only needed as a source; --headless draws without a screen")],
        )


def checkpoints(folder: Path | None) -> Facts:
    """Return the weights on this machine."""
    found = {name: find(name, folder) for name in CHECKPOINTS}
    problems = []
    if found["lite"] is None:
        problems.append(("the built-in network is missing", "reinstall the program"))
    minimum = [checkpoint for checkpoint in CHECKPOINTS.values() if checkpoint.need == "minimum"]
    problems += [
        (f"{checkpoint.name}, for better depth than the built-in network, is missing", download_command(checkpoint))
        for checkpoint in minimum
        if found[checkpoint.name] is None
    ]
    return Facts({name: str(path) for name, path in found.items() if path}, problems)


def settings() -> Facts:
    """Return the state of the settings file."""
    path = config_file()
    values = {"file": str(path), "state": "exists" if path.exists() else "does not exist: the defaults are used"}
    advice = "fix the file, or start once with --reset-settings"
    return Facts(values, [(problem, advice) for problem in store.read(path)[1]])


def disk(folder: Path | None) -> Facts:
    """Return the free space where downloads go."""
    target = next((at for at in checkpoint_dirs(folder) if _is_writable(at)), None)
    if target is None:
        tried = ", ".join(map(str, checkpoint_dirs(folder)))
        return Facts({}, [(f"no folder for weights is writable: {tried}", "choose one with --checkpoints-dir")])
    free_mb = shutil.disk_usage(_existing(target)).free / 1e6
    values = {"weights go to": str(target), "free": f"{free_mb:.0f} MB"}
    largest = max(entry(name).size_mb for name in CHECKPOINTS)
    if free_mb < largest:
        fix = f"the largest weights take {largest:.0f} MB: free space, or choose another disk with --checkpoints-dir"
        return Facts(values, [(f"{free_mb:.0f} MB are free in {target}", fix)])
    return Facts(values)


def _existing(path: Path) -> Path:
    """Return the nearest existing folder: `path` itself, or the one it would be made in."""
    return next(at for at in (path, *path.parents) if at.exists())


def _is_writable(folder: Path) -> bool:
    """Return whether the permissions of the folder allow files in it. Nothing is written to find out."""
    nearest = _existing(folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK)
