"""The studio: renders one source after the other to files, with one renderer and networks that stay loaded."""

import logging
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir

import av
import numpy as np

from engine import __version__
from engine.clock import RealClock
from engine.depth.capture.runner import Capturer, make_capturer
from engine.depth.clip import ClipEstimator, FromRecording, make_clip_estimator
from engine.errors import InputError, SourceError
from engine.export.codec_choice import encoding_for
from engine.export.encodings import CONTAINERS
from engine.export.image_file import save_picture
from engine.film.camera_path import CameraPath, NamedPath
from engine.film.clip import Excerpt, film_of, sampled
from engine.film.colors import in_color, kept_color
from engine.film.contact_sheet import contact_sheet
from engine.film.film_file import JOINED, PICTURES, Target, write_film, write_picture
from engine.film.key_frames import load_key_frames
from engine.film.options import FilmOptions
from engine.film.painter import Painter
from engine.film.parted_film import PartedFilm, shown
from engine.film.shape import EYES, PHOTO_PX, layout_of, view_size
from engine.film.still import StillFilm, Timing
from engine.film.work_folder import key_of, work_folder
from engine.frames import Image
from engine.gl.context import headless_context
from engine.pipeline.clip_depth import Progress
from engine.pipeline.photograph import depth_of_still
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources import sizes
from engine.sources.base import FULL_RES, Recording, Source
from engine.sources.recording.color import SourceColor, color_of
from engine.sources.recording.video import VideoSource
from engine.sources.registry import open_source
from engine.sources.rgbd.kinds import own_depth_of

log = logging.getLogger(__name__)

_OF_SOURCE = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "mkv", ".webm": "webm"}
"""The kind of file for a video with this suffix; Matroska for all others."""
_DEFAULT_PATH = "swing"


