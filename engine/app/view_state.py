"""What is on screen: the live frame or one that is held, and the camera that looks at it."""

from dataclasses import dataclass
from math import inf

from pyglm import glm

from engine.app.centering import Centering
from engine.app.rise import Rise
from engine.film.key_frames import KeyFrame
from engine.frames import Capture, DepthFrame, DepthKind
from engine.geometry.mesh import Fused
from engine.geometry.rise import flat
from engine.geometry.world import world_units
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.sway import Sway
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import Comparison, DrawRequest
from engine.settings import Settings
from engine.sources.recording.transport import Transport

_AHEAD = 0.2
"""The share of the view, around its middle, in which surfaces are in the way."""
_SCARCE, _MOST = 2, 0.6
"""Of 25 places in view so few on the surface are nothing to look at. If so many of those on it, as a share, are right
before the eye, it is a single blob."""
_BLOB, _FAR = 0.35, 2.0
"""In distances from home to the pivot: what is right before the eye, and a camera that is far from home."""
_FIRST_RISE = 1e-3
"""The relief of the first picture that has depth; 0 is that of one without."""


@dataclass(frozen=True, slots=True)
class Second:
    """The scene as another network, or other settings, have it."""

    frame: DepthFrame
    name: str
    """What it is called in the window."""
    settings: Settings | None = None
    """How it is drawn; None for as the first one."""


