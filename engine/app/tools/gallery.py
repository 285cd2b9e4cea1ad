"""The gallery: captures, recordings and films that the window and the commands have made."""

import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import ClassVar

from engine.app.context import Context
from engine.app.desktop import move_to_bin
from engine.app.dispatcher import Actions, Handlers
from engine.app.thumbnails import SIZE, Thumbnails
from engine.app.tools.tool import Tool
from engine.errors import SourceError
from engine.files.gallery import Gallery, Made
from engine.frames import Image
from engine.gl.image_texture import ImageTexture
from engine.jobs import Job, JobRunner
from engine.navigation.bindings import Binding
from engine.paths import cache_dir, gallery_file
from engine.settings import SourceSettings
from engine.settings.language import _
from engine.sources import sizes
from engine.sources.registry import open_source
from engine.status.commands import Invoke, Open, OpenMade, RemoveMade
from engine.status.notices import Notice
from engine.status.snapshot import Snapshot
from engine.ui import gallery_panel
from engine.ui.gallery_panel import GalleryItem, GalleryStatus
from engine.ui.widgets import Controls

REFRESH_S = 2.0
"""How often it looks what others have made, moved or deleted."""

Items = tuple[GalleryItem, ...]


class ShowGallery(Tool):
    """Reads the index while it is open. Files are looked at in the background only."""

    place = "window"
    bindings: ClassVar = (Binding("ctrl+g", "show_gallery", "gallery: what was captured, recorded and rendered"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._gallery = Gallery(gallery_file())
        self._thumbnails = Thumbnails(cache_dir() / "thumbnails", lambda: ImageTexture(context.window.ctx))
        self._runner = JobRunner("gallery", context.notices.job_done)
        self._reader = JobRunner("reading the gallery")
        self._reading: Job[Items] | None = None
        self._read_at, self._made = (0, 0), tuple[Made, ...]()
        """The state of the index that was read last, and what is in it."""
        self._items: Items | None = None
        self._is_open = False
        self._refresh_at_s = 0.0

    def actions(self) -> Actions:
        return {"show_gallery": self._toggle, "hide_gallery": self._hide}

    def handlers(self) -> Handlers:
        return {
            OpenMade: lambda command: self._show(command.path),
            RemoveMade: lambda command: self._remove(command.path, to_bin=command.to_bin),
        }

    def update(self, now_s: float) -> None:
        if not self._is_open:
            return
        self._thumbnails.update()
        if self._reading is not None and self._reading.is_done:
            if self._reading.result is not None:
                self._items = self._reading.result
            self._reading = None
        if self._reading is None and now_s >= self._refresh_at_s:
            self._refresh_at_s = now_s + REFRESH_S
            before = self._items
            self._reading = self._reader.start("reading the gallery", lambda job: self._read(before))

    def facts(self) -> GalleryStatus | None:
        return GalleryStatus(self._items, self._thumbnails.arrived) if self._is_open else None

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        status = self.facts()
        if status is not None:
            gallery_panel.draw(status, self._thumbnail, snapshot, controls)

    def escape(self) -> bool:
        was_open = self._is_open
        self._hide()
        return was_open

    def close(self) -> None:
        self._hide()
        self._runner.finish()

    def _toggle(self) -> None:
        if self._is_open:
            self._hide()
        else:
            self._is_open, self._refresh_at_s = True, 0.0

    def _hide(self) -> None:
        self._is_open = False
        self._thumbnails.release()

    def _read(self, before: Items | None) -> Items:
        """Return what is in the gallery; `before` itself if nothing has changed."""
        stamp = self._gallery.stamp
        if stamp != self._read_at:
            self._read_at, self._made = stamp, self._gallery.read()
        items = tuple(GalleryItem(made, not os.path.exists(made.path)) for made in self._made)
        return before if items == before and before is not None else items

    def _thumbnail(self, made: Made) -> int | None:
        return self._thumbnails.texture(f"{made.path} {made.made_s}", partial(_picture_of, made.path))

    def _show(self, path: Path) -> None:
        self._hide()
        self.context.do(Open((str(path),)))
        self.context.do(Invoke("begin"))

    def _remove(self, path: Path, *, to_bin: bool) -> None:
        def work(job: Job[Notice | None]) -> Notice | None:
            if to_bin:
                move_to_bin(path)
            self._gallery.remove(path)
            self._refresh_at_s = 0.0
            return Notice(_("{name} is in the bin.").format(name=path.name), "success") if to_bin else None

        self._runner.start("deleting", work)


def _picture_of(path: Path) -> Image | None:
    """Return the first frame of what was made, or None if it cannot be shown."""
    try:
        with closing(open_source(SourceSettings(source=str(path), crop="off"))) as source:
            frame = sizes.read(source, 2 * SIZE[0])
    except SourceError:
        return None
    return None if frame is None else frame.image
