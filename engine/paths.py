"""Locations of files, in a checkout and in an installed wheel."""

import logging
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs

APP_NAME = "da3d"

log = logging.getLogger(__name__)

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_data"  # the wheel's copy of shaders/, assets/ and the embedded model
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

SHADERS_DIR = _ROOT / "shaders"
ASSETS_DIR = _ROOT / "assets"
CAPTURE_PICTURE, CAPTURE_DEPTH, CAPTURE_FACTS = "color.png", "depth.npz", "capture.json"
"""The files in the folder of a capture that are needed to open it again."""
EMBEDDED_WEIGHTS = _ROOT / "checkpoints" / "lite.safetensors"


def config_file() -> Path:
    """Return the user's settings file; it may not exist yet."""
    return _user_dir("config") / "settings.toml"


def memory_file(settings_file: Path) -> Path:
    """Return the file for the state of the window, beside the settings; it may not exist yet."""
    return settings_file.with_name("window.toml")


def cache_dir() -> Path:
    """Return the folder for files that can be made again; it may not exist yet."""
    return _user_dir("cache")


def gallery_file() -> Path:
    """Return the index of the files that the program has made; it may not exist yet."""
    return _user_dir("data") / "gallery.jsonl"


def checkpoint_dirs(chosen: Path | None = None) -> list[Path]:
    """Return the folders to search for weights, in order: the chosen one, the checkout's, the user's."""
    user = _user_dir("data") / "checkpoints"
    checkout = [] if _BUNDLED.is_dir() else [_ROOT / "checkpoints"]
    return [*([chosen] if chosen else []), *checkout, user]


def user_media_dir(kind: str) -> Path | None:
    """Return the user's folder for `documents`, `pictures` or `videos`; None where it can neither be used nor made."""
    try:
        folder = Path(getattr(platformdirs, f"user_{kind}_dir")())
    except RuntimeError:  # neither HOME nor an entry in passwd
        return None
    return folder if folder.is_absolute() and os.access(_nearest(folder), os.W_OK) else None


def _nearest(folder: Path) -> Path:
    """Return `folder`, or the nearest of its parents that is there."""
    return next(at for at in (folder, *folder.parents) if at.exists())


def _user_dir(kind: Literal["config", "cache", "data"]) -> Path:
    """Return the user's folder of this kind, or a temporary one where there is no home folder to write to.

    That happens in a container that runs as a user it does not know (`docker run --user`).
    """
    try:
        folder = Path(getattr(platformdirs, f"user_{kind}_dir")(APP_NAME, appauthor=False))
    except RuntimeError:  # neither HOME nor an entry in passwd
        return _temporary_home() / kind
    nearest = _nearest(folder)
    is_usable = folder.is_absolute() and (nearest == folder or os.access(nearest, os.W_OK))
    return folder if is_usable else _temporary_home() / kind


@cache
def _temporary_home() -> Path:
    folder = Path(tempfile.gettempdir()) / f"{APP_NAME}-{os.getuid() if hasattr(os, 'getuid') else 'home'}"
    log.warning("there is no home folder to write to, so files are kept in %s; set HOME to another place", folder)
    os.environ.setdefault("HOME", str(folder))  # OpenVINO does not load without
    return folder


def hub_cache_dir() -> Path:
    """Return where programs that use the Hugging Face hub keep their downloads; it may not exist."""
    cache = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if cache:
        return _expanded(cache)
    home = os.environ.get("HF_HOME")
    if home:
        return _expanded(home) / "hub"
    return _expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def _expanded(path: str) -> Path:
    return Path(os.path.expanduser(os.path.expandvars(path)))  # Path.expanduser raises where there is no home


def find_in_hub_cache(repo: str, file: str) -> Path | None:
    """Return a file that another program downloaded from the hub, in its newest version; None if there is none.

    This reads the hub's own layout, because its client takes half a second to import.
    """
    folder = hub_cache_dir() / f"models--{repo.replace('/', '--')}"
    try:
        newest = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        newest = ""
    if newest and (folder / "snapshots" / newest / file).is_file():
        return folder / "snapshots" / newest / file
    return next((path for path in sorted(folder.glob(f"snapshots/*/{file}")) if path.is_file()), None)


def source_name(source_id: str) -> str:
    """What a source is called where it is shown: a file or a folder by the last part of its path, others in full."""
    return (os.path.basename(source_id) or source_id) if os.path.isabs(source_id) else source_id
