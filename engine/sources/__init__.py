"""Where pictures come from: one file per kind of source, behind one interface. Decoders load when they are needed."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine.errors import SourceError
from engine.frames import DepthKind
from engine.settings import SourceSettings
from engine.sources.base import IMAGE_SUFFIXES, Source
from engine.sources.reader import SourceReader

__all__ = ["Source", "SourceReader", "open_source"]

SUPPORTED = "demo, a video file, a picture, or a folder of pictures"


@dataclass(frozen=True)
class _Kind:
    """A kind of source: which names mean it, and how it is opened."""

    is_meant: Callable[[str], bool]
    open: Callable[[SourceSettings], Source]


def open_source(settings: SourceSettings) -> Source:
    """Open what `settings.source` names. Raises SourceError, one line, if there is no such thing or it cannot be
    read."""
    kind = next(kind for kind in _KINDS if kind.is_meant(settings.source))
    if settings.depth_map is not None and kind.open not in (_open_image, _refuse_missing):
        raise SourceError(f"a depth map goes with a picture, and {settings.source} is none; leave --depth-map out")
    return kind.open(settings)


def _open_demo(settings: SourceSettings) -> Source:
    from engine.sources.demo import DemoSource

    return DemoSource(with_depth=settings.demo_depth)


def _open_folder(settings: SourceSettings) -> Source:
    from engine.sources.image import FolderSource

    return FolderSource(_path(settings.source), settings.sequence_fps)


def _open_image(settings: SourceSettings) -> Source:
    if settings.depth_map is not None:
        from engine.sources.depth_map import DepthMapSource

        kind = None if settings.depth_map_kind == "auto" else DepthKind(settings.depth_map_kind)
        return DepthMapSource(_path(settings.source), settings.depth_map.expanduser(), kind, settings.depth_map_scale)
    from engine.sources.image import ImageSource

    return ImageSource(_path(settings.source))


def _open_video(settings: SourceSettings) -> Source:
    from engine.sources.video import VideoSource

    return VideoSource(_path(settings.source))


def _refuse_live(settings: SourceSettings) -> Source:
    raise SourceError(f"{settings.source} is not available yet as a source; use {SUPPORTED}")


def _refuse_missing(settings: SourceSettings) -> Source:
    path = _path(settings.source)
    try:
        siblings = os.listdir(path.parent)
    except (OSError, ValueError):
        siblings = []
    guesses = get_close_matches(settings.source, ["demo"], 1) or [
        str(path.parent / name) for name in get_close_matches(path.name, siblings, 1)
    ]
    hint = f"did you mean {guesses[0]}?" if guesses else f"a source is {SUPPORTED}"
    raise SourceError(f"there is no source {settings.source!r}; {hint}")


def _path(name: str) -> Path:
    return Path(os.path.expanduser(name))  # Path.expanduser raises where there is no such user


def _is_live(name: str) -> bool:
    return name.split(":", maxsplit=1)[0] in {"webcam", "screen"} or "://" in name


def _is_image(name: str) -> bool:
    return _path(name).suffix.lower() in IMAGE_SUFFIXES


# The first that fits. A file without a picture's suffix is taken for a video: FFmpeg looks into it.
_KINDS = (
    _Kind(lambda name: name == "demo", _open_demo),
    _Kind(_is_live, _refuse_live),
    _Kind(lambda name: not os.path.exists(os.path.expanduser(name)), _refuse_missing),
    _Kind(lambda name: _path(name).is_dir(), _open_folder),
    _Kind(_is_image, _open_image),
    _Kind(lambda name: True, _open_video),
)
