"""Sources and networks that are added to the built-in ones. See docs/api.md."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from engine.frames import DepthKind, Frame, Image

_BUILT_IN = {
    "source": ("demo", "webcam", "screen", "file", "http", "https", "rtsp", "rtsps"),
    "network": ("auto", "lite", "vits", "vitb", "vitl"),
}


class Source(Protocol):
    """What gives images: a camera, a simulation, anything that changes. It is used by one thread at a time.

    Optional attributes: `is_live` (True: images come when they like and only the newest counts), `fps` (how many
    images a second are shown where `is_live` is False, by default 30).
    """

    def read(self, max_res: int) -> "Frame | Image | None":
        """Return the next image, uint8 RGB (H, W, 3), or a `Frame` where depth or intrinsics are known as well; None
        if there is nothing new. One that is larger than `max_res` is scaled down afterwards.

        May raise `SourceError`: the source is then opened again, after a wait.
        """

    def close(self) -> None:
        """Release what is held; called once, at the end."""


class Network(Protocol):
    """What turns an image into depth. It is used by one thread at a time.

    Optional: `is_temporal` (True: it looks at earlier images, so that its depth needs no filter), and a method
    `reset()`, called where the next image belongs to another scene.
    """

    @property
    def kind(self) -> "DepthKind | str":
        """The direction and unit of its depth: "disparity", "metric" or "relative"; a plain attribute will do."""

    def depth(self, image: "Image") -> "ArrayLike":
        """Return the depth (h, w), of any size, of an image, uint8 RGB (H, W, 3)."""


OpenSource = Callable[[str], Source]
OpenNetwork = Callable[[str], Network]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What was registered of a source."""

    open: OpenSource
    label: str


SOURCES: dict[str, SourceEntry] = {}
"""By name, in the order in which they were registered. Changed by `register_source` alone."""
NETWORKS: dict[str, OpenNetwork] = {}
"""What opens each, by name, in the order in which they were registered. Changed by `register_network` alone."""


def register_source(name: str, open: OpenSource, *, label: str = "") -> None:
    """Have `--source NAME` and `--source NAME:REST` call `open(REST)`, which gives a `Source`.

    `label` is shown in the window. A name that is registered again is replaced. Raises InputError for a name that
    is built in or holds anything but small letters, digits, `-` and `_`.
    """
    SOURCES[_checked_name(name, "source")] = SourceEntry(open, label or name)


def register_network(name: str, open: OpenNetwork) -> None:
    """Have `--encoder NAME` call `open(DEVICE)`, which gives a `Network`; DEVICE is such as "cpu" or "cuda:0".

    Raises InputError as `register_source` does.
    """
    NETWORKS[_checked_name(name, "network")] = open


def source_called(name: str) -> SourceEntry | None:
    """Return the registered source that `name`, such as NAME or NAME:REST, means."""
    return SOURCES.get(name.partition(":")[0])


def _checked_name(name: str, what: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]+", name):
        raise InputError(f"{name!r} is no name for a {what}: two or more of a-z, 0-9, - and _, a letter first")
    if name in _BUILT_IN[what]:
        raise InputError(f"the {what} {name!r} is built in; take another name")
    return name
