"""A room, built of views: each capture adds one, and all of them become one cloud of points."""

import threading
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from engine.depth.capture.background import BackgroundCapture, Progress
from engine.depth.capture.choice import candidates
from engine.errors import CheckpointError
from engine.frames import Capture, DepthFrame, source_name
from engine.geometry.fusion import PosedView, fuse
from engine.geometry.intrinsics import UNKNOWN
from engine.geometry.point_cloud import Points
from engine.logs import log
from engine.mailbox import Mailbox
from engine.models.catalog import absent_message, entry, find
from engine.settings import Settings
from engine.status.facts import ViewFacts

T = TypeVar("T")

MOST_VIEWS = 16
"""The network sees all views at once: time and memory grow with the square of their number."""
_THUMBNAIL = (32, 18)
_NETWORKS = ("da3-base", "da3-large", "da3-small")  # best first
_RES = 504  # what they were trained at; sharper views cost many times as much


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What the views make together."""

    first: Capture
    """The first view, whose camera and unit are those of the points."""
    points: Points


class MultiView:
    """The views taken so far. Main thread only; networks and fusion work on threads of their own."""

    def __init__(self, retake: BackgroundCapture) -> None:
        self._retake = retake
        self.views: tuple[DepthFrame, ...] = ()
        self._facts: tuple[tuple[DepthFrame, ViewFacts], ...] = ()
        self._captures: tuple[Capture, ...] = ()
        """What the network said about the first of `views`; newer ones are being asked for."""
        self._is_asking = False
        self._share = -1.0
        self._number = 0
        self._rooms: Mailbox[tuple[int, Room | str]] = Mailbox()
        self._is_fusing = False
        self.message: str | None = None
        """What went wrong, if anything."""

    @property
    def facts(self) -> tuple[ViewFacts, ...]:
        """What the list shows of each view."""
        if tuple(view for view, _ in self._facts) != self.views:
            self._facts = tuple((view, _facts_of(view)) for view in self.views)
        return tuple(facts for _, facts in self._facts)

    @property
    def is_asking(self) -> bool:
        """Whether the capture that is running is one of all views."""
        return self._is_asking and self._retake.progress is not None

    @property
    def progress(self) -> Progress | None:
        """What is being done beside a capture, or None."""
        return Progress(f"joining {len(self._captures)} views") if self._is_fusing else None

    def add(self, shown: DepthFrame, settings: Settings) -> None:
        """Add what `shown` was computed from, and see all views anew; `message` says why if that cannot be."""
        if len(self.views) == MOST_VIEWS:
            self.message = f"a room has at most {MOST_VIEWS} views; remove one"
            return
        # depth and camera are left to the network: only its own fit those of the other views
        plain = replace(shown.frame, depth=None, kind=None, intrinsics=None)
        before, self.views = self.views, (*self.views, replace(shown, frame=plain))
        if not self._ask(settings):
            self.views = before

    def remove(self, index: int, settings: Settings) -> None:
        """Leave out a view. What the network said about the others still holds."""
        self.views = _without(self.views, index)
        self._captures = _without(self._captures, index)
        if not self.views:
            self.clear()
        elif len(self._captures) == len(self.views):
            self.stop()
            self._fuse(settings)
        else:
            self._ask(settings)

    def clear(self) -> None:
        """Forget all views."""
        self.stop()
        self.views = self._captures = ()
        self._number += 1  # what is being joined comes too late
        self._is_fusing = False

    def arrived(self, captures: tuple[Capture, ...], settings: Settings) -> None:
        """Take up what the network says about all views, and begin to join them."""
        self._is_asking = False
        self._captures = captures
        self._fuse(settings)

    def refine(self, settings: Settings) -> None:
        """Join the views anew if the settings of that have changed."""
        if self._captures and settings.capture.least_confident != self._share:
            self._fuse(settings)

    def take(self) -> Room | None:
        """The room, once, when it is there."""
        done = self._rooms.take()
        if done is None or done[0] != self._number:
            return None
        self._is_fusing = False
        if isinstance(done[1], Room):
            return done[1]
        self.message = done[1]
        return None

    def stop(self) -> None:
        """Want the running capture no more; a view that it was for stays in the list."""
        self.message = None
        if self._is_asking:
            self._is_asking = False
            self._retake.cancel()

    def _ask(self, settings: Settings) -> bool:
        """Have all views seen; False if there is no network that can."""
        try:
            self._retake.request(self.views, _settings_for_views(settings))
        except CheckpointError as error:
            self.message = str(error)
            return False
        self.message, self._is_asking = None, True
        return True

    def _fuse(self, settings: Settings) -> None:
        self._number += 1
        self._is_fusing, self._share = True, settings.capture.least_confident
        work = (self._number, self._captures, self._share)
        threading.Thread(target=self._join, args=work, name="fusion", daemon=True).start()

    def _join(self, number: int, captures: tuple[Capture, ...], least_confident: float) -> None:
        """On a thread of its own."""
        done: Room | str
        try:
            points = fuse([_posed(capture) for capture in captures], least_confident=least_confident)
            done = Room(captures[0], points)
        except Exception as error:  # whatever it is, the user must hear of it
            log.warning("joining views: %s", error, exc_info=True)
            done = f"the views cannot be joined: {str(error) or type(error).__name__}"
        if number == self._number:  # else a newer one may be there already
            self._rooms.put((number, done))


def _facts_of(view: DepthFrame) -> ViewFacts:
    columns, rows = _THUMBNAIL
    image = view.frame.image
    y = ((np.arange(rows) + 0.5) * image.shape[0] / rows).astype(int)
    x = ((np.arange(columns) + 0.5) * image.shape[1] / columns).astype(int)
    red, green, blue = np.moveaxis(image[np.ix_(y, x)].astype(np.uint32), -1, 0)
    packed = 0xFF000000 | blue << 16 | green << 8 | red
    return ViewFacts(source_name(view.frame.source_id), tuple(map(tuple, packed.tolist())))


def _posed(capture: Capture) -> PosedView:
    frame = capture.frame
    assert capture.extrinsics is not None
    return PosedView(frame.frame.image, frame.depth, frame.intrinsics, capture.extrinsics, capture.confidence)


def _settings_for_views(settings: Settings) -> Settings:
    """Settings under which captures are made by a network that sees several views. Raises CheckpointError."""
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
