"""A network at work on captures: of one picture, or of several views of a scene."""

import logging
from collections.abc import Callable, Sequence

from torch import nn

from engine.clock import Clock
from engine.depth.capture.choice import candidates, shortfall
from engine.depth.capture.result import Seen, capture_of
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
"""Longest side in pixels that Depth-Anything-3 knows best; smaller pictures are enlarged to it."""


class Capturer:
    """One network with its weights, made ready for any number of captures. Used on one thread at a time."""

    def __init__(
        self, name: str, model: nn.Module, precision: Precision, clock: Clock, note: str | None = None
    ) -> None:
        """`name` is the catalog's; `note` says why it is not the network that was wanted."""
        self.name = name
        self._clock, self._note = clock, note
        self._still = StillDepth(model.fold_norms() if isinstance(model, Lite) else model, precision=precision)

    @property
    def takes_views(self) -> bool:
        """Whether several pictures of a scene are seen together, with their cameras."""
        return isinstance(self._still.network, AnyViewDepth)

    def watch(self, report: Callable[[float], None]) -> None:
        """Have `report` called from now on with the share of a capture that is done, 0 to 1."""
        self._still.watch(report)

    def size_for(self, frame: Frame, settings: CaptureSettings) -> int:
        """The network's input size for a capture of `frame`, in pixels: the longest side for Depth-Anything-3, the
        shortest for the others. A picture is not enlarged beyond what the network was trained at."""
        if isinstance(self._still.network, AnyViewDepth | SingleViewDepth):
            longest: int = max(frame.image.shape[:2])
            return min(settings.capture_res, max(longest, TRAINED_RES))
        return size_for(self._still.network, None, VIDEO_INPUT_SIZE)

    def take(self, frames: Sequence[Frame], settings: Settings) -> tuple[Capture, ...]:
        """A capture of each of `frames`, in order; several are views of one scene, and their depth is in one unit.

        Raises TypeError if the network takes pictures one by one and there are several, ValueError if they are not of
        one size, MemoryShortageError if even the smallest input is too large.
        """
        if len({frame.image.shape for frame in frames}) != 1:
            raise ValueError("views of a scene must be of one size")
        size, note = self.size_for(frames[0], settings.capture), self._note
        started_s = self._clock.now_s()
        while (seen := self._see_within_memory(frames, size, settings.depth)) is None:
            smaller = smaller_input(size, f"a capture with {self.name}")
            note = f"not enough memory at {size} px: captured at {smaller} px"
            log.warning("%s", note)
            size = smaller
        done_s = self._clock.now_s()
        return_freed_memory()
        return tuple(
            capture_of(frame, view, self.name, settings.depth, started_s, done_s, note)
            for frame, view in zip(frames, seen, strict=True)
        )

    def _see_within_memory(self, frames: Sequence[Frame], size: int, settings: DepthSettings) -> list[Seen] | None:
        """What is seen, or None if memory does not suffice. By then the error, which holds on to memory, is gone."""
        try:
            return self._see(frames, size, settings)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            return None

    def _see(self, frames: Sequence[Frame], size: int, settings: DepthSettings) -> list[Seen]:
        if self.takes_views or len(frames) > 1:
            views = self._still.views([frame.image for frame in frames], process_res=size)
            assert views.confidence is not None
            assert views.intrinsics is not None
            assert views.extrinsics is not None
            maps = zip(views.depth, views.confidence, views.intrinsics, views.extrinsics, strict=True)
            return [Seen(depth, views.kind, *others) for depth, *others in maps]
        image = self._still.image(frames[0].image, process_res=size, focal_px=self._focal_px(frames[0], size, settings))
        return [Seen(image.depth, image.kind)]

    def _focal_px(self, frame: Frame, size: int, settings: DepthSettings) -> float | None:
        """The focal length at the resolution at which the metric network sees the picture; nobody else asks for it."""
        network = self._still.network
        if not (isinstance(network, SingleViewDepth) and network.metric):
            return None
        height, width = frame.image.shape[:2]
        matrix, _ = camera_of(frame.intrinsics, settings, width, height)
        focal_px: float = matrix[0, 0] * depth_anything3_size(height, width, size)[1] / width
        return focal_px


def make_capturer(settings: Settings, clock: Clock) -> Capturer:
    """The best network for captures under `settings` whose weights are on this machine and good.

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
    raise refusal or CheckpointError("there is no network for captures on this machine: install the program again")