class ViewState:
    """The frame on screen and the camera. Main thread only."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._held: DepthFrame | None = None
        self.capture: Capture | None = None
        """The capture that is shown instead of the live scene."""
        self.points: Fused | None = None
        """The cloud or the mesh that is shown in place of the held frame's surface."""
        self._settled: tuple[DepthFrame | None, Capture | None] = (None, None)
        """The frame and the capture, if it is one, in whose units the camera is."""
        self._rested: Transport | None = None
        """The recording that is paused because something else is shown."""
        self.second: Second | None = None
        """What the scene on screen is compared with."""
        self.navigation = Navigation.at(Camera.home(2.0))
        self._sway = Sway()
        self.rise = Rise()
        self.centering = Centering()
        self.key_frames: tuple[KeyFrame, ...] = ()
        """The camera path that the user sets."""
        self.is_recorded = False
        """Whether the picture goes into a video."""
        self._judged: tuple[Camera, str] | None = None
        self._is_astray = False
        """Whether the camera in `_judged` is."""
        self._flat: DepthFrame | None = None
        """The newest frame on a plane, while the source that is shown has no depth yet."""
        self._flat_home: Camera | None = None
        """The camera that looks at it, until the user moves."""

    @property
    def shown(self) -> DepthFrame | None:
        """The depth frame on screen; None without one, as before the first depth of a source."""
        return self._held or (None if self._flat is not None else self._pipeline.live)

    @property
    def camera(self) -> Camera:
        """The camera: where the user went, and how far it sways from there."""
        camera = self._sway.applied(self.navigation.camera)
        return camera.orbited(self.rise.yaw_rad, 0) if self.rise.yaw_rad and not self.is_held else camera

    def move(self, step_s: float, pointer: tuple[float, float] | None) -> None:
        """Move the camera on by `step_s` seconds. `pointer`: the mouse, 0 to 1 across the window."""
        self.navigation.resists = self._is_guessed and not self._pipeline.settings.motion.free_orbit
        if self._pipeline.settings.interface.reduced_motion:
            self.navigation.update(inf)
            self.centering.update(inf)
            self._sway = Sway()
            self.rise.finish()
        else:
            self.rise.update(step_s)
            self.navigation.update(step_s)
            is_empty = self.shown is None and self._flat is None
            self.centering.update(inf if is_empty else step_s)
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

    def hold(self, frame: DepthFrame | None, *, pauses: bool = False) -> None:
        """Show `frame` until `release`, whatever the source gives. `pauses`: a recording pauses until then."""
        self._show(frame, pauses=pauses)

    def hold_capture(self, capture: Capture) -> None:
        """Show `capture` in place of the live scene until `release`."""
        self._show(capture.frame, capture)

    def hold_cloud(self, first: Capture, points: Fused) -> None:
        """Show `points` until `release`; unit and camera are those of their `first` view."""
        self._show(first.frame, first, points)

    def release(self) -> None:
        """Return to the live scene."""
        self._show(None)

    def escape(self) -> bool:
        """Return to what plays, and from a replay to the live scene; False if that is on screen."""
        was_held = self.is_held
        self.release()
        return was_held or self._pipeline.source.end_replay()

    def draw_request(self, wipe_at: float | None = None) -> DrawRequest:
        """Return what to draw now.

        wipe_at: where the live scene begins beside a capture, or the second one beside it, as a share of the width.
        """
        comparison, live = None, self._pipeline.live
        if wipe_at is not None and self.capture is not None and live is not None:
            comparison = Comparison(live, self.camera.scaled(self._live_scale(self.capture)), wipe_at)
        elif wipe_at is not None and self.second is not None and self.shown is not None:
            first, other = self.shown, self.second.frame
            is_same = _unit(first) is _unit(other)
            scale = 1.0 if is_same else self._pipeline.pivot_distance(other) / self._pipeline.pivot_distance(first)
            comparison = Comparison(other, self.camera.scaled(scale), wipe_at, self.second.settings)
        if self._held is None and self._flat is not None:
            return DrawRequest(self._flat, self.camera, rise=0.0, covered=self._covered)
        rise = 1.0 if self.is_held else max(self.rise.share, _FIRST_RISE)
        return DrawRequest(
            self.shown, self.camera, self.points, comparison, rise, self._covered, self.enlargement
        )  # fmt: skip

    @property
    def _covered(self) -> float:
        """How much of the left is left to the panels: nothing where others see the picture, too."""
        is_shared = self.is_recorded or self._pipeline.virtual_camera is not None
        return 0.0 if is_shared else self.centering.share

    def _show(
        self,
        frame: DepthFrame | None,
        capture: Capture | None = None,
        points: Fused | None = None,
        *,
        pauses: bool = False,
    ) -> None:
        self._held, self.capture, self.points = frame, capture, points
        self._rest(pauses or self.is_capture)
        self._settle()

    def _rest(self, is_resting: bool) -> None:
        """Pause a recording while something else is shown, and let it go on afterwards."""
        transport = self._pipeline.source.transport
        if is_resting and transport is not None and not transport.playback.is_paused:
            transport.toggle()
            self._rested = transport
        elif not is_resting and self._rested is not None:
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
        """Take the newest depth frame. The first one of a source places the camera where it was taken from."""
        before = self._pipeline.live
        is_newer, live = self._pipeline.take_depth(), self._pipeline.live
        if is_newer and live is not None and (before is None or before.frame.source_id != live.frame.source_id):
            self._welcome(live, is_first=before is None)
        self._lie_flat()
        self._settle()

    def _welcome(self, live: DepthFrame, *, is_first: bool) -> None:
        """Show the first depth of a source: let it rise, seen from its home unless the user has moved already."""
        if not self._pipeline.settings.interface.reduced_motion:
            self.rise.begin()
        if self.is_held:
            return
        if self._flat is not None and self.navigation.target != self._flat_home:
            self.navigation.scale(self._pipeline.pivot_distance(live) / self._pipeline.pivot_distance(self._flat))
        else:
            camera = self._pipeline.first_camera(live) if is_first else self._pipeline.home_camera(live)
            self.navigation = Navigation.at(camera)

    def _lie_flat(self) -> None:
        """Put the newest frame on a plane while its source has no depth yet."""
        newest, live = self._pipeline.source.newest, self._pipeline.live
        has_depth = live is not None and newest is not None and live.frame.source_id == newest.source_id
        if newest is None or newest.depth is not None or has_depth:
            self._flat = None
        elif self._flat is None or self._flat.frame is not newest:  # a quick one is on screen once
            is_other = self._flat is None or self._flat.frame.source_id != newest.source_id
            self._flat = flat(newest, self._pipeline.settings.depth, is_quick=is_other)
            if is_other and not self.is_held:
                self.navigation = Navigation.at(self._pipeline.home_camera(self._flat))
                self._flat_home = self.navigation.target

    def dolly(self, steps: float, pointer: tuple[float, float] | None) -> None:
        """Move by `steps` of the wheel: not through a surface, but along it toward `pointer`."""
        renderer, target = self._pipeline.renderer, self.navigation.target
        points = renderer.points_in_view(_AHEAD) if steps > 0 else []
        depths = [float(glm.dot(target.position - glm.vec3(point), target.backward)) for point in points if point]
        room = min((depth for depth in depths if depth > 0), default=inf)
        aside = renderer.direction(*pointer) if pointer is not None else (0.0, 0.0)
        self.navigation.dolly(steps, self.world_units(), room, aside)

    def is_astray(self) -> bool:
        """Whether the user may have lost the scene: it is out of view, right before the eye, or home is far."""
        camera, shown = self.navigation.camera, self.shown
        if shown is None or camera != self.navigation.target:
            return False
        if (camera, shown.frame.source_id) != self._judged:
            self._judged = camera, shown.frame.source_id
            home = self._pipeline.home_camera(shown)
            points = [glm.vec3(point) for point in self._pipeline.renderer.points_in_view(1.0) if point]
            distances = [glm.distance(camera.position, point) for point in points]
            self._is_astray = camera != home and (
                len(points) <= _SCARCE
                or sum(distance < _BLOB * home.distance for distance in distances) >= _MOST * len(points)
                or glm.distance(camera.position, home.position) > _FAR * home.distance
            )
        return self._is_astray

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
