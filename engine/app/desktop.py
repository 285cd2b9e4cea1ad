"""The desktop around the window: its file manager and its clipboard."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.plain_words import for_the_window
from engine.errors import OutputError
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.settings.language import _
from engine.status.commands import CopyText, Invoke, OpenFolder
from engine.status.notices import Notice, NoticeButton

_ANSWER_S = 3.0
"""A file manager that runs for longer than this was started."""


class Desktop:
    """Carries out what leaves the window, in the background. Main thread only."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs = JobRunner("desktop", context.notices.job_done)

    def actions(self) -> Actions:
        return {"copy_picture": self._copy_picture}

    def handlers(self) -> Handlers:
        """Return who carries out commands about the desktop."""
        return {
            OpenFolder: lambda command: self._open(command.path),
            CopyText: lambda command: self._copy(command.text),
        }

    def close(self) -> None:
        self._jobs.close()

    def _copy(self, text: str) -> None:
        self._context.window.input.copy(text)
        self._context.notices.confirm(_("Copied."))

    def _copy_picture(self) -> None:
        from engine.export.clipboard import copy_picture

        picture = self._context.pipeline.display.picture()

        def work(job: Job[Notice]) -> Notice:
            try:
                copy_picture(picture)
            except OutputError as error:
                log.warning("%s", error)
                save = NoticeButton(_("Save picture"), Invoke("screenshot"))
                return Notice(for_the_window(str(error)), "error", (save,))
            return Notice(_("Picture copied. Paste it where you want it."), "success")

        self._jobs.start("copying the picture", work)

    def _open(self, path: Path) -> None:
        def work(job: Job[None]) -> None:
            show_in_file_manager(path)

        self._jobs.start("opening the folder", work)


def show_in_file_manager(path: Path) -> None:
    """Show the folder of a file, or a folder. Raises OutputError."""
    folder = path if path.is_dir() else path.parent
    failure = OutputError(f"no file manager was found. The files are in {_in_short(folder)}")
    if sys.platform == "win32":
        os.startfile(folder)
        return
    program = which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        raise failure
    started = subprocess.Popen(
        [program, folder], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        if started.wait(_ANSWER_S) != 0:
            raise failure
    except subprocess.TimeoutExpired:
        return


def move_to_bin(path: Path) -> None:
    """Move a file, or a folder, to the bin of the system. Raises OutputError."""
    from send2trash import send2trash

    try:
        send2trash(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{path.name} cannot be moved to the bin: {reason}. Delete it in {_in_short(path.parent)}"
        ) from error


def _in_short(folder: Path) -> str:
    """Return a folder as the user knows it: from the home folder on, where it is there."""
    home = Path.home()
    return " › ".join(folder.relative_to(home).parts or (home.name,)) if folder.is_relative_to(home) else str(folder)
