"""Bullet time: the scene stops, and the camera swings around it."""

from typing import ClassVar

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.tools.tool import Tool
from engine.film.camera_path import NamedPath, eased
from engine.frames import DepthFrame
from engine.navigation.bindings import Binding
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.settings.language import _

AMPLITUDE_DEG = 12.0
"""How far the camera goes to each side. Beyond it, orbiting a guessed scene resists."""
ROUND_S = 6.0
"""How long the path takes, there and back."""
BEGIN_S = 1.0
"""How long it takes to leave the view that the path begins from."""


class BulletTime(Tool):
    """Holds the frame on screen, and moves the camera along the chosen path until the user goes on."""

    bindings: ClassVar = (
        Binding("shift+space", "toggle_bullet_time", "bullet time: stop the scene, the camera swings; go on"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._frame: DepthFrame | None = None
        """The frame on screen, while the scene is stopped."""
        self._held_before = False
        """Whether it was stopped before."""
        self._path: NamedPath | None = None
        """None once the user has moved the camera."""
        self._home = self._expected = Camera.home(1.0)
        """Where the path begins, and where it has brought the camera."""
        self._started_s = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the scene is stopped for it."""
        return self._frame is not None

    def actions(self) -> Actions:
        return {"toggle_bullet_time": self._toggle}

    def update(self, now_s: float) -> None:
        view = self.context.view
        if self._frame is None:
            return
        if view.shown is not self._frame:  # it goes on by another key, or was captured
            self._land()
        elif self._path is not None and view.navigation.target != self._expected:
            self._path = None
        if self._path is not None:
            passed_s = now_s - self._started_s
            amplitude = eased(min(passed_s / BEGIN_S, 1.0), "smooth")
            self._expected = self._path.pose(passed_s / ROUND_S % 1, amplitude).camera(self._home)
            view.navigation = Navigation.at(self._expected)

    def escape(self) -> bool:
        """Let the scene go on; return False if it does."""
        if self._frame is None:
            return False
        self._land()
        if not self._held_before:
            self.context.view.release()
        return True

    def _toggle(self) -> None:
        if not self.escape():
            self._begin()

    def _begin(self) -> None:
        view, pipeline = self.context.view, self.context.pipeline
        if view.shown is None:
            self.context.notices.warn(_("There is no depth yet."))
            return
        self._held_before = view.is_held
        if not view.is_held:
            view.hold(view.shown, pauses=True)
        self._frame, self._home, self._started_s = view.shown, view.navigation.target, pipeline.clock.now_s()
        self._path = NamedPath(pipeline.settings.motion.bullet_path, amplitude_deg=AMPLITUDE_DEG, is_loop=True)
        self._expected = self._home

    def _land(self) -> None:
        """Bring the camera back, unless the user has moved it."""
        navigation = self.context.view.navigation
        if self._path is not None and navigation.target == self._expected:
            navigation.go_to(self._home)
        self._frame = self._path = None
