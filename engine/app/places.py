"""Where the window saves: in the user's own folders, unless another place was chosen."""

from pathlib import Path

from engine.paths import APP_NAME, user_media_dir

BELOW_CURRENT = Path("captures")
"""Where everything went at first, and still goes if it is there."""


def captures_dir(chosen: Path | None) -> Path:
    """Return the folder for captures and exports; it may not exist yet."""
    return _place(chosen) or _below("documents", APP_NAME)


def pictures_dir(chosen: Path | None) -> Path:
    """Return the folder for pictures of the window; it may not exist yet."""
    return _place(chosen) or _below("pictures", "")


def videos_dir(chosen: Path | None) -> Path:
    """Return the folder for recordings and films; it may not exist yet."""
    return _place(chosen) or _below("videos", "")


def _place(chosen: Path | None) -> Path | None:
    if chosen is not None:
        return chosen.expanduser()
    return BELOW_CURRENT if BELOW_CURRENT.is_dir() else None


def _below(kind: str, name: str) -> Path:
    folder = user_media_dir(kind)
    return BELOW_CURRENT if folder is None else folder / name
