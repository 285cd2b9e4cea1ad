"""The depth thread, from the newest frame to the newest depth."""

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.clock import Clock
from engine.depth.live.depth_status import DepthStatus
from engine.depth.live.flicker import FlickerMeter
from engine.depth.live.loader import EstimatorLoader, Loaded, MakeEstimator, load_estimator
from engine.depth.live.shots import ShotCounter
from engine.depth.live.stabilize import CutDetector, RangeTracker, TemporalFilter
from engine.depth.runtime.allocator import return_freed_memory
from engine.depth.runtime.out_of_memory import InputLimit, is_out_of_memory
from engine.depth.transparency import enlarged, up_to_the_cut, without_transparent
from engine.frames import (
    CameraOrigin,
    DepthFrame,
    DepthKind,
    DepthMap,
    Frame,
    Intrinsics,
    in_full,
    scale_intrinsics,
)
from engine.geometry.intrinsics import camera_of
from engine.geometry.own_depth import own_depth
from engine.geometry.world import measured_only
from engine.logs import RepeatGuard
from engine.mailbox import Mailbox
from engine.settings import DepthSettings
from engine.settings.fields import all_traits

if TYPE_CHECKING:
    from engine.depth.live.estimator import Estimator

log = logging.getLogger(__name__)

_IDLE_S = 0.1  # how often an idle thread checks for new settings
_NETWORK_FIELDS = {name for name, traits in all_traits().items() if traits.loads_network}


