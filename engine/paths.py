"""Where files are, in a checkout and in an installed wheel."""

import os
from pathlib import Path

import platformdirs

APP_NAME = "da3d"

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_data"  # the wheel's copy of shaders/, assets/ and the embedded model
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

SHADERS_DIR = _ROOT / "shaders"
ASSETS_DIR = _ROOT / "assets"
CAPTURE_PICTURE, CAPTURE_DEPTH, CAPTURE_FACTS = "color.png", "depth.npz", "capture.json"
"""In the folder of a capture, what it takes to open it again."""
EMBEDDED_WEIGHTS = _ROOT / "checkpoints" / "lite.safetensors"


def config_file() -> Path:
    """The user's settings file; it may not exist yet."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.toml"


def memory_file(settings_file: Path) -> Path:
    """Where the window remembers its size and what was shown, beside the settings; it may not exist yet."""
    return settings_file.with_name("window.toml")


def cache_dir() -> Path:
    """Where things lie that can be made again; it may not exist yet."""
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def checkpoint_dirs(chosen: Path | None = None) -> list[Path]:
    """Folders that are searched for weights, first match wins: the chosen one, the checkout's, the user's."""
    user = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "checkpoints"
    checkout = [] if _BUNDLED.is_dir() else [_ROOT / "checkpoints"]
    return [*([chosen] if chosen else []), *checkout, user]


def hub_cache_dir() -> Path:
    """Where programs that use the Hugging Face hub keep what they fetched; it may not exist."""
    cache = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if cache:
        return Path(os.path.expandvars(cache)).expanduser()
    home = os.environ.get("HF_HOME")
    if home:
        return Path(os.path.expandvars(home)).expanduser() / "hub"
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(caches).expanduser() / "huggingface" / "hub"


def find_in_hub_cache(repo: str, file: str) -> Path | None:
    """A file that another program fetched from the hub; the newest version if there are several.

    The layout is the hub's own; its client takes half a second to import, and is not needed to look.
    """
    folder = hub_cache_dir() / f"models--{repo.replace('/', '--')}"
    try:
        newest = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        newest = ""
    if newest and (folder / "snapshots" / newest / file).is_file():
        return folder / "snapshots" / newest / file
    return next((path for path in sorted(folder.glob(f"snapshots/*/{file}")) if path.is_file()), None)
