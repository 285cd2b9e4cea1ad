"""What is meant by text that was dropped on the window or copied: paths and addresses, in whatever dress."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from engine.errors import SourceError
from engine.sources.address import SCHEMES, without_secrets
from engine.sources.base import IMAGE_SUFFIXES

DEPTH_SUFFIXES = frozenset({".npz", ".exr"})
"""What can be nothing but the depth map of a picture."""
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Payload:
    """What to show, in the words of the settings."""

    source: str
    depth_map: Path | None = None


def sources_in(texts: Sequence[str]) -> Payload:
    """What `texts` name together: the first file, folder or address; for a picture with its depth map both.

    Quotes, `file://`, a tilde and spaces around are understood. Raises SourceError if nothing is named, or what is
    named is not there.
    """
    names = [_plain(text) for text in texts if text.strip()]
    if not names:
        raise SourceError("nothing was copied that names a file or an address")
    depth_map = next((Path(name) for name in names if Path(name).suffix.lower() in DEPTH_SUFFIXES), None)
    pictures = [name for name in names if Path(name).suffix.lower() in IMAGE_SUFFIXES]
    if depth_map is not None and pictures:
        return Payload(pictures[0], depth_map)
    if depth_map is not None:
        raise SourceError(f"{depth_map.name} is a depth map; drop the picture that it belongs to with it")
    return Payload(_checked(names[0]))


def _plain(text: str) -> str:
    """Without quotes, scheme of a file and tilde."""
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
