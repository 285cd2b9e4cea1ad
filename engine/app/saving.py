"""What the user keeps: captures as folders, frames in one format or another, the picture on screen."""

from datetime import datetime
from pathlib import Path

from engine.app.jobs import Jobs
from engine.app.view_state import ViewState
from engine.frames import Capture, DepthFrame
from engine.geometry.point_cloud import Points
from engine.geometry.world import units_of
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.subject import as_fine_as_its_picture, subject_of


class Saver:
    """Reads from the GPU at once and writes in the background. Main thread only."""

    def __init__(self, app: Pipeline, stage: ViewState, errands: Jobs) -> None:
        self._app, self._stage, self._errands = app, stage, errands
        self._last, self._count = "", 0
        """The second that something was kept in last, and how much was in it."""

    def save_capture(self, capture: Capture) -> None:
        """Keep `capture`, as fine as its picture, and the view of it that was drawn last."""
        from engine.export.capture_folder import free_place, save_capture

        taken = datetime.now()
        place = free_place(self._place(taken))
        view, camera = self._app.display.picture(), self._stage.navigation.camera
        subject = subject_of(self._app.renderer, capture, as_fine_as_its_picture(capture, self._app.settings))
        self._errands.run(lambda: save_capture(place, subject(), taken, view, camera), f"saved {place}")

    def save_shown(self) -> None:
        """Keep what is on screen as if it had just been captured: again, or for the first time."""
        shown = self._shown()
        if shown is not None:
            self.save_capture(shown)

    def export(self, name: str) -> None:
        """Keep what is on screen as `name` of `capture.formats`: of a live frame just what is set to be drawn."""
        from engine.export.formats import place_of, save_as

        shown = self._shown()
        if shown is None:
            return
        if self._stage.points is not None:
            self._export_room(self._stage.points, shown.frame)
            return
        stem = self._place(datetime.now())
        settings = self._app.settings
        if self._stage.is_capture:
            settings = as_fine_as_its_picture(shown, settings)
        subject = subject_of(self._app.renderer, shown, settings)
        self._errands.run(lambda: save_as(name, stem, subject()), f"saved {place_of(name, stem)}")

    def _export_room(self, points: Points, first: DepthFrame) -> None:
        """Keep the cloud on screen, in the scene's units, as the one format that holds points of many views."""
        from engine.export.formats import save_cloud

        path = self._place(datetime.now())
        path = path.with_name(f"{path.name}-room.ply")
        units = units_of(first, self._app.settings.scene) or 1.0
        is_in_meters = first.is_metric and units == 1
        self._errands.run(lambda: save_cloud(path, points, units, is_in_meters=is_in_meters), f"saved {path}")

    def save_picture(self) -> None:
        """Keep the picture on screen, without the overlay."""
        from engine.export.image_file import save_picture

        path = self._place(datetime.now()).with_suffix(".png")
        picture = self._app.display.picture()
        self._errands.run(lambda: save_picture(path, picture), f"saved {path}")

    def _shown(self) -> Capture | None:
        """The capture on screen, or the live frame as if it were one."""
        shown = self._stage.shown
        if shown is None:
            self._errands.say("there is nothing to save yet")
            return None
        return self._stage.capture or Capture(shown)

    def _place(self, taken: datetime) -> Path:
        """Another one each time: what is kept within the same second gets a number."""
        second = f"{taken:%Y-%m-%d-%H%M%S}"
        self._last, self._count = second, self._count + 1 if second == self._last else 1
        name = f"{second}-{self._count}" if self._count > 1 else second
        return self._app.settings.capture.captures_dir.expanduser() / name
