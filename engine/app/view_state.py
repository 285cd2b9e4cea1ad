"""What is on screen: the live frame or one that is held, and the camera that looks at it."""

from math import inf

from engine.frames import Capture, DepthFrame, DepthKind
from engine.geometry.point_cloud import Points
from engine.geometry.world import world_units
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.sway import Sway
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import Comparison, DrawRequest
from engine.sources.recording.transport import Transport


class ViewState:
    """The frame on screen and the camera. Main thread only."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._held: DepthFrame | None = None
        self.capture: Capture | None = None
        """The capture that is shown instead of the live scene."""
        self.points: Points | None = None
        """The cloud that is shown in place of the held frame's surface."""
        self._settled: tuple[DepthFrame | None, Capture | None] = (None, None)
        """The frame and the capture, if it is one, in whose units the camera is."""
        self._rested: Transport | None = None
        """The recording that is paused because a capture is shown."""
        self.navigation = Navigation.at(Camera.home(2.0))
        self._sway = Sway()

    @property
    def shown(self) -> DepthFrame | None:
        return self._held or self._pipeline.live

    @property
    def camera(self) -> Camera:
        """The camera: where the user went, and how far it sways from there."""
        return self._sway.applied(self.navigation.camera)

    def move(self, step_s: float, pointer: tuple[float, float] | None) -> None:
        """Move the camera on by `step_s` seconds. `pointer`: the mouse, 0 to 1 across the window."""
        self.navigation.resists = self._is_guessed and not self._pipeline.settings.motion.free_orbit
        if self._pipeline.settings.interface.reduced_motion:
            self.navigation.update(inf)
            self._sway = Sway()
        else:
            self.navigation.update(step_s)
            self._sway.update(step_s, self._pipeline.settings, pointer)

    @property
    def _is_guessed(self) -> bool:
        """Whether the depth on screen was neither measured nor computed by the best network."""
        shown = self.shown
        return shown is not None and not (self.is_capture or shown.is_metric or shown.model == "source")

    @property
    def is_held(self) -> bool:
        return self._held is not None

    @property
    def is_capture(self) -> bool:
        return self.capture is not None

    @property
    def enlargement(self) -> float:
        """Width of the geometry on screen relative to that of the live frame it was captured from."""
        capture = self.capture
        if capture is None or capture.live is None:
            return 1.0
        return capture.frame.frame.geometry_px[0] / capture.live.frame.geometry_px[0]

    @property
    def is_frozen(self) -> bool:
        return self.is_held and not self.is_capture

    def hold(self, frame: DepthFrame | None) -> None:
        """Show `frame` until `release`, whatever the source gives."""
        self._show(frame)

    def hold_capture(self, capture: Capture) -> None:
        """Show `capture` in place of the live scene until `release`."""
        self._show(capture.frame, capture)

    def hold_cloud(self, first: Capture, points: Points) -> None:
        """Show `points` until `release`; unit and camera are those of their `first` view."""
        self._show(first.frame, first, points)

    def release(self) -> None:
        """Return to the live scene."""
        self._show(None)

    def escape(self) -> bool:
        """Return to the live scene; False if it is on screen."""
        was_held = self.is_held
        self.release()
        return was_held

    def draw_request(self, wipe_at: float | None = None) -> DrawRequest:
        """Return what to draw now. `wipe_at`: where the live scene begins beside a capture, as a share of the width."""
        comparison, live = None, self._pipeline.live
        if wipe_at is not None and self.capture is not None and live is not None:
            comparison = Comparison(live, self.camera.scaled(self._live_scale(self.capture)), wipe_at)
        return DrawRequest(self.shown, self.camera, self.points, comparison, self.enlargement)

    def _show(self, frame: DepthFrame | None, capture: Capture | None = None, points: Points | None = None) -> None:
        self._held, self.capture, self.points = frame, capture, points
        self._rest()
        self._settle()

    def _rest(self) -> None:
        """Pause a recording while a capture of it is shown, and let it go on afterwards."""
        transport = self._pipeline.source.transport
        if self.is_capture and transport is not None and not transport.playback.is_paused:
            transport.toggle()
            self._rested = transport
        elif not self.is_capture and self._rested is not None:
            if self._rested is transport and transport.playback.is_paused:
                transport.toggle()
            self._rested = None

    def _settle(self) -> None:
        """If the unit of the same scene has changed, scale the camera so that it stays in its place."""
        (before, left), after = self._settled, self.shown
        self._settled = (after, self.capture)
        if before is None or after is None or before.frame.source_id != after.frame.source_id:
            return
        if left is self.capture and (before.kind, before.calibration) == (after.kind, after.calibration):
            return
        if left is not None and self.capture is None:
            self.navigation.scale(self._live_scale(left))
        elif not (before.is_metric and after.is_metric):
            self.navigation.scale(self._pipeline.pivot_distance(after) / self._pipeline.pivot_distance(before))

    def _live_scale(self, capture: Capture) -> float:
        """Return the size of the live world relative to that of `capture`."""
        live, then = self._pipeline.live, capture.live
        if live is None or then is None or _unit(live) is _unit(capture.frame) is not DepthKind.DISPARITY:
            return 1.0
        return self._pipeline.pivot_distance(then) / self._pipeline.pivot_distance(capture.frame)

    def take_depth(self) -> None:
        """Take the newest depth frame. The first one places the camera where it was taken from."""
        is_first = self._pipeline.live is None
        if self._pipeline.take_depth() and is_first and self._pipeline.live is not None:
            self.navigation = Navigation.at(self._pipeline.first_camera(self._pipeline.live))
        self._settle()

    def units_per_px(self) -> tuple[float, float]:
        """Return the width and height of a pixel on screen at a distance of one, in world units."""
        return self._pipeline.renderer.units_per_px()

    def world_units(self) -> float:
        """Return the size of the world on screen relative to the usual one."""
        return 1.0 if self.shown is None else world_units(self.shown, self._pipeline.settings.scene)

    def pick(self, u: float, v: float) -> tuple[float, float, float] | None:
        """Return the surface point under (u, v), 0 to 1 across the window; None beside the surface."""
        return self._pipeline.renderer.pick(u, v)

    def project(self, place: tuple[float, float, float]) -> tuple[tuple[float, float] | None, ...]:
        """Project a world position to 0 to 1 across the window, for each eye; None behind the camera."""
        return self._pipeline.renderer.project(place)


def _unit(frame: DepthFrame) -> DepthKind:
    """Return what depth of `frame` is measured in."""
    return frame.calibration.kind if frame.calibration is not None else frame.kind