class Studio:
    """Renders films. Everything runs on the calling thread."""

    def __init__(self, settings: Settings, options: FilmOptions, progress: Progress) -> None:
        """Raises InputError for a path that there is not, EngineError if the machine has no OpenGL 3.3."""
        if options.two_files and (options.format == "mpo" or settings.stereo.stereo not in ("off", "side-by-side")):
            raise InputError("--two-files writes each eye at its full size; leave --stereo and --format mpo out")
        if options.format == "mpo":
            settings = settings.replace(stereo="side-by-side", swap_eyes=False)
        elif options.two_files:
            settings = settings.replace(stereo="side-by-side")
        self._settings, self._options, self._progress = settings, options, progress
        self._path, self._seconds = _path_and_duration(options)
        self._context = headless_context()
        with self._context:
            self._renderer = Renderer(self._context, (1, 1))
        self._deep_renderer: Renderer | None = None

    def close(self) -> None:
        """Release GPU objects."""
        with self._context:
            for renderer in (self._renderer, self._deep_renderer):
                if renderer is not None:
                    renderer.release()
        self._context.release()

    def target(self, source: Path) -> Target:
        """Return the file that `source` is rendered to. Opens it.

        Raises SourceError if there is no such source, InputError for a codec that its kind of file cannot hold.
        """
        options, stereo = self._options, self._settings.stereo
        with closing(self._open(source)) as opened:
            is_video, found = isinstance(opened, Recording), self._color_of(opened, source)
            shape = _shape_of(opened) if stereo.stereo == "quilt" else (16, 9)
        is_picture = options.path is None and stereo.stereo != "off" and not is_video
        container: str = options.format
        if container == "auto":
            container = self._container_for(source) if is_video else "jpg" if is_picture else "mp4"
        if container in PICTURES and not is_picture:
            raise InputError(f"{source} does not become one picture in stereo: leave --path out, and give a photograph")
        kept = self._kept_color(found, container)
        if container in CONTAINERS:
            codec = "auto" if options.codec == "hardware" else options.codec
            encoding_for(container, codec, (2, 2), options.crf, bits=kept.bits, color=kept.color)
        path = Path(options.path).stem if options.path else "" if is_video or container in PICTURES else _DEFAULT_PATH
        layout = "_3d" if container == "mpo" else layout_of(stereo, options.size_px or shape).name
        words = f"_{path}" if path else "" if stereo.stereo != "off" else "_3d"
        suffix = "" if container == "png" else f".{container}"
        name = source.name if source.is_dir() else source.stem
        paths = [
            options.output_dir / f"{name}{words}{end}{suffix}" for end in (EYES if options.two_files else (layout,))
        ]
        return Target(paths[0], container, options.codec, options.crf, *paths[1:])

    def render(self, source: Path, target: Target) -> int:
        """Render `source` to `target` and return the number of frames. Raises SourceError, InputError, OutputError."""
        with (
            closing(self._open(source)) as opened,
            work_folder(target.path, self._key(source, target), is_fresh=self._options.fresh) as folder,
            self._context,
        ):
            if isinstance(opened, Recording):
                return self._render_video(source, target, self._color_of(opened, source), folder)
            if target.container in PICTURES:
                film, _ = self._still_film(opened)
                write_picture(target, film.picture(), folder)
                return 1
            return self._render_still(opened, target, folder)

    def _key(self, source: Path, target: Target) -> str:
        """Return a hash of all that the film depends on."""
        options = self._options.model_dump(exclude={"output_dir", "fresh"})
        files = [
            (str(file.absolute()), file.stat()) for file in (sorted(source.iterdir()) if source.is_dir() else [source])
        ]
        found = [(name, facts.st_size, facts.st_mtime_ns) for name, facts in files]
        return key_of(
            found, options, self._settings.model_dump(),
            [target.container, target.codec, target.crf], __version__, av.library_versions,
        )  # fmt: skip

    def pictures(self, source: Path) -> Iterator[Image]:
        """Yield the pictures (H, W, 3) of the film, as they are drawn. Raises SourceError, InputError."""
        drawn = self._drawn(source)
        while True:
            with self._context:  # whoever takes the pictures may draw with another one
                picture = next(drawn, None)
            if picture is None:
                return
            yield picture

    def _drawn(self, source: Path) -> Iterator[Image]:
        with closing(self._open(source)) as opened:
            if not isinstance(opened, Recording):
                film, _ = self._still_film(opened)
                yield from (picture for picture, _ in film.pictures())
                return
        folder = Path(gettempdir())
        with film_of(
            self._excerpt(source), self._estimator_for(source), self._settings, folder, self._progress
        ) as moving:
            height, width = moving.size
            painter = self._painter((width, height), FULL_RES)
            yield from (np.asarray(picture, np.uint8) for picture, _ in moving.pictures(painter))

    def preview(self, source: Path, target: Target, count: int) -> Path:
        """Write `count` moments of the film as one picture beside `target`, and return its path.

        Depth of a video is computed for those frames alone, each by itself.
        """
        with closing(self._open(source)) as opened, self._context:
            if isinstance(opened, Recording):
                pictures, total = self._moments(source, count), count
            else:
                film, _ = self._still_film(opened)
                pictures, total = film.moments(count), min(count, film.count)
            shown = list(self._progress(pictures, "drawing", total))
        path = target.path.with_name(f"{target.path.stem}_preview.jpg")
        save_picture(path, contact_sheet(shown))
        return path

    def _open(self, source: Path) -> Source:
        return open_source(self._settings.replace(source=str(source)).source)

    def _container_for(self, source: Path) -> str:
        container = _OF_SOURCE.get(source.suffix.lower(), "mkv")
        codecs = CONTAINERS[container].codecs
        return container if self._options.codec in codecs or "h264" in codecs else "mkv"

    @cached_property
    def _capturer(self) -> Capturer:
        return make_capturer(self._settings, RealClock())

    def _estimator_for(self, source: Path) -> ClipEstimator:
        """Return what gives the depth of a video: the file itself if it has some, else the network."""
        recorded = own_depth_of(source, self._settings.source)
        return FromRecording(recorded.model, recorded.kind) if recorded else self._estimator

    @cached_property
    def _estimator(self) -> ClipEstimator:
        estimator = make_clip_estimator(self._settings.depth, streaming=False)
        log.info("%s on %s", estimator.encoder, estimator.device)
        return estimator

    def _painter(self, source_px: tuple[int, int], longest: int) -> Painter:
        size = self._options.size_px or view_size(source_px, longest, self._settings.stereo)
        return Painter(self._renderer, self._settings, size)

    def _deep_painter(self, view_px: tuple[int, int], kept: SourceColor) -> Painter:
        if self._deep_renderer is None:
            self._deep_renderer = Renderer(self._context, (1, 1), color="nu2")
        settings = in_color(self._settings, kept)
        return Painter(self._deep_renderer, settings, view_px, "hdr" if kept.color.is_hdr else "sdr")

    def _color_of(self, opened: Source, source: Path) -> SourceColor:
        return color_of(source) if isinstance(opened, VideoSource) else SourceColor()

    def _kept_color(self, found: SourceColor, container: str) -> SourceColor:
        """Return the colors of the film of a video in this kind of file. Raises InputError."""
        kept = kept_color(found, self._settings, keeps_hdr=self._options.hdr == "keep")
        if container in JOINED:
            return kept
        if kept.color.is_hdr:
            raise InputError(f"{container} cannot hold HDR; use --format mkv, or leave --hdr out")
        return SourceColor()

    def _render_still(self, source: Source, target: Target, folder: Path) -> int:
        film, painter = self._still_film(source)
        pictures = self._progress(film.pictures(), "drawing", film.count)
        size, layout = shown(target, painter)
        return write_film(target, pictures, size, film.fps, layout=layout, folder=folder)

    def _still_film(self, source: Source) -> tuple[StillFilm, Painter]:
        frame = depth_of_still(source, self._settings, lambda: self._capturer)
        height, width = frame.frame.image.shape[:2]
        painter = self._painter((width, height), PHOTO_PX)
        timing = Timing(self._seconds, Fraction(self._options.fps).limit_denominator(1001), self._path.is_closed)
        return StillFilm(frame, painter, self._path, timing, self._settings, self._options.largest_hole), painter

    def _excerpt(self, source: Path) -> Excerpt:
        options = self._options
        if options.path is not None:
            raise InputError(f"{source} is a video, which is drawn from the front; leave --path out")
        longest = max(options.size_px) if options.size_px else FULL_RES
        return Excerpt(source, longest, options.start, options.end, options.fps)

    def _moments(self, source: Path, count: int) -> Iterator[Image]:
        """Yield pictures from all over a video."""
        for frame in sampled(self._excerpt(source), count, self._estimator_for(source), self._settings):
            height, width = frame.frame.image.shape[:2]
            painter = self._painter((width, height), FULL_RES)
            yield painter.draw(frame, painter.home(frame))

    def _render_video(self, source: Path, target: Target, found: SourceColor, folder: Path) -> int:
        excerpt, kept = self._excerpt(source), self._kept_color(found, target.container)
        with film_of(
            excerpt, self._estimator_for(source), self._settings, folder, self._progress, is_kept=True
        ) as film:
            height, width = film.size
            painter = self._painter((width, height), excerpt.longest_px)
            size, layout = shown(target, painter)
            if target.container in JOINED:
                encoding = target.encoding(size, layout, bits=kept.bits, color=kept.color)
                if min(encoding.bits, kept.bits) > 8:
                    painter = self._deep_painter(painter.view_px, kept)
                return PartedFilm(film, painter, target, encoding, folder).write(self._progress)
            pictures = self._progress(film.pictures(painter), "drawing", film.count)
            return write_film(
                target, pictures, size, film.fps, layout=layout, is_regular=film.is_regular, folder=folder
            )


def _path_and_duration(options: FilmOptions) -> tuple[CameraPath, float]:
    """Return the camera path, and how long the film of a photograph is in seconds. Raises InputError."""
    name = options.path or _DEFAULT_PATH
    if name.endswith(".toml"):
        keys = load_key_frames(Path(name).expanduser(), is_loop=options.loop)
        return keys, keys.seconds
    named = NamedPath(name, amplitude_deg=options.amplitude, easing=options.easing, is_loop=options.loop)
    return named, options.seconds


def _shape_of(source: Source) -> tuple[int, int]:
    """Return width and height of the pictures of `source`. Raises SourceError."""
    frame = sizes.read(source, 0)
    if frame is None:
        raise SourceError(f"{source.source_id} shows no picture")
    height, width = frame.image.shape[:2]
    return width, height
