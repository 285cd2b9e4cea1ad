"""Every kind of source: which names mean it, how it is opened, and which settings it depends on."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine.errors import SourceError
from engine.frames import DepthKind
from engine.logs import without_secrets
from engine.paths import CAPTURE_FACTS
from engine.plugins.registered import SOURCES, source_called
from engine.settings import SourceSettings
from engine.settings.fields import all_traits
from engine.sources.address import SCHEMES, is_address
from engine.sources.base import IMAGE_SUFFIXES, JPEG_XL, Recording, Source
from engine.sources.crop import Crop
from engine.status.snapshot import Choice

_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", *JPEG_XL)
"""How JPEG, PNG, GIF, TIFF and JPEG XL files begin."""
_MJPEG = frozenset({".mjpg", ".mjpeg"})
"""JPEG files, one behind the other, that are a video."""
SUPPORTED = (
    "webcam, screen, the address of a stream, demo, a video file, a picture, or a folder of pictures or a capture"
)


@dataclass(frozen=True)
class _Kind:
    """A kind of source."""

    is_meant: Callable[[str], bool]
    open: Callable[[SourceSettings], Source]
    fields: tuple[str, ...] = ()
    """The settings, beside the name, that say how it is opened."""


def open_source(settings: SourceSettings) -> Source:
    """Open what `settings.source` names. Raises SourceError, one line, if there is no such thing or it cannot be
    read."""
    kind = _kind_of(settings.source)
    if settings.depth_map is not None and not (kind.open is _open_file and _may_be_picture(settings.source)):
        raise SourceError(f"a depth map goes with a picture, and {shown(settings)} is none; leave --depth-map out")
    source = kind.open(settings)
    try:
        source.crop = Crop(settings.crop, source.samples(), name=shown(settings))
    except SourceError:
        source.close()
        raise
    return source


def identity(settings: SourceSettings) -> tuple[object, ...]:
    """Two settings that agree in this mean the same source, opened in the same way. Looks at no file."""
    fields = _kind_of(settings.source).fields
    return settings.source, settings.depth_map, settings.crop, *(getattr(settings, field) for field in fields)


def camera_of(settings: SourceSettings) -> str | None:
    """The webcam that is meant, if it is one: it serves only one at a time."""
    prefix, _, number = settings.source.partition(":")
    return (number or "0") if prefix == "webcam" else None


def is_screen(settings: SourceSettings) -> bool:
    """Whether the screen or a part of it is meant."""
    return _kind_of(settings.source).open is _open_screen


def shown(settings: SourceSettings) -> str:
    """The source's name as it may be shown: without a password."""
    return without_secrets(settings.source)


def is_lasting(name: str) -> bool:
    """Whether `name` is of a file, a folder or an address, and so worth remembering."""
    return is_address(name) or _kind_of(name).open is _open_file


def choice_of(name: str) -> Choice:
    """A source that was shown before, as it may be listed: without a password."""
    if is_address(name):
        return Choice(name, without_secrets(name))
    return Choice(name, Path(name).name or name, hint=name)


def added_choices() -> tuple[Choice, ...]:
    """The sources that plugins registered, as they may be listed."""
    return tuple(Choice(name, added.label) for name, added in SOURCES.items())


def _kind_of(name: str) -> _Kind:
    if source_called(name) is not None:
        return _ADDED
    return next(kind for kind in _KINDS if kind.is_meant(name))


def _open_demo(settings: SourceSettings) -> Source:
    from engine.sources.demo import DemoSource

    return DemoSource(with_depth=settings.demo_depth)


def _open_file(settings: SourceSettings) -> Source:
    path = _path(settings.source)
    if not _exists(settings.source):
        if os.path.islink(path):
            raise SourceError(f"{shown(settings)} is a link that leads to no file; check what it points to")
        raise SourceError(f"there is no source {shown(settings)!r}; {_hint_for_missing(settings.source)}")
    if path.name == CAPTURE_FACTS:
        path = path.parent
    if (path / CAPTURE_FACTS).is_file():
        from engine.sources.depth_map import open_capture

        return open_capture(path)
    from engine.sources.rgbd.kinds import open_sequence
    from engine.sources.rgbd.packing import packing_of

    sequence = open_sequence(path)
    if sequence is not None:
        from engine.sources.rgbd.sequence import SequenceSource

        return SequenceSource(sequence)
    packing = packing_of(settings, path)
    if packing is None:
        return _open_pictures(settings, path)
    from engine.sources.rgbd.packed import PackedImage, PackedRecording

    if settings.depth_map is not None:
        raise SourceError(f"{shown(settings)} holds its depth itself; leave --depth-map out, or --rgbd")
    opened = _open_pictures(settings.model_copy(update={"embedded_depth": False}), path)
    if isinstance(opened, Recording):
        return PackedRecording(opened, packing)
    opened.close()
    return PackedImage(path, packing)


