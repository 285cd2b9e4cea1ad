"""Key frames: views of the scene that a camera path goes through, set in the window."""

from datetime import datetime
from pathlib import Path

from engine.app.context import Context
from engine.app.dispatcher import Actions, Handlers
from engine.app.places import captures_dir
from engine.app.tools.tool import Tool
from engine.film.camera_path import Pose
from engine.film.key_frames import KeyFrame, KeyFramePath, save_key_frames
from engine.jobs import Job
from engine.navigation.bindings import Binding
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.events import Dragged, Event, Scrolled
from engine.settings.language import _
from engine.status.commands import GoToKeyFrame, OpenFolder, RemoveKeyFrame, SwapKeyFrames, TimeKeyFrame
from engine.status.notices import Notice, NoticeButton
from engine.status.snapshot import Snapshot
from engine.ui import key_frames_panel
from engine.ui.key_frames_panel import KeyFrameList, KeyFrameRow
from engine.ui.widgets import Controls

STEP_S = 1.5
"""The time from one key frame to the next, unless it is changed."""
_APART_S = 0.1
"""Key frames are at least this far apart."""


class KeyFrames(Tool):
    """Keeps the key frames, and flies through them to show the path."""

    bindings = (Binding("shift+k", "set_key_frame", "set a key frame of a camera path"),)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.is_open = False
        self._flight: KeyFramePath | None = None
        """The path while the camera flies."""
        self._started_s = 0.0

    def actions(self) -> Actions:
        return {
            "set_key_frame": self._set,
            "show_key_frames": self._open,
            "fly_key_frames": self._fly,
            "save_key_frames": self._save,
            "forget_key_frames": self._forget,
        }

    def handlers(self) -> Handlers:
        return {
            GoToKeyFrame: lambda command: self._go_to(command.index),
            SwapKeyFrames: lambda command: self._swap(command.index),
            TimeKeyFrame: lambda command: self._time(command.index, command.at_s),
            RemoveKeyFrame: lambda command: self._remove(command.index),
        }

    def handle(self, event: Event) -> bool:
        """Land when the user takes over the camera."""
        if isinstance(event, Dragged | Scrolled):
            self._flight = None
        return False

    def update(self, now_s: float) -> None:
        home = self._home
        if self._flight is None or home is None:
            return
        share = (now_s - self._started_s) / self._flight.seconds
        self.context.view.navigation = Navigation.at(self._flight.pose(min(share, 1.0), 1.0).camera(home))
        if share >= 1:
            self._flight = None

    def facts(self) -> KeyFrameList | None:
        if not self.is_open:
            return None
        rows = tuple(KeyFrameRow(key.at, key.yaw, key.pitch) for key in self.keys)
        return KeyFrameList(rows, is_flying=self._flight is not None)

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        shown = self.facts()
        if shown is not None:
            self.is_open = key_frames_panel.window(shown, self.bindings[0].label, controls)

    def escape(self) -> bool:
        """Land, then close the list. The key frames are kept."""
        was_flying, self._flight = self._flight is not None, None
        if was_flying:
            return True
        was_open, self.is_open = self.is_open, False
        return was_open

    @property
    def keys(self) -> tuple[KeyFrame, ...]:
        """The key frames, in the order of their times."""
        return self.context.view.key_frames

    @keys.setter
    def keys(self, keys: tuple[KeyFrame, ...]) -> None:
        self.context.view.key_frames = keys

    @property
    def _home(self) -> Camera | None:
        shown = self.context.view.shown
        return None if shown is None else self.context.pipeline.home_camera(shown)

    def _open(self) -> None:
        self.is_open = True

    def _set(self) -> None:
        """Add the view on screen as the last key frame."""
        home = self._home
        if home is None:
            self.context.notices.warn(_("There is no depth yet."))
            return
        at = self.keys[-1].at + STEP_S if self.keys else 0.0
        self.keys = (*self.keys, KeyFrame.of(Pose.of(self.context.view.navigation.camera, home), at))
        self.is_open, self._flight = True, None

    def _go_to(self, index: int) -> None:
        home, self._flight = self._home, None
        if home is not None:
            self.context.view.navigation.go_to(self.keys[index].pose.camera(home))

    def _swap(self, index: int) -> None:
        first, second = self.keys[index : index + 2]
        swapped = second.model_copy(update={"at": first.at}), first.model_copy(update={"at": second.at})
        self.keys = (*self.keys[:index], *swapped, *self.keys[index + 2 :])

    def _time(self, index: int, at_s: float) -> None:
        """Move a key frame to `at_s`, and past others if need be."""
        others = (*self.keys[:index], *self.keys[index + 1 :])
        at = round(max(at_s, 0.0), 2)
        while any(abs(key.at - at) < _APART_S - 1e-6 for key in others):
            at = round(at + _APART_S, 2)
        self.keys = tuple(sorted((*others, self.keys[index].model_copy(update={"at": at})), key=lambda key: key.at))
        self._flight = None

    def _remove(self, index: int) -> None:
        self.keys, self._flight = (*self.keys[:index], *self.keys[index + 1 :]), None

    def _forget(self) -> None:
        self.keys, self._flight = (), None

    def _fly(self) -> None:
        """Fly through the key frames, or land."""
        if self._flight is not None or len(self.keys) < 2:
            self._flight = None
            return
        self._flight, self._started_s = KeyFramePath(self.keys), self.context.pipeline.clock.now_s()

    def _save(self) -> None:
        folder = captures_dir(self.context.pipeline.settings.capture.captures_dir)
        self.save(folder / f"flight-{datetime.now():%Y-%m-%d-%H%M%S}.toml")

    def save(self, path: Path) -> None:
        """Write the key frames to a file for `render --path`, in the background."""
        keys = self.keys

        def work(job: Job[Notice]) -> Notice:
            save_key_frames(path, keys)
            folder = NoticeButton(_("Open folder"), OpenFolder(path), path.name)
            return Notice(_("Saved {name}.").format(name=path.name), "success", (folder,))

        self.context.jobs.start("saving", work)
