"""Recording: what is on screen becomes a video while it happens."""

from datetime import datetime
from pathlib import Path

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.places import videos_dir
from engine.app.tools.tool import Tool
from engine.export.followed_sound import Heard
from engine.export.live_video import LiveStatus, LiveVideo
from engine.files.gallery import remember
from engine.film.shape import MONO, layout_of
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.navigation.bindings import Binding
from engine.paths import APP_NAME
from engine.settings.language import _
from engine.status.commands import OpenFolder
from engine.status.notices import Notice, NoticeButton
from engine.status.snapshot import Snapshot
from engine.ui import recording_panel
from engine.ui.recording_panel import RecordingMark
from engine.ui.widgets import Controls
from engine.window.eyes import WHOLE, eyes_of

REPEAT_S = 1.0
"""While nothing changes, the picture is repeated this often, so that the file grows with the time."""
_STEP_BYTES = 100_000
"""The size is shown in steps of this."""


class Recorder(Tool):
    """Passes each picture that is drawn to a video, which is written on a thread of its own."""

    bindings = (Binding("ctrl+r", "toggle_recording", "record what is on screen, with the sound of a video; stop"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runner = JobRunner("recording", context.notices.job_done)
        self._video: LiveVideo | None = None
        self._job: Job[Notice] | None = None
        self._sound: Path | None = None
        """The video whose sound is recorded."""
        self._started_s = self._shown_s = 0.0

    def actions(self) -> Actions:
        return {"toggle_recording": self.toggle}

    @property
    def is_recording(self) -> bool:
        return self._video is not None

    def toggle(self) -> None:
        """Start a recording, or end it."""
        if self._video is None:
            self._start()
        else:
            self._stop()

    def update(self, now_s: float) -> None:
        if self._job is not None and self._job.is_done:  # the file could not be written any more
            self._end()
        if self._video is not None and now_s - self._shown_s >= REPEAT_S:
            self._show(self._video, now_s, is_new=False)

    def drawn(self) -> None:
        if self._video is not None:
            self._show(self._video, self.context.pipeline.clock.now_s(), is_new=True)

    def facts(self) -> RecordingMark | None:
        if self._video is None:
            return None
        return mark_of(self._video.status, self.context.pipeline.clock.now_s() - self._started_s)

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        mark = self.facts()
        if mark is not None:
            recording_panel.draw(mark, self.bindings[0], controls)

    def close(self) -> None:
        """End the recording, and wait until its file is complete."""
        self._stop()
        self._runner.finish()

    def _start(self) -> None:
        pipeline = self.context.pipeline
        stereo = pipeline.settings.stereo
        has_eyes = stereo.stereo == "row-interlaced" or eyes_of(pipeline.settings) != WHOLE
        layout = layout_of(stereo, pipeline.renderer.size) if has_eyes else MONO
        path = free_path(videos_dir(pipeline.settings.capture.captures_dir), f"{layout.name}.mp4")
        newest = pipeline.source.newest
        is_video = pipeline.source.transport is not None and newest is not None and Path(newest.source_id).is_file()
        self._sound = Path(newest.source_id) if is_video and newest is not None else None
        video = LiveVideo(
            path, pipeline.renderer.size, pipeline.display.fps,
            sound=self._sound, has_full_color=layout.needs_full_color,
        )  # fmt: skip

        def work(job: Job[Notice]) -> Notice:
            dropped = video.write().dropped
            log.info("recorded %s", path)
            remember("recording", path)
            return kept_notice(path, dropped)

        self._video, self._started_s = video, pipeline.clock.now_s()
        self._job = self._runner.start("recording", work)
        self.context.view.is_recorded = True
        pipeline.draw_if_changed(self.context.view.draw_request())
        self._show(video, self._started_s, is_new=True)

    def _stop(self) -> None:
        if self._video is not None:
            self._video.stop(self.context.pipeline.clock.now_s() - self._started_s)
        self._end()

    def _end(self) -> None:
        self._video = self._job = None
        self.context.view.is_recorded = False

    def _show(self, video: LiveVideo, now_s: float, *, is_new: bool) -> None:
        picture = self.context.pipeline.renderer.read if is_new else None
        video.show(picture, now_s - self._started_s, self._heard())
        self._shown_s = now_s

    def _heard(self) -> Heard | None:
        """Return what is heard with the picture on screen; None if that is not of the video with the sound."""
        shown, transport = self.context.view.shown, self.context.pipeline.source.transport
        if self._sound is None or shown is None or transport is None or shown.frame.source_id != str(self._sound):
            return None
        playback = transport.playback
        is_playing = not playback.is_paused and playback.speed == 1 and not self.context.view.is_held
        return None if shown.frame.position_s is None else Heard(shown.frame.position_s, is_playing)


def mark_of(status: LiveStatus, seconds: float) -> RecordingMark:
    """Return what is shown of a recording that began `seconds` ago."""
    return RecordingMark(int(seconds), status.size_bytes // _STEP_BYTES * _STEP_BYTES, status.dropped)


def kept_notice(path: Path, dropped: int) -> Notice:
    """Return the notice that a recording is complete. `dropped`: frames that were left out."""
    folder = NoticeButton(_("Open folder"), OpenFolder(path), path.name)
    if not dropped:
        return Notice(_("Recording saved."), "success", (folder,))
    text = _("Recording saved. The disk or the encoder was too slow for {count} frames.").format(count=dropped)
    return Notice(text, "warning", (folder,))


def free_path(folder: Path, ending: str) -> Path:
    """Return a new path in `folder`: recordings of the same second are numbered."""
    name = f"{APP_NAME}-{datetime.now():%Y-%m-%d-%H%M%S}"
    number, path = 1, folder / f"{name}{ending}"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}{ending}"
    return path
