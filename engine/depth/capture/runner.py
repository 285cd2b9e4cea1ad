"""A network that computes captures, of one frame or of several views of a scene."""

import logging
from collections.abc import Callable, Sequence

from torch import nn

from engine.clock import Clock
from engine.depth.capture.choice import candidates, shortfall
from engine.depth.capture.result import Estimate, capture_of
from engine.depth.preprocess import PROCESS_RES, VIDEO_INPUT_SIZE, depth_anything3_size, size_for
from engine.depth.runtime.allocator import return_freed_memory
from engine.depth.runtime.device import pick_device
from engine.depth.runtime.out_of_memory import is_out_of_memory, smaller_input
from engine.depth.runtime.precision import Precision
from engine.depth.still import StillDepth
from engine.errors import CheckpointError
from engine.frames import Capture, Frame
from engine.geometry.intrinsics import camera_of
from engine.models.checkpoints import load
from engine.models.depth_anything3 import AnyViewDepth, SingleViewDepth
from engine.models.lite import Lite
from engine.settings import CaptureSettings, DepthSettings, Settings

log = logging.getLogger(__name__)

TRAINED_RES = PROCESS_RES
"""Longest side in pixels that Depth-Anything-3 was trained at; smaller frames are enlarged to it."""


class Capturer:
    """A network with its weights, ready for any number of captures. Used on one thread at a time."""

    def __init__(
        self, name: str, model: nn.Module, precision: Precision, clock: Clock, note: str | None = None
    ) -> None:
        """`name` is the one in the catalog; `note` says why it is not the network that was asked for."""
        self.name = name
        self._clock, self._note = clock, note
        self._still = StillDepth(model.fold_norms() if isinstance(model, Lite) else model, precision=precision)

    @property
    def takes_views(self) -> bool:
        """Whether the network estimates several views of a scene together, with their cameras."""
        return isinstance(self._still.network, AnyViewDepth)

    def watch(self, report: Callable[[float], None]) -> None:
        """Call `report` from now on with the share of a capture that is done, 0 to 1. It may raise to stop it."""
        self._still.watch(report)

    def size_for(self, frame: Frame, settings: CaptureSettings) -> int:
        """Return the network's input size for a capture of `frame`, in pixels.

        It is the longest side for Depth-Anything-3, and the shortest for the others. A frame is not enlarged beyond
        what the network was trained at.
        """
        if isinstance(self._still.network, AnyViewDepth | SingleViewDepth):
            longest: int = max(frame.image.shape[:2])
            return min(settings.capture_res, max(longest, TRAINED_RES))
        return size_for(self._still.network, None, VIDEO_INPUT_SIZE)

    def take(self, frames: Sequence[Frame], settings: Settings) -> tuple[Capture, ...]:
        """Return a capture of each of `frames`, in order. Several are views of one scene, with depth in one unit.

        Raises TypeError if there are several and the network takes one image at a time, ValueError if they differ in
        size, MemoryShortageError if even the smallest input is too large.
        """
        if len({frame.image.shape for frame in frames}) != 1:
            raise ValueError("all views of a scene must have the same size; remove those that differ")
        size, note = self.size_for(frames[0], settings.capture), self._note
        started_s = self._clock.now_s()
        while (estimates := self._estimate_within_memory(frames, size, settings.depth)) is None:
            smaller = smaller_input(size, f"a capture with {self.name}")
            note = f"not enough memory at {size} px: captured at {smaller} px"
            log.warning("%s", note)
            size = smaller
        done_s = self._clock.now_s()
        return_freed_memory()
        return tuple(
            capture_of(frame, estimate, self.name, settings.depth, started_s, done_s, note)
            for frame, estimate in zip(frames, estimates, strict=True)
        )

    def _estimate_within_memory(
        self, frames: Sequence[Frame], size: int, settings: DepthSettings
    ) -> list[Estimate] | None:
        """Return the estimates, or None if memory is short. The error, which refers to memory, is gone by then."""
        try:
            return self._estimate(frames, size, settings)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            return None

    def _estimate(self, frames: Sequence[Frame], size: int, settings: DepthSettings) -> list[Estimate]:
        if self.takes_views or len(frames) > 1:
            views = self._still.views([frame.image for frame in frames], process_res=size)
            assert views.confidence is not None
            assert views.intrinsics is not None
            assert views.extrinsics is not None
            maps = zip(views.depth, views.confidence, views.intrinsics, views.extrinsics, strict=True)
            return [Estimate(depth, views.kind, *others) for depth, *others in maps]
        image = self._still.image(frames[0].image, process_res=size, focal_px=self._focal_px(frames[0], size, settings))
        return [Estimate(image.depth, image.kind)]

    def _focal_px(self, frame: Frame, size: int, settings: DepthSettings) -> float | None:
        """Return the focal length at the input size of a metric network; None for networks that do not need it."""
        network = self._still.network
        if not (isinstance(network, SingleViewDepth) and network.metric):
            return None
        width, height = frame.geometry_px
        matrix, _ = camera_of(frame, settings)
        focal_px: float = matrix[0, 0] * depth_anything3_size(height, width, size)[1] / width
        return focal_px


def make_capturer(settings: Settings, clock: Clock) -> Capturer:
    """Load the best network for captures under `settings` whose weights are on this machine and intact.

    Raises CheckpointError if there is none, SettingsError for an impossible device.
    """
    device = pick_device(settings.depth.device)
    refusal: CheckpointError | None = None
    for name in candidates(settings):
        try:
            model = load(name, device=device, checkpoints_dir=settings.depth.checkpoints_dir)
        except CheckpointError as error:
            log.warning("%s", error)
            refusal = refusal or error
        else:
            return Capturer(name, model, settings.depth.precision, clock, shortfall(name, settings))
    raise refusal or CheckpointError(
        "this machine has no network for captures, not even lite: install the program again"
    )
