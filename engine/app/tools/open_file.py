"""Choosing a file to open, or the folder to save to: by the system's dialog, or by a list of our own where the system
has none.
"""

import mimetypes
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import platformdirs

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.places import captures_dir
from engine.app.tools.tool import Tool
from engine.navigation.bindings import Binding
from engine.settings.language import _
from engine.status.commands import BrowseTo, ChangeSettings, Invoke, Open
from engine.status.snapshot import Snapshot
from engine.ui import files_panel
from engine.ui.files_panel import FileList
from engine.ui.widgets import Controls
from engine.window.file_dialog import FileDialog

MOST_ENTRIES = 500
_OTHER_MEDIA = frozenset({".heic", ".heif", ".avif", ".mkv", ".ts", ".r3d"})
"""Suffixes of pictures and videos that not every system knows as such."""


class OpenFile(Tool):
    """The dialog, while it is open."""

    place = "window"
    bindings: ClassVar = (Binding("ctrl+o", "open_file", "open a file"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dialog = FileDialog()
        self._folder = Path()
        self._list: FileList | None = None
        self._wants_folder = False
        """Whether the folder to save to is chosen, and not a file."""

    def actions(self) -> Actions:
        return {
            "open_file": self._open,
            "choose_captures_dir": self._choose_captures_dir,
            "use_folder": lambda: self._save_to(self._folder),
        }

    def handlers(self) -> Handlers:
        return {BrowseTo: lambda command: self._browse(command.path)}

    def update(self, now_s: float) -> None:
        chosen = self._dialog.take()
        if chosen is not None:
            (self._save_to if self._wants_folder else self._show)(Path(chosen))

    def facts(self) -> FileList | None:
        return self._list

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        if self._list is not None:
            files_panel.draw(self._list, controls)

    def escape(self) -> bool:
        was_open = self._list is not None
        self.close()
        return was_open

    def close(self) -> None:
        self._list = None

    def _choose_captures_dir(self) -> None:
        self._wants_folder = True
        folder = captures_dir(self.context.pipeline.settings.capture.captures_dir).absolute()
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        if self._dialog.is_available():
            self._dialog.choose_folder(_("Save captures and exports to"), folder)
        else:
            self._browse(folder)

    def _save_to(self, folder: Path) -> None:
        self.close()
        self.context.do(ChangeSettings({"captures_dir": folder}))

    def _open(self) -> None:
        self._wants_folder = False
        shown = Path(self.context.pipeline.settings.source.source)
        if shown.is_file():
            self._folder = shown.absolute().parent
        folder = self._folder if self._folder.is_dir() and self._folder.is_absolute() else _first_folder()
        if self._dialog.is_available():
            self._dialog.open(_("Open a photo or a video"), folder)
        else:
            self._browse(folder)

    def _browse(self, path: Path) -> None:
        if path.is_dir():
            content = replace(listed(path), places=_places())
            if self._wants_folder:
                content = replace(content, files=(), is_for_folder=True)
            self._folder, self._list = path, content
        elif self._wants_folder and self._list is not None:
            self._list = replace(self._list, message=_("There is no such folder."))
        else:
            self._show(path)

    def _show(self, path: Path) -> None:
        self.close()
        self._folder = path.parent
        self.context.do(Open((str(path),)))
        self.context.do(Invoke("begin"))


def listed(folder: Path) -> FileList:
    """Return what can be chosen in `folder`. Files that are hidden, or neither pictures nor videos, are left out."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name.lower())
    except OSError as error:
        return FileList(folder, message=error.strerror or "this folder cannot be read")
    seen = [path for path in entries if not path.name.startswith(".")]
    folders = tuple(path.name for path in seen if path.is_dir())
    files = tuple(path.name for path in seen if _is_media(path) and path.is_file())
    return FileList(folder, folders[:MOST_ENTRIES], files[:MOST_ENTRIES])


def _is_media(path: Path) -> bool:
    kind = mimetypes.guess_type(path.name)[0] or ""
    return kind.startswith(("image/", "video/")) or path.suffix.lower() in _OTHER_MEDIA


def _places() -> tuple[tuple[str, Path], ...]:
    """Return the user's folders that exist."""
    folders = {
        Path.home(): _("Home"),
        Path(platformdirs.user_pictures_dir()): _("Pictures"),
        Path(platformdirs.user_videos_dir()): _("Videos"),
        Path(platformdirs.user_downloads_dir()): _("Downloads"),
    }
    return tuple((name, folder) for folder, name in folders.items() if folder.is_dir())


def _first_folder() -> Path:
    pictures = Path(platformdirs.user_pictures_dir())
    return pictures if pictures.is_dir() else Path.home()
