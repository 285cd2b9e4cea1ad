"""The source that is meant by text dropped on the window or copied: paths and addresses in any notation."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from engine.errors import SourceError
from engine.logs import without_secrets
from engine.sources.address import SCHEMES
from engine.sources.base import IMAGE_SUFFIXES

DEPTH_SUFFIXES = frozenset({".npy", ".npz", ".exr", ".pfm"})
"""Files that can only be the depth map of an image."""
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Payload:
    """A source, as the settings name it."""

    source: str
    depth_map: Path | None = None


def sources_in(texts: Sequence[str]) -> Payload:
    """Return the first file, folder or address in `texts`, or an image together with its depth map.

    Quotes, `file://`, a tilde and surrounding spaces are allowed. Raises SourceError if nothing is named, or if it does
    not exist.
    """
    names = [_plain(text) for text in texts if text.strip()]
    if not names:
        raise SourceError("there is no file or address in the clipboard; copy one first")
    depth_map = next((Path(name) for name in names if Path(name).suffix.lower() in DEPTH_SUFFIXES), None)
    images = [name for name in names if Path(name).suffix.lower() in IMAGE_SUFFIXES]
    if depth_map is not None and images:
        return Payload(images[0], depth_map)
    if depth_map is not None:
        raise SourceError(f"{depth_map.name} is a depth map; drop it together with its image")
    return Payload(_checked(names[0]))


def _plain(text: str) -> str:
    """Return `text` without quotes and `file://`, with the tilde expanded."""
    name = text.strip().strip("\"'")
    if name.startswith("file://"):
        return url2pathname(urlsplit(name).path)
    return os.path.expanduser(name)


def _checked(name: str) -> str:
    if name.partition("://")[0] in SCHEMES and "://" in name:
        return name
    try:
        is_there = Path(name).exists()
    except OSError:  # too long for a path
        is_there = False
    if not is_there:
        shown = without_secrets(name)
        short = shown if len(shown) <= _SHOWN_CHARACTERS else shown[:_SHOWN_CHARACTERS] + "…"
        raise SourceError(f"{short!r} is neither a file nor the address of a stream (http, https, rtsp)")
    return name
