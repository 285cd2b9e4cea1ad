"""Saving: captures as folders, frames in the formats of the export menu, and screenshots."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from engine.app.notices import Notices
from engine.app.places import captures_dir, pictures_dir
from engine.app.view_state import ViewState
from engine.files.gallery import remember
from engine.frames import Capture, DepthFrame
from engine.geometry.mesh import ColoredMesh, Fused
from engine.geometry.world import units_of
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.paths import APP_NAME, source_name
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.subject import as_fine_as_its_picture, subject_of
from engine.settings.language import _
from engine.status.commands import Invoke, OpenFolder
from engine.status.notices import Notice, NoticeButton


class Saver:
    """Reads from the GPU at once and writes in the background. Main thread only."""

    def __init__(self, pipeline: Pipeline, view: ViewState, jobs: JobRunner, notices: Notices) -> None:
        self._pipeline, self._view, self._jobs, self._notices = pipeline, view, jobs, notices
        self._last, self._count = "", 0
        """The second in which something was saved last, and how many files it has."""
        self._captured: tuple[Capture, Path] | None = None
        """The capture that was saved last, and its folder."""

    def place_of(self, capture: Capture | None) -> Path | None:
        """Return the folder of `capture` if it is the one that was saved last."""
        saved = self._captured
        return saved[1] if saved is not None and saved[0] is capture else None

    def save_capture(self, capture: Capture) -> None:
        """Save `capture` at full resolution, with the picture of it that was drawn last."""
        from engine.export.capture_folder import free_place, save_capture

        taken = datetime.now()
        place = free_place(self._place(taken))
        view, camera = self._pipeline.display.picture(), self._view.navigation.camera
        subject = subject_of(self._pipeline.renderer, capture, as_fine_as_its_picture(capture, self._pipeline.settings))

        def write() -> None:
            save_capture(place, subject(), taken, view, camera)
            remember("capture", place)
            self._captured = capture, place

        self._run(write, place, _("Capture saved."), is_said=lambda: self._view.capture is not capture)

    def save_shown(self) -> None:
        """Save what is on screen as a capture folder."""
        shown = self._shown()
        if shown is not None:
            self.save_capture(shown)

    def export(self, name: str) -> None:
        """Export what is on screen in the format `name` of `export.formats`; a live frame as it is drawn."""
        from engine.export.formats import place_of, save_as

        shown = self._shown()
        if shown is None:
            return
        if self._view.points is not None:
            self._export_fused(self._view.points, shown.frame, name)
            return
        stem = self._place(datetime.now())
        settings = self._pipeline.settings
        if self._view.is_capture:
            settings = as_fine_as_its_picture(shown, settings)
        subject = subject_of(self._pipeline.renderer, shown, settings)
        path = place_of(name, stem)
        self._run(lambda: save_as(name, stem, subject()), path, _("Exported {name}.").format(name=path.name))

    def save_page(self) -> None:
        """Save what is on screen as a page for browsers."""
        from engine.web.page import Caption, page_of, save_page

        shown = self._shown()
        if shown is None:
            return
        path = self._place(datetime.now()).with_suffix(".html")
        title = Path(source_name(shown.frame.frame.source_id)).stem or APP_NAME
        build = page_of(self._pipeline.renderer, shown.frame, self._pipeline.settings, Caption(title))

        def write() -> None:
            save_page(path, build)
            remember("page", path)

        self._run(write, path, _("Exported {name}.").format(name=path.name))

    def _export_fused(self, fused: Fused, first: DepthFrame, name: str) -> None:
        """Export the point cloud or the mesh of several views on screen, in the scene's units."""
        from engine.export.formats import save_fused

        path = self._place(datetime.now())
        is_glb = isinstance(fused, ColoredMesh) and name == "glb"
        path = path.with_name(f"{path.name}-room{'.glb' if is_glb else '.ply'}")
        units = units_of(first, self._pipeline.settings.scene) or 1.0
        is_in_meters = first.is_metric and units == 1
        done = _("Exported {name}.").format(name=path.name)
        self._run(lambda: save_fused(path, fused, units, is_in_meters=is_in_meters), path, done)

    def save_picture(self) -> None:
        """Save a screenshot, without the overlay."""
        from engine.export.image_file import save_picture

        place = self._place(datetime.now(), pictures_dir)
        path = place.with_name(f"{APP_NAME}-{place.name}.png")
        picture = self._pipeline.display.picture()
        copy = NoticeButton(_("Copy picture"), Invoke("copy_picture"))

        def write() -> None:
            save_picture(path, picture)
            remember("picture", path)

        self._run(write, path, _("Picture saved."), copy)

    def _run(
        self,
        write: Callable[[], object],
        path: Path,
        done: str,
        *more: NoticeButton,
        is_said: Callable[[], bool] = lambda: True,
    ) -> None:
        """Write in the background, then say that it is `done` and offer to show `path`.

        is_said: whether to say so; what is said of the capture on screen stays, and comes from elsewhere.
        """
        folder = NoticeButton(_("Open folder"), OpenFolder(path), path.name)

        def work(job: Job[Notice | None]) -> Notice | None:
            write()
            log.info("saved %s", path)
            return Notice(done, "success", (folder, *more)) if is_said() else None

        self._jobs.start("saving", work)

    def _shown(self) -> Capture | None:
        """Return the capture on screen, or the live frame as one."""
        shown = self._view.shown
        if shown is None:
            self._notices.warn(_("There is nothing to save yet."))
            return None
        return self._view.capture or Capture(shown)

    def _place(self, taken: datetime, folder: Callable[[Path | None], Path] = captures_dir) -> Path:
        """Return a new path each time: files of the same second are numbered."""
        second = f"{taken:%Y-%m-%d-%H%M%S}"
        self._last, self._count = second, self._count + 1 if second == self._last else 1
        name = f"{second}-{self._count}" if self._count > 1 else second
        return folder(self._pipeline.settings.capture.captures_dir) / name
