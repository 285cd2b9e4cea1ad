"""Recording of pictures with their depth: the scene itself, in which one can fly later."""

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.places import videos_dir
from engine.app.tools.recorder import free_path, kept_notice, mark_of
from engine.app.tools.tool import Tool
from engine.export.live_rgbd import LiveRgbd
from engine.export.rgbd_video import SUFFIX
from engine.files.gallery import remember
from engine.frames import DepthFrame
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.navigation.bindings import Binding
from engine.status.notices import Notice
from engine.status.snapshot import Snapshot
from engine.ui import recording_panel
from engine.ui.recording_panel import RecordingMark
from engine.ui.widgets import Controls


class RgbdRecorder(Tool):
    """Passes each frame with new depth to a file, which is written on a thread of its own."""

    bindings = (Binding("shift+ctrl+r", "toggle_rgbd_recording", "record the scene, pictures with depth; stop"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runner = JobRunner("recording with depth", context.notices.job_done)
        self._recording: LiveRgbd | None = None
        self._job: Job[Notice] | None = None
        self._started_s = 0.0
        self._last: DepthFrame | None = None

    def actions(self) -> Actions:
        return {"toggle_rgbd_recording": self.toggle}

    def toggle(self) -> None:
        """Start a recording, or end it."""
        if self._recording is None:
            self._start()
        else:
            self._stop()

    def update(self, now_s: float) -> None:
        if self._recording is None:
            return
        if self._job is not None and self._job.is_done:  # the file could not be written any more
            self._recording = self._job = None
            return
        newest = self.context.pipeline.live
        if newest is not None and newest is not self._last and not newest.is_warped:
            self._last = newest
            self._recording.show(newest, now_s - self._started_s)

    def facts(self) -> RecordingMark | None:
        if self._recording is None:
            return None
        return mark_of(self._recording.status, self.context.pipeline.clock.now_s() - self._started_s)

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        mark = self.facts()
        if mark is not None:
            recording_panel.draw(mark, self.bindings[0], controls, row=1)

    def close(self) -> None:
        """End the recording, and wait until its file is complete."""
        self._stop()
        self._runner.finish()

    def _start(self) -> None:
        pipeline = self.context.pipeline
        path = free_path(videos_dir(pipeline.settings.capture.captures_dir), SUFFIX)
        recording = LiveRgbd(path, pipeline.display.fps)

        def work(job: Job[Notice]) -> Notice:
            try:
                dropped = recording.write().dropped
            finally:  # what was written remains
                remember("recording", *recording.files)
            log.info("recorded %s", ", ".join(map(str, recording.files)))
            return kept_notice(path, dropped)

        self._recording, self._started_s, self._last = recording, pipeline.clock.now_s(), None
        self._job = self._runner.start("recording with depth", work)

    def _stop(self) -> None:
        if self._recording is not None:
            self._recording.stop()
        self._recording = self._job = None