def _open_pictures(settings: SourceSettings, path: Path) -> Source:
    """Open a file or folder of pictures without other depth beside them than what the settings say."""
    if path.is_dir():
        from engine.sources.image import FolderSource

        return FolderSource(path, settings.sequence_fps)
    if not _is_image(path):  # FFmpeg looks into files of any name
        from engine.sources.recording.rgbd import RgbdSource, recorded_in
        from engine.sources.recording.video import VideoSource

        return RgbdSource(path) if recorded_in(path) else VideoSource(path)
    from engine.sources.image_file import is_animated

    if settings.depth_map is None and is_animated(path):
        from engine.sources.recording.animation import AnimationSource

        return AnimationSource(path)
    if settings.depth_map is not None:
        from engine.sources.depth_map import DepthMapFacts, DepthMapSource

        kind = None if settings.depth_map_kind == "auto" else DepthKind(settings.depth_map_kind)
        stereo = settings.depth_map_baseline, settings.depth_map_offset
        facts = DepthMapFacts(kind, settings.depth_map_scale, *stereo)
        return DepthMapSource(path, settings.depth_map.expanduser(), facts)
    if settings.embedded_depth:
        from engine.sources.depth_map_file import embedded_depth

        loaded = embedded_depth(path)
        if loaded is not None:
            from engine.sources.depth_map import DepthMapSource

            return DepthMapSource(path, loaded)
    from engine.sources.image import ImageSource

    return ImageSource(path)


def _open_webcam(settings: SourceSettings) -> Source:
    from engine.sources.live.webcam import open_webcam

    return open_webcam(settings.source, settings.camera_width, settings.camera_height, settings.camera_fps)


def _open_screen(settings: SourceSettings) -> Source:
    from engine.sources.live.screen import ScreenSource

    return ScreenSource(settings.source, settings.screen_fps)


def _open_stream(settings: SourceSettings) -> Source:
    from engine.sources.live.stream import StreamSource

    return StreamSource(settings.source)


def _open_added(settings: SourceSettings) -> Source:
    from engine.sources.added import open_added

    return open_added(settings.source)


def _hint_for_missing(name: str) -> str:
    if name.partition(":")[0].lower() in SCHEMES or ("@" in name and ":" in name.partition("@")[0]):
        return "an address is written like rtsp://host/path, with user and password before the host"
    path = _path(name)
    try:
        siblings = os.listdir(path.parent)
    except (OSError, ValueError):
        siblings = []
    guesses = get_close_matches(name, ["demo", "webcam", "screen", *SOURCES], 1) or [
        str(path.parent / sibling) for sibling in get_close_matches(path.name, siblings, 1)
    ]
    return f"did you mean {guesses[0]}?" if guesses else f"a source is {', '.join([SUPPORTED, *SOURCES])}"


def _may_be_picture(name: str) -> bool:
    path = _path(name)
    return not _exists(name) or (_is_image(path) and not path.is_dir())


def _exists(name: str) -> bool:
    return os.path.exists(os.path.expanduser(name))  # "" does not, though its Path does


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES or _is_photograph(path)


def _is_photograph(path: Path) -> bool:
    """Return whether a file of any name begins as an image does: FFmpeg would show it as a video of one frame."""
    if path.suffix.lower() in _MJPEG:
        return False
    from engine.sources.heif import is_avif, is_heic

    try:
        with path.open("rb") if path.is_file() else nullcontext() as file:
            head = file.read(256) if file else b""
    except OSError:
        return False
    return head.startswith(_BEGINNINGS) or head[8:12] == b"WEBP" or is_heic(head) or is_avif(head)


def _path(name: str) -> Path:
    return Path(os.path.expanduser(name))  # Path.expanduser raises where there is no such user


def _fields_for(kind: str) -> tuple[str, ...]:
    """Return the settings that belong to one kind of source only."""
    return tuple(name for name, traits in all_traits().items() if traits.only_for == kind)


def _begins_with(prefix: str) -> Callable[[str], bool]:
    return lambda name: name.partition(":")[0] == prefix


_ADDED = _Kind(lambda name: source_called(name) is not None, _open_added)
# The first that fits.
_KINDS = (
    _Kind(lambda name: name == "demo", _open_demo, _fields_for("demo")),
    _Kind(_begins_with("webcam"), _open_webcam, _fields_for("webcam")),
    _Kind(_begins_with("screen"), _open_screen, _fields_for("screen")),
    _Kind(is_address, _open_stream),
    _Kind(lambda name: True, _open_file, _fields_for("file")),
)
