"""Instant replay: the last seconds play as a recording, in place of the source."""

from pathlib import Path
from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.places import videos_dir
from engine.app.tools.recorder import free_path, kept_notice
from engine.app.tools.tool import Tool
from engine.export.rgbd_video import SUFFIX
from engine.files.gallery import remember
from engine.frames import DepthFrame
from engine.jobs import Job, JobRunner
from engine.logs import log
from engine.navigation.bindings import Binding
from engine.pipeline.replay import Past
from engine.settings.language import _
from engine.status.notices import Notice
from engine.status.snapshot import Snapshot
from engine.ui import replay_panel
from engine.ui.replay_panel import ReplayMark
from engine.ui.widgets import Controls

_CLOSE_S = 3.0
"""How long the end of the program waits for a file that is being saved."""


class InstantReplay(Tool):
    """Keeps each frame with new depth, and shows the kept ones again."""

    bindings: ClassVar = (
        Binding("backspace", "toggle_replay", "replay the last seconds; back to live"),
        Binding("ctrl+s", "save_replay", "save the last seconds as a recording in 3D"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runner = JobRunner("saving the replay", context.notices.job_done)
        self._job: Job[Notice] | None = None
        self._last: DepthFrame | None = None

    def actions(self) -> Actions:
        return {"toggle_replay": self._toggle, "save_replay": self._save}

    def update(self, now_s: float) -> None:
        if self._job is not None and self._job.is_done:
            self._job = None
        pipeline = self.context.pipeline
        newest = pipeline.live
        if newest is not None and newest is not self._last:
            self._last = newest
            pipeline.replay.keep(newest, pipeline.settings.capture.replay_s)

    def facts(self) -> ReplayMark | None:
        saved = None if self._job is None else self._job.progress.share or 0.0
        past, transport = self.context.pipeline.replay.shown, self.context.pipeline.source.transport
        if past is None:
            return None if saved is None else ReplayMark(None, saved)
        position_s = 0.0 if transport is None else transport.playback.position_s
        return ReplayMark(round(max(past.seconds - position_s, 0.0), 1), saved)

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        mark = self.facts()
        if mark is not None:
            replay_panel.draw(mark, self.bindings[1], controls)

    def close(self) -> None:
        """Give up what is being saved."""
        self._runner.close(_CLOSE_S)

    def _toggle(self) -> None:
        self.context.view.release()
        if self.context.pipeline.source.end_replay():
            return
        past = self._past()
        if past is not None:
            self.context.pipeline.replay.begin(past)

    def _past(self) -> Past | None:
        """Return what can be replayed; if there is nothing, say why."""
        pipeline = self.context.pipeline
        past = pipeline.replay.past(pipeline.live)
        if past is None and not pipeline.settings.capture.replay_s:
            self.context.notices.warn(_("Replay is switched off: see Output."))
        elif past is None:
            self.context.notices.warn(_("There is nothing to replay yet."))
        return past

    def _save(self) -> None:
        """Save what is replayed, or what would be."""
        past = self.context.pipeline.replay.shown or self._past()
        if past is None or self._job is not None:
            return
        path = free_path(videos_dir(self.context.pipeline.settings.capture.captures_dir), SUFFIX)
        self._job = self._runner.start("saving the replay", lambda job: _saved(past, path, job))


def _saved(past: Past, path: Path, job: Job[Notice]) -> Notice:
    files = past.save(path, lambda share: job.report("saving the replay", share))
    remember("recording", *files)
    log.info("saved %s", ", ".join(map(str, files)))
    return kept_notice(path, 0)
