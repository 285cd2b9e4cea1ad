"""What is on screen: the live frame or one that is held, and from where it is looked at."""

from engine.app import App
from engine.camera import Camera, vertical_fov_rad
from engine.frames import Capture, DepthFrame
from engine.navigation import Navigation
from engine.sway import Sway

_FOV_RAD = 1.0  # while there is nothing to see


class Stage:
    """Main thread only."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._held: DepthFrame | None = None
        self.capture: Capture | None = None
        """The capture that is shown instead of the live scene."""
        self.navigation = Navigation.at(Camera.home(2.0))
        self._sway = Sway()

    @property
    def shown(self) -> DepthFrame | None:
        return self._held or self._app.live

    @property
    def camera(self) -> Camera:
        """From where it is looked at: where the user went, and how far the camera sways from there."""
        return self._sway.applied(self.navigation.camera)

    def move(self, step_s: float, pointer: tuple[float, float] | None) -> None:
        """Let the camera move on by `step_s` seconds; `pointer`: the mouse, in shares of the window."""
        self.navigation.update(step_s)
        self._sway.update(step_s, self._app.settings.motion, pointer)

    @property
    def is_held(self) -> bool:
        return self._held is not None

    @property
    def is_capture(self) -> bool:
        return self.capture is not None

    @property
    def is_frozen(self) -> bool:
        return self.is_held and not self.is_capture

    def hold(self, frame: DepthFrame | None) -> None:
        """Show `frame` until `release`, whatever comes live."""
        self._held, self.capture = frame, None

    def hold_capture(self, capture: Capture) -> None:
        """Show `capture` until `release`."""
        self._held, self.capture = capture.frame, capture

    def release(self) -> None:
        self._held = self.capture = None

    def take_depth(self) -> None:
        """Take up what the depth thread has; with the first frame the camera goes to where that was taken from."""
        is_first = self._app.live is None
        if self._app.take_depth() and is_first and self._app.live is not None:
            self.navigation = Navigation.at(self._app.first_camera(self._app.live))

    def fov_rad(self) -> float:
        """Vertical field of view of the picture on screen."""
        shown = self.shown
        return vertical_fov_rad(self._app.renderer.projection(shown)) if shown else _FOV_RAD

    def pick(self, u: float, v: float) -> tuple[float, float, float] | None:
        """The point of the surface under (u, v) in 0..1 of the window; None beside it."""
        return self._app.renderer.pick(u, v)
