"""Multi-view: each capture adds a view, and all views together become one point cloud, or one mesh.

A network finds where the views were taken from, and their depth. Frames that bring both with them need none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.notices import details
from engine.app.plain_words import for_the_window
from engine.app.tools.tool import Tool
from engine.depth.capture.choice import candidates
from engine.depth.tsdf.mesh import fuse_mesh
from engine.errors import CheckpointError
from engine.frames import Capture, DepthFrame, DepthKind
from engine.geometry.fusion import PosedView, fuse
from engine.geometry.intrinsics import UNKNOWN
from engine.geometry.mesh import Fused
from engine.jobs import Job, JobRunner
from engine.models.catalog import absent_message, entry, find
from engine.paths import source_name
from engine.settings import Settings
from engine.settings.language import _
from engine.status.commands import RemoveView
from engine.status.snapshot import Snapshot
from engine.ui import multi_view_panel
from engine.ui.multi_view_panel import ViewRow, Views
from engine.ui.widgets import Controls

T = TypeVar("T")

MOST_VIEWS = 16
"""The network sees all views at once: time and memory grow with the square of their number."""
_THUMBNAIL = (32, 18)
_NETWORKS = ("da3-base", "da3-large", "da3-small")  # best first
_RES = 504  # what they were trained at; larger frames take many times as long


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """What the views make together."""

    first: Capture
    """The first view, whose camera and unit are those of the points."""
    points: Fused


class MultiView(Tool):
    """The views taken so far."""

    place = "captures"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.views: tuple[DepthFrame, ...] = ()
        self._rows: tuple[tuple[DepthFrame, ViewRow], ...] = ()
        self._captures: tuple[Capture, ...] = ()
        """What the network returned for the first of `views`; newer ones are being computed."""
        self._request = 0
        """The newest request for captures of all views."""
        self._share = -1.0
        self._runner = JobRunner("fusion")
        self._fusion: Job[Cloud] | None = None

    def actions(self) -> Actions:
        return {"add_view": self.add, "forget_views": self.clear}

    def handlers(self) -> Handlers:
        return {RemoveView: lambda command: self.remove(command.index)}

    def update(self, now_s: float) -> None:
        settings = self.context.pipeline.settings
        if self._captures and settings.capture.least_confident != self._share:
            self._fuse()
        job = self._fusion
        is_fusing = job is not None and not job.is_done
        text = _("Fusing {count} views …").format(count=len(self._captures)) if is_fusing else None
        self.context.notices.pin("fusion", text, "info")
        if job is None or is_fusing:
            return
        self._fusion = None
        if job.result is not None:
            self.context.view.hold_cloud(job.result.first, job.result.points)
        elif job.message is not None:
            self._say(_("The views cannot be fused: {reason}").format(reason=job.message))

    def facts(self) -> Views:
        if tuple(view for view, row in self._rows) != self.views:
            self._rows = tuple((view, _row_of(view)) for view in self.views)
        return Views(tuple(row for _, row in self._rows))

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        multi_view_panel.draw(self.facts(), self.context.pipeline.settings, controls)

    def add(self) -> None:
        """Add the frame on screen, and compute all views again."""
        shown = self.context.captures.shown
        if shown is None:
            self.context.notices.warn(_("There is nothing to capture yet."))
            return
        if len(self.views) == MOST_VIEWS:
            self._say(_("A scene has at most {count} views. Remove one first.").format(count=MOST_VIEWS))
            return
        before, self.views = self.views, (*self.views, shown)
        if not self._compute():
            self.views = before

    def remove(self, index: int) -> None:
        """Remove a view. What the network returned for the others still holds."""
        self.views = _without(self.views, index)
        self._captures = _without(self._captures, index)
        if not self.views:
            self.clear()
        elif len(self._captures) == len(self.views):
            self._stop()
            self._fuse()
        else:
            self._compute()

    def clear(self) -> None:
        """Remove all views, and return to the live scene."""
        self._stop()
        self._runner.cancel()
        self.views, self._captures, self._fusion = (), (), None
        if self.context.view.points is not None:
            self.context.view.release()

    def escape(self) -> bool:
        """Dismiss the message of the last request."""
        self.context.captures.is_lacking = False
        return self.context.notices.unpin("multi-view")

    def close(self) -> None:
        self._runner.close()

    def _compute(self) -> bool:
        """Capture all views together; False if there is no network that can."""
        if _share_a_world(self.views):
            self._say(None)
            self._receive(tuple(Capture(view, extrinsics=PosedView.of(view).extrinsics) for view in self.views))
            return True
        # depth and camera are left to the network: only its own agree with those of the other views
        plain = [replace(v, frame=replace(v.frame, depth=None, kind=None, intrinsics=None)) for v in self.views]
        try:
            settings = _settings_for_views(self.context.pipeline.settings)
        except CheckpointError as error:
            self._say(str(error))
            self.context.captures.is_lacking = not self.context.pipeline.settings.depth.metric
            return False
        self._say(None)
        self._request = self.context.captures.request(plain, settings, self._receive)
        return True

    def _receive(self, captures: tuple[Capture, ...]) -> None:
        self._captures = captures
        self._fuse()

    def _fuse(self) -> None:
        captures, self._share = self._captures, self.context.pipeline.settings.capture.least_confident
        share = self._share

        def work(job: Job[Cloud]) -> Cloud:
            views = [_posed(capture) for capture in captures]
            if _share_a_world([capture.frame for capture in captures]):
                return Cloud(captures[0], fuse_mesh(views, watch=lambda done: job.report("fusing", done)))
            return Cloud(captures[0], fuse(views, least_confident=share))

        self._fusion = self._runner.start("fusion", work, replaces=True)

    def _stop(self) -> None:
        """Cancel a capture of the views; a view that it was for stays in the list."""
        self._say(None)
        if self.context.captures.is_running(self._request):
            self.context.captures.cancel()

    def _say(self, message: str | None) -> None:
        self.context.notices.pin(
            "multi-view", for_the_window(message) if message else None, buttons=details(message or "")
        )


def _row_of(view: DepthFrame) -> ViewRow:
    columns, rows = _THUMBNAIL
    image = view.frame.image
    y = ((np.arange(rows) + 0.5) * image.shape[0] / rows).astype(int)
    x = ((np.arange(columns) + 0.5) * image.shape[1] / columns).astype(int)
    red, green, blue = np.moveaxis(image[np.ix_(y, x)].astype(np.uint32), -1, 0)
    packed = 0xFF000000 | blue << 16 | green << 8 | red
    return ViewRow(source_name(view.frame.source_id), tuple(map(tuple, packed.tolist())))


def _share_a_world(views: Sequence[DepthFrame]) -> bool:
    """Whether depth and poses of all views were measured, by the same source."""
    sources = {view.frame.source_id for view in views}
    return len(sources) == 1 and all(
        view.frame.pose is not None and view.kind is DepthKind.METRIC and view.model == "source" for view in views
    )


def _posed(capture: Capture) -> PosedView:
    frame = capture.frame
    assert capture.extrinsics is not None
    return PosedView(frame.frame.image, frame.depth, frame.intrinsics, capture.extrinsics, capture.confidence)


def _settings_for_views(settings: Settings) -> Settings:
    """Return settings for captures by a network that sees several views. Raises CheckpointError if none is here."""
    folder = settings.depth.checkpoints_dir
    changes = {**UNKNOWN, "capture_res": min(settings.capture.capture_res, _RES)}
    if next(iter(candidates(settings)), "") in _NETWORKS:
        return settings.replace(**changes)
    for name in _NETWORKS:
        if find(name, folder) is not None:
            return settings.replace(capture_model=name, **changes)
    raise CheckpointError(f"several views need Depth-Anything-3: {absent_message(entry(_NETWORKS[0]), folder)}")


def _without(things: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*things[:index], *things[index + 1 :])
