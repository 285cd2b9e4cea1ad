"""Where files are, in a checkout and in an installed wheel."""

from pathlib import Path

import platformdirs

APP_NAME = "da3d"

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_data"  # the wheel's copy of shaders/, assets/ and the embedded model
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

SHADERS_DIR = _ROOT / "shaders"
ASSETS_DIR = _ROOT / "assets"
EMBEDDED_WEIGHTS = _ROOT / "checkpoints" / "lite.safetensors"


def config_file() -> Path:
    """The user's settings file; it may not exist yet."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.toml"


def cache_dir() -> Path:
    """Where things lie that can be made again; it may not exist yet."""
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def checkpoint_dirs(chosen: Path | None = None) -> list[Path]:
    """Folders that are searched for weights, first match wins: the chosen one, the checkout's, the user's."""
    user = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "checkpoints"
    checkout = [] if _BUNDLED.is_dir() else [_ROOT / "checkpoints"]
    return [*([chosen] if chosen else []), *checkout, user]
