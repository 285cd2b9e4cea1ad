"""The application without a window: source, depth thread and renderer."""

import logging
from dataclasses import replace
from math import radians
from typing import TYPE_CHECKING, Any

from engine.clock import Clock
from engine.depth.live.flicker_map import FlickerMap, heated
from engine.depth.live.time_warp import TimeWarp, is_worthwhile
from engine.depth.live.worker import DepthWorker
from engine.frames import Capture, DepthFrame, Frame
from engine.geometry.calibration import StreamCalibration, calibrate_stream
from engine.geometry.rise import risen
from engine.geometry.world import pivot_distance
from engine.mailbox import Mailbox
from engine.navigation.camera import Camera
from engine.pipeline.replay import Replay
from engine.render.display import Display
from engine.render.draw_request import DrawRequest
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.run_options import RunOptions
from engine.sources import SourceSwitch
from engine.status.limits import Limits, StageTimes
from engine.status.metrics import Rates, Statistics

if TYPE_CHECKING:
    import moderngl

    from engine.export.virtual_camera import VirtualCamera

VIRTUAL_CAMERA_FPS = 30.0

log = logging.getLogger(__name__)


class Pipeline:
    """Reads, estimates and draws. `run_headless` or the window's loop drives it."""

    def __init__(
        self, settings: Settings, options: RunOptions, ctx: "moderngl.Context", clock: Clock, started_s: float
    ) -> None:
        self.settings, self._options, self.clock = settings, options, clock
        self._frames: Mailbox[Frame] = Mailbox()
        self._depths: Mailbox[DepthFrame] = Mailbox()
        copies: Mailbox[Frame] = Mailbox()
        self._warped: Mailbox[DepthFrame] = Mailbox()
        self.time_warp = TimeWarp(copies, self._warped)
        self.source = SourceSwitch(self._frames, clock, settings.source, copies=copies)
        self.replay = Replay(self.source)
        self.worker = DepthWorker(self._frames, self._depths, settings.depth, clock, previews=not options.headless)
        self.display = Display(ctx, options.size_px, clock, is_dev=options.dev)
        self.statistics, self.stages = Statistics(started_s), StageTimes()
        self.live: DepthFrame | None = None
        """The newest depth frame, calibrated if possible."""
        self._newest: DepthFrame | None = None
        """The same without calibration."""
        self._depth_frame_s = 0.0
        """When the frame that its depth was computed from was captured."""
        self._base: DepthFrame | None = None
        """The newest depth frame that was not warped."""
        self.calibration: StreamCalibration | None = None
        """The calibration of the stream by the newest capture."""
        self._flicker = FlickerMap()
        self._heated: tuple[DepthFrame, DepthFrame] | None = None
        """The live frame that was drawn last in the view `flicker`, and how it was drawn."""
        self._counted_s = 0.0
        """When the newest depth map on screen was finished."""
        self._virtual_camera: VirtualCamera | None = None

    @property
    def renderer(self) -> Renderer:
        return self.display.renderer

    def start(self, *, patient: bool) -> None:
        """Open the source and start the threads.

        Raises SourceError if the source cannot be opened, unless `patient`: then it is retried.
        """
        self.source.start(patient=patient)
        self.worker.start()
        self.time_warp.start()

    def apply(self, settings: Settings, *, again: bool = False) -> None:
        """Apply `settings` without waiting: slow changes happen in the background.

        again: retry a source that was refused.
        """
        if again or settings.source != self.settings.source:
            self.source.apply(settings.source, again=again)
        if settings.depth != self.settings.depth:
            self.worker.apply(settings.depth)
        is_switched = settings.capture.calibrate != self.settings.capture.calibrate
        self.settings = settings
        if is_switched:
            self._calibrate()

    def take_depth(self) -> bool:
        """Take the newest depth frame. Return whether there was one."""
        depth = self._newer_depth()
        if depth is None:
            return False
        if self.calibration is not None and self.calibration.source_id != depth.frame.source_id:
            self.calibration = None
        self._newest = depth
        if self._base is not None:
            self._depth_frame_s = self._base.frame.time_s
        self._calibrate()
        return True

    def _newer_depth(self) -> DepthFrame | None:
        """Return newer depth, or a newer frame with warped depth; None if there is neither."""
        depth, warped, shown = self._depths.take(), self._warped.take(), self._newest
        if depth is not None:
            self._base = depth
            if self.settings.display.view == "flicker":
                self._flicker.update(depth)
            self.time_warp.follow(depth if self._is_warping() else None)
        if warped is not None and self._base is not None and warped.done_s == self._base.done_s:
            depth = warped
        if depth is None or shown is None or not shown.is_warped:
            return depth
        is_older = depth.frame.source_id == shown.frame.source_id and depth.frame.time_s < shown.frame.time_s
        return None if is_older else depth  # shown once it is warped to the frame on screen

    def _is_warping(self) -> bool:
        wanted = self.settings.display.time_warp
        if wanted == "auto":
            now_s = self.clock.now_s()
            return is_worthwhile(self.statistics.depth_fps(now_s), self.source.fps, self.statistics.display_ms(now_s))
        return wanted == "on"

    def learn(self, capture: Capture) -> None:
        """Calibrate the stream by a capture of it. Raises CalibrationError if the two disagree."""
        newest = self._newest
        if capture.live is None or newest is None or capture.live.frame.source_id != newest.frame.source_id:
            return
        self.calibration = calibrate_stream(capture.live, capture.frame)
        self._calibrate()

    def _calibrate(self) -> None:
        calibration = self.calibration if self.settings.capture.calibrate else None
        self.live = calibration.applied(self._newest) if calibration and self._newest else self._newest

    def draw_if_changed(self, request: DrawRequest) -> bool:
        """Draw if the picture would differ from the last one. Return whether it did."""
        shown, started_s = request.frame, self.clock.now_s()
        if shown is not None and self.settings.display.view == "flicker":
            request = replace(request, frame=self._with_flicker(shown))
        elif shown is not None and 0 < request.rise < 1:
            request = replace(request, frame=risen(shown, request.rise))
        if not self.display.draw_if_changed(request, self.settings):
            return False
        done_s = self.clock.now_s()
        if shown is not None and not self.display.is_refined:
            if shown is self.live and shown.done_s != self._counted_s:
                computed_s = shown.done_s - shown.started_s
                self.statistics.depth_shown(self._depth_frame_s, computed_s, done_s)
                waited_s = max(started_s - self._depth_frame_s - computed_s, 0.0)
                self.stages.depth_shown(waited_s, computed_s, self.renderer.upload_s, done_s)
                self._counted_s = shown.done_s
            if self.statistics.has_depth:  # not a flat picture
                self.statistics.drawn(done_s - started_s, done_s)
        if self._virtual_camera is not None:
            self._virtual_camera.show(self.renderer.read())
        return True

    def _with_flicker(self, shown: DepthFrame) -> DepthFrame:
        """Return the frame on screen as the view `flicker` draws it. What is not live stays as it is."""
        if shown is self.live and (self._heated is None or self._heated[0] is not shown):
            self._heated = shown, heated(shown, self._flicker.deviation)
        return self._heated[1] if self._heated is not None and self._heated[0] is shown else shown

    def record_work(self, seconds: float) -> None:
        """Record how long a loop iteration that drew worked, waiting for the screen excluded."""
        self.display.record_work(seconds)
        if not self.display.is_refined:
            self.stages.drawn(max(seconds - self.renderer.upload_s, 0.0), self.clock.now_s())
        self.worker.pace_s = self.display.pace_s

    def record_swap(self, started_s: float, *, is_new: bool) -> None:
        """Record that the window shows what was drawn. `is_new`: whether that is a new picture of the scene."""
        now_s = self.clock.now_s()
        if is_new:
            self.stages.swapped(now_s - started_s, now_s)
        self.statistics.presented(now_s)

    def home_camera(self, frame: DepthFrame) -> Camera:
        """Return the camera of the picture, with its pivot between near and far."""
        return Camera.home(self.pivot_distance(frame))

    def pivot_distance(self, frame: DepthFrame) -> float:
        """Return the distance of the pivot in world units."""
        return pivot_distance(frame, self.settings.scene)

    def first_camera(self, frame: DepthFrame) -> Camera:
        """Return the home camera, orbited as `--orbit` asks for."""
        yaw_deg, pitch_deg, distance = self._options.orbit_deg
        camera = self.home_camera(frame).orbited(radians(yaw_deg), radians(pitch_deg))
        return camera if distance is None else replace(camera, distance=distance)

    @property
    def dropped(self) -> int:
        """The number of frames that never reached the screen."""
        return self._frames.dropped + self._depths.dropped

    @property
    def rates(self) -> Rates:
        """The current rates."""
        return self.statistics.rates(self.clock.now_s(), source_fps=round(self.source.fps, 1), dropped=self.dropped)

    @property
    def limits(self) -> Limits:
        """How long each stage takes now, and which one the others wait for."""
        return self.stages.limits(
            self.clock.now_s(), source_s=self.source.interval_s, picture_s=1 / self.display.fps,
            pace_s=self.worker.pace_s,
        )  # fmt: skip

    def report(self) -> dict[str, Any]:
        """Return the figures that `--stats` writes."""
        status = self.worker.status
        info = status.info
        return {
            "encoder": info.encoder if info else "source",
            "weights": info.weights if info else "none",
            "device": info.device if info else "none",
            "precision": info.precision if info else "none",
            "input_px": list(status.input_px) if status.input_px else None,
            **self.statistics.report(depth_frames=status.depth_frames, dropped=self.dropped),
            "drawn": self.display.quality,
            "errors": status.errors,
            "message": self.source.message or status.message or self.display.message,
        }

    def close(self) -> None:
        """Stop the threads and release GPU objects."""
        self.source.close()
        self.replay.close()
        self.worker.close()
        self.time_warp.close()
        if self._virtual_camera is not None:
            self.toggle_virtual_camera()
        self.display.release()

    @property
    def virtual_camera(self) -> str | None:
        """The name of the virtual camera in use, if any."""
        return self._virtual_camera.name if self._virtual_camera is not None else None

    def toggle_virtual_camera(self) -> None:
        """Start or stop sending every picture to a virtual camera. Raises OutputError."""
        if self._virtual_camera is not None:
            self._virtual_camera.close()
            self._virtual_camera = None
            return
        from engine.export.virtual_camera import VirtualCamera

        self._virtual_camera = VirtualCamera(self._options.size_px, self._options.fps or VIRTUAL_CAMERA_FPS)
        self._virtual_camera.show(self.renderer.read())
        log.info("sending the picture to the virtual camera %s", self._virtual_camera.name)
