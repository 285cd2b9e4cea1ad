"""The studio: renders one source after the other to files, with one renderer and networks that stay loaded."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from engine.clock import RealClock
from engine.depth.capture.runner import Capturer, make_capturer
from engine.errors import SourceError
from engine.export.encodings import encoding_for
from engine.film.camera_path import NamedPath
from engine.film.film_file import Target, write_film
from engine.film.options import FilmOptions
from engine.film.painter import Painter
from engine.film.shape import PHOTO_PX, STEREO, fitted_even
from engine.film.still import StillFilm, Timing, depth_of_still
from engine.gl.context import headless_context
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.base import Recording, Source
from engine.sources.registry import open_source

Step = TypeVar("Step")


class Progress(Protocol):
    """Shows the progress of an iteration."""

    def __call__(self, steps: Iterable[Step], doing: str, total: int | None) -> Iterable[Step]: ...


class Studio:
    """Renders films. Everything runs on the calling thread."""

    def __init__(self, settings: Settings, options: FilmOptions, progress: Progress) -> None:
        """Raises InputError for a path that there is not, EngineError if the machine has no OpenGL 3.3."""
        self._settings, self._options, self._progress = settings, options, progress
        self._path = NamedPath(
            options.path or "swing", amplitude_deg=options.amplitude, easing=options.easing, is_loop=options.loop
        )
        self._context = headless_context()
        self._renderer = Renderer(self._context, (1, 1))

    def close(self) -> None:
        """Release GPU objects."""
        self._renderer.release()
        self._context.release()

    def target(self, source: Path) -> Target:
        """Return the file that `source` is rendered to. Raises InputError for a codec that its kind cannot hold."""
        options = self._options
        container = "mp4" if options.format == "auto" else options.format
        path = f"_{options.path or 'swing'}"
        name = f"{source.stem}{path}{STEREO[self._settings.stereo.stereo].name}"
        if container != "png":
            encoding_for(container, options.codec, (2, 2), options.crf)
        suffix = "" if container == "png" else f".{container}"
        return Target(options.output_dir / f"{name}{suffix}", container, options.codec, options.crf)

    def render(self, source: Path, target: Target) -> int:
        """Render `source` to `target` and return the number of frames. Raises SourceError, InputError, OutputError."""
        opened = open_source(self._settings.replace(source=str(source)).source)
        try:
            if isinstance(opened, Recording):
                raise SourceError(f"{source} is a recording; render takes photographs and captures")
            return self._render_still(opened, target)
        finally:
            opened.close()

    @cached_property
    def _capturer(self) -> Capturer:
        return make_capturer(self._settings, RealClock())

    def _render_still(self, source: Source, target: Target) -> int:
        options, stereo = self._options, self._settings.stereo.stereo
        frame = depth_of_still(source, self._settings, lambda: self._capturer)
        height, width = frame.frame.image.shape[:2]
        painter = Painter(self._renderer, self._settings, options.size_px or fitted_even((width, height), PHOTO_PX))
        timing = Timing(options.seconds, Fraction(options.fps).limit_denominator(1001), self._path.is_closed)
        film = StillFilm(frame, painter, self._path, timing, self._settings, options.largest_hole)
        pictures = self._progress(film.pictures(), "drawing", film.count)
        return write_film(target, pictures, painter.size, timing.fps, stereo=stereo)
