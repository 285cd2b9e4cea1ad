"""Pages of photographs and captures."""

from functools import cached_property
from pathlib import Path

from engine.clock import RealClock
from engine.depth.capture.runner import Capturer, make_capturer
from engine.errors import InputError
from engine.gl.context import headless_context
from engine.pipeline.photograph import depth_of_still
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.base import Recording
from engine.sources.registry import open_source
from engine.web.page import Caption, page_of, save_page


class Sharing:
    """Makes pages. Everything runs on the calling thread."""

    def __init__(self, settings: Settings) -> None:
        """Raises EngineError if the machine has no OpenGL 3.3."""
        self._settings = settings
        self._context = headless_context()
        with self._context:
            self._renderer = Renderer(self._context, (1, 1))

    def close(self) -> None:
        """Release GPU objects."""
        with self._context:
            self._renderer.release()
        self._context.release()

    def share(self, source: Path, target: Path, caption: str = "") -> int:
        """Write the page of `source` to `target` and return its size in bytes.

        Raises SourceError, InputError for a source that moves, OutputError.
        """
        opened = open_source(self._settings.replace(source=str(source)).source)
        try:
            if isinstance(opened, Recording):
                raise InputError(f"{source} is a video, and pages show photographs; `render` makes films of videos")
            frame = depth_of_still(opened, self._settings, lambda: self._capturer)
        finally:
            opened.close()
        with self._context:
            build = page_of(self._renderer, frame, self._settings, Caption(source.stem, caption))
        save_page(target, build)
        return target.stat().st_size

    @cached_property
    def _capturer(self) -> Capturer:
        return make_capturer(self._settings, RealClock())