class DepthWorker:
    """The depth thread and its network.

    Frames that bring their own depth need no network, and torch is not imported for them.
    """

    def __init__(
        self,
        frames: Mailbox[Frame],
        depths: Mailbox[DepthFrame],
        settings: DepthSettings,
        clock: Clock,
        make_estimator: MakeEstimator = load_estimator,
        *,
        previews: bool = True,
    ) -> None:
        """`previews`: deliver the quick depth of a still image before its refined depth."""
        self.status = DepthStatus()
        self.pace_s = 0.0
        """The shortest time from one depth map to the next. Any thread may set it."""
        self._frames, self._depths = frames, depths
        self._settings, self._previews = settings, previews
        self._new_settings: Mailbox[DepthSettings] = Mailbox()
        self._reload = threading.Event()
        self._clock = clock
        self._loader = EstimatorLoader(make_estimator)
        self._estimator: Estimator | None = None
        self._fallback_message: str | None = None
        self._limit = InputLimit()
        self._guard = RepeatGuard(log)
        self._cuts, self._range, self._filter = CutDetector(), RangeTracker(), TemporalFilter()
        self._shots, self._shot = ShotCounter(), 0
        self._flicker = FlickerMeter()
        self._last: Frame | None = None
        self._depth_px = (0, 0)
        """Width and height of the newest depth map, as the network or the source gave it."""
        self._rough: DepthMap | None = None
        """The quick depth of `_last`, if that is a still image whose depth is not refined yet."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="depth", daemon=True)

    @property
    def loading_step(self) -> str:
        """What is being done for the network that is loading, in English and marked for translation."""
        return self._loader.doing

    def start(self) -> None:
        self._thread.start()

    def apply(self, settings: DepthSettings) -> None:
        """Use `settings` from the next frame on. Callable from any thread."""
        self._new_settings.put(settings)

    def reload(self) -> None:
        """Load the network again, since its weights may have arrived. Callable from any thread."""
        self._reload.set()

    def close(self, timeout_s: float = 1.0) -> bool:
        """Ask the thread to end, and wait. Return False if it is still busy; it does not keep the process alive."""
        self._closing.set()
        self._frames.close()
        self._loader.close()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._step()
            except Exception as error:  # the loop must survive any failure of a network
                message = self._guard.report("computing depth", error)
                self._update(errors=self._guard.total, message=message)
                self._closing.wait(_IDLE_S)

    def _step(self) -> None:
        settings = self._new_settings.take()
        if settings is not None:
            self._adopt(settings)
        if self._reload.is_set():
            self._reload.clear()
            if self._estimator is not None or self._loader.pending is not None or self.status.state == "failed":
                self._load()
        loaded = self._loader.take()
        if loaded is not None:
            self._install(loaded)
        frame = self._frames.wait(_IDLE_S)
        if frame is None and (settings is not None or loaded is not None):
            frame = self._last  # a still image shows the change too
        if frame is None:
            self._refine()
            return
        if frame.depth is None and self._estimator is None and self.status.state == "idle":
            self._request()
        started_s = self._clock.now_s()
        depth_frame = self._depth_of(frame)
        if depth_frame is None:
            return
        self._deliver(depth_frame)
        left_s = started_s + self.pace_s - self._clock.now_s()
        if left_s > 0:
            self._closing.wait(left_s)

    def _deliver(self, depth_frame: DepthFrame) -> None:
        self._depths.put(depth_frame)
        frame = depth_frame.frame
        self._update(
            depth_frames=self.status.depth_frames + 1,
            input_px=self._depth_px,
            flicker=self._flicker.update(depth_frame.depth, depth_frame.range, frame.geometry_image, frame.time_s),
            message=self._limit.message or self._fallback_message,
        )

    def _refine(self) -> None:
        """Deliver better depth of a still image, now that nothing else is to be done."""
        rough, self._rough = self._rough, None
        frame, estimator, started_s = self._last, self._estimator, self._clock.now_s()
        if rough is None or frame is None or estimator is None:
            return
        depth = estimator.refined(rough, in_full(frame).image)
        if depth is not rough:
            self._range = RangeTracker()
            self._deliver(self._described(frame, depth, estimator.kind, estimator.info.encoder, started_s))

    def _adopt(self, settings: DepthSettings) -> None:
        changed = _changes(self._settings, settings)
        self._settings = settings
        if changed & _NETWORK_FIELDS:
            self._update(state="idle" if self._estimator is None else "ready")
            if self._estimator is not None or self._loader.pending is not None:
                self._request()
        if changed - _NETWORK_FIELDS:
            self._range = RangeTracker()

    def _request(self) -> None:
        pending = self._loader.pending
        if pending is None or _changes(pending, self._settings) & _NETWORK_FIELDS:
            self._load()

    def _load(self) -> None:
        self._loader.request(self._settings)
        self._update(loading=self._settings.encoder, message=None)

    def _install(self, loaded: Loaded) -> None:
        """Run another network from now on."""
        self._fallback_message = loaded.message
        if loaded.estimator is None:
            self._update(state="failed", loading=None, message=loaded.message)
            return
        if self._estimator is not None:
            self._estimator.close()
        self._estimator = loaded.estimator
        self._range, self._filter, self._limit = RangeTracker(), TemporalFilter(), InputLimit()
        return_freed_memory()
        self._update(state="ready", loading=None, info=loaded.estimator.info, message=loaded.message)

    def _depth_of(self, frame: Frame) -> DepthFrame | None:
        """Return `frame` with its depth; None if it has none and no network is loaded."""
        self._follow(frame)
        started_s = self._clock.now_s()
        estimator = self._estimator
        if frame.depth is not None:
            model = frame.recorded.model if frame.recorded else "source"
            return self._described(frame, *own_depth(frame, self._settings), model, started_s)
        if estimator is None:
            return None
        depth = self._estimate(estimator, frame)
        if not frame.is_still:
            if self._settings.temporal_filter and not estimator.is_temporal:
                depth = self._filter.update(depth, frame.geometry_image, frame.time_s)
        elif self._previews:
            self._rough = depth
        else:
            depth = estimator.refined(depth, in_full(frame).image)
        return self._described(frame, depth, estimator.kind, estimator.info.encoder, started_s)

    def _described(self, frame: Frame, depth: DepthMap, kind: DepthKind, model: str, started_s: float) -> DepthFrame:
        """Return `frame` with `depth`, its range and its camera."""
        self._depth_px = depth.shape[1], depth.shape[0]
        if frame.depth is None:
            depth = enlarged(depth, frame)
            depth = up_to_the_cut(depth, frame, depth.shape[1] / self._depth_px[0])
        depth_range = frame.recorded.range if frame.recorded else self._range.update(
            depth, kind, frame.time_s,
            percentiles=(self._settings.depth_min_percentile, self._settings.depth_max_percentile),
            time_constant_s=self._settings.range_time_s,
        )  # fmt: skip
        depth = without_transparent(measured_only(depth, kind, fill=depth_range.low), frame)
        intrinsics, camera = self._camera(frame, depth)
        return DepthFrame(
            frame, depth, kind, intrinsics, depth_range, model, started_s, self._clock.now_s(), camera,
            frame.recorded.calibration if frame.recorded else None, shot=self._shot,
        )  # fmt: skip

    def _estimate(self, estimator: "Estimator", frame: Frame) -> DepthMap:
        """Compute the depth of `frame`, at a smaller input size while memory is short."""
        estimate = estimator.estimate_still if frame.is_still else estimator.estimate
        size = self._limit.grow(self._clock.now_s())
        while True:
            if size is not None:
                estimator.input_size = size
                self._reset(keep_cuts=True)
            try:
                depth = estimate(frame.geometry_image)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            else:
                self._limit.succeeded()
                return depth
            # out here the error, which refers to what filled the memory, is gone
            size = self._limit.shrink(estimator.input_size, self._clock.now_s())
            log.warning("%s", self._limit.message)

    def _follow(self, frame: Frame) -> None:
        """Reset everything that depends on earlier frames when the scene changes."""
        last, self._last = self._last, frame
        self._rough = None
        if frame is last:
            return
        is_other = last is not None and not frame.goes_on_from(last)
        if is_other:
            self._reset()
            return_freed_memory()
        is_cut = self._cuts.update(frame.geometry_image)
        self._shot = self._shots.update(frame.geometry_image, is_cut=is_cut or is_other)
        if is_cut:
            log.debug("scene cut at frame %d", frame.index)
            self._reset(keep_cuts=True)

    def _reset(self, *, keep_cuts: bool = False) -> None:
        if not keep_cuts:
            self._cuts = CutDetector()
        self._range, self._filter = RangeTracker(), TemporalFilter()
        if self._estimator is not None:
            self._estimator.reset()

    def _camera(self, frame: Frame, depth: DepthMap) -> tuple[Intrinsics, CameraOrigin]:
        """Return the camera of `frame` at the resolution of its depth map, and where it comes from."""
        width, height = frame.geometry_px
        matrix, origin = camera_of(frame, self._settings)
        return scale_intrinsics(matrix, depth.shape[1] / width, depth.shape[0] / height), origin

    def _update(self, **changes: object) -> None:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]  # fields of any type


def _changes(before: DepthSettings, after: DepthSettings) -> set[str]:
    return {name for name in DepthSettings.model_fields if getattr(before, name) != getattr(after, name)}
