"""What is on screen: the live frame or one that is held, and from where it is looked at."""

from engine.frames import Capture, DepthFrame, DepthKind
from engine.geometry.point_cloud import Points
from engine.geometry.world import world_units
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.sway import Sway
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import Comparison, DrawRequest


class ViewState:
    """Main thread only."""

    def __init__(self, app: Pipeline) -> None:
        self._app = app
        self._held: DepthFrame | None = None
        self.capture: Capture | None = None
        """The capture that is shown instead of the live scene."""
        self.points: Points | None = None
        """The cloud that is shown in place of the held frame's surface."""
        self._settled: tuple[DepthFrame | None, Capture | None] = (None, None)
        """The frame, and the capture if it is one, in whose world the camera is."""
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
        self._sway.update(step_s, self._app.settings, pointer)

    @property
    def is_held(self) -> bool:
        return self._held is not None

    @property
    def is_capture(self) -> bool:
        return self.capture is not None

    @property
    def enlargement(self) -> float:
        """How many times as wide the picture on screen is as the live one that it was taken from."""
        capture = self.capture
        if capture is None or capture.live is None:
            return 1.0
        shown, live = capture.frame.frame.image, capture.live.frame.image
        return float(shown.shape[1] / live.shape[1])

    @property
    def is_frozen(self) -> bool:
        return self.is_held and not self.is_capture

    def hold(self, frame: DepthFrame | None) -> None:
        """Show `frame` until `release`, whatever comes live."""
        self._show(frame)

    def hold_capture(self, capture: Capture) -> None:
        """Show `capture` in place of the live scene until `release`."""
        self._show(capture.frame, capture)

    def hold_room(self, first: Capture, points: Points) -> None:
        """Show `points`, in the unit and from the camera of their `first` view, until `release`."""
        self._show(first.frame, first, points)

    def release(self) -> None:
        """Show what comes live."""
        self._show(None)

    def draw_request(self, wipe_at: float | None = None) -> DrawRequest:
        """Return what to draw now. `wipe_at`: where the live scene begins beside a capture, as a share of the width."""
        comparison, live = None, self._app.live
        if wipe_at is not None and self.capture is not None and live is not None:
            comparison = Comparison(live, self.camera.scaled(self._live_scale(self.capture)), wipe_at)
        return DrawRequest(self.shown, self.camera, self.points, comparison, self.enlargement)

    def _show(self, frame: DepthFrame | None, capture: Capture | None = None, points: Points | None = None) -> None:
        self._held, self.capture, self.points = frame, capture, points
        self._settle()

    def _settle(self) -> None:
        """Where the same scene is another world now, in another unit, move the camera to the same place in that."""
        (before, left), after = self._settled, self.shown
        self._settled = (after, self.capture)
        if before is None or after is None or before.frame.source_id != after.frame.source_id:
            return
        if left is self.capture and (before.kind, before.calibration) == (after.kind, after.calibration):
            return
        if left is not None and self.capture is None:
            self.navigation.scale(self._live_scale(left))
        elif not (before.is_metric and after.is_metric):
            self.navigation.scale(self._app.pivot_distance(after) / self._app.pivot_distance(before))

    def _live_scale(self, capture: Capture) -> float:
        """How many times as large the live world is as that of `capture`."""
        live, then = self._app.live, capture.live
        if live is None or then is None or _unit(live) is _unit(capture.frame) is not DepthKind.DISPARITY:
            return 1.0
        return self._app.pivot_distance(then) / self._app.pivot_distance(capture.frame)

    def take_depth(self) -> None:
        """Take up what the depth thread has; with the first frame the camera goes to where that was taken from."""
        is_first = self._app.live is None
        if self._app.take_depth() and is_first and self._app.live is not None:
            self.navigation = Navigation.at(self._app.first_camera(self._app.live))
        self._settle()

    def reach_per_px(self) -> tuple[float, float]:
        """How far a pixel of the picture on screen reaches to the right and up, at a distance of one."""
        return self._app.renderer.reach_per_px()

    def world_units(self) -> float:
        """How many times as large as usual the world on screen is."""
        return 1.0 if self.shown is None else world_units(self.shown, self._app.settings.scene)

    def pick(self, u: float, v: float) -> tuple[float, float, float] | None:
        """The point of the surface under (u, v) in 0..1 of the window; None beside it."""
        return self._app.renderer.pick(u, v)

    def spots(self, place: tuple[float, float, float]) -> tuple[tuple[float, float] | None, ...]:
        """Where a place of the world is seen, in 0..1 of the window; for each eye, in stereo."""
        return self._app.renderer.spots(place)


def _unit(frame: DepthFrame) -> DepthKind:
    """What lengths are in."""
    return frame.calibration.kind if frame.calibration is not None else frame.kind
