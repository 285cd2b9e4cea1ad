"""The system's own dialog for opening a file, where there is one."""

import sys
from pathlib import Path
from shutil import which

from imgui_bundle import portable_file_dialogs as dialogs

PROGRAMS = ("zenity", "kdialog", "matedialog", "qarma")
"""What shows dialogs on Linux."""


class FileDialog:
    """A dialog in a process of its own: the window goes on. Main thread only."""

    def __init__(self) -> None:
        self._dialog: dialogs.open_file | dialogs.select_folder | None = None

    @staticmethod
    def is_available() -> bool:
        """Whether this system can show one."""
        return sys.platform in ("win32", "darwin") or any(which(program) for program in PROGRAMS)

    def open(self, title: str, folder: Path) -> None:
        """Show the dialog, unless it is open."""
        if self._dialog is None:
            self._dialog = dialogs.open_file(title, str(folder))

    def choose_folder(self, title: str, folder: Path) -> None:
        """Show the dialog for folders, unless one is open."""
        if self._dialog is None:
            self._dialog = dialogs.select_folder(title, str(folder))

    def take(self) -> str | None:
        """Return the chosen file or folder, once; None while nothing is chosen."""
        if self._dialog is None or not self._dialog.ready(0):
            return None
        chosen = self._dialog.result()
        self._dialog = None
        if isinstance(chosen, str):
            return chosen or None
        return chosen[0] if chosen else None
