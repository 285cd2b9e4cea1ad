"""Depth networks for live frames behind one interface, and the choice of one for this machine."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Literal

import numpy as np
import torch

from engine.depth.lite_depth import LiteDepth
from engine.depth.live.loader import Check
from engine.depth.runtime.device import pick_device
from engine.depth.runtime.precision import dtype_for
from engine.depth.streaming import StreamingDepth
from engine.errors import CheckpointError
from engine.frames import DepthKind, DepthMap, Image
from engine.models.catalog import absent_message, entry, find, name_for
from engine.models.checkpoints import load
from engine.models.lite import Lite
from engine.models.video_depth import VideoDepth
from engine.paths import EMBEDDED_WEIGHTS
from engine.plugins.registered import NETWORKS
from engine.settings import DepthSettings
from engine.settings.language import marked

Weights = Literal["embedded", "checkpoint", "none"]

GPU_INPUT_SIZE = 518
CPU_INPUT_SIZE = 252
SLOW_INPUT_SIZE = 192
REAL_TIME_S = 0.1
"""`auto` uses Video-Depth-Anything on a CPU only if a frame takes no longer: ten depth maps a second."""
OPENVINO_GAIN = 3.0
"""OpenVINO is never faster than torch by more than this: 1.2 to 2 times was measured."""
QUICK_S = 0.05
"""If `lite` takes longer, it gets a smaller input: a software renderer needs the rest of the time."""


_READING, _TIMING = marked("reading its weights"), marked("trying how fast it is")


def _pass(_doing: str = "", /) -> None:
    """Check nothing."""


@dataclass(frozen=True, slots=True)
class EstimatorInfo:
    """The network that runs, for the overlay and the statistics."""

    encoder: str
    weights: Weights
    device: str
    precision: str
    why: str = ""
    """Why this network was chosen, in a few words."""


class Estimator(ABC):
    """A network that turns images into depth maps. Used on the depth thread only."""

    info: EstimatorInfo
    kind: DepthKind
    is_temporal: bool
    """Whether the network takes earlier frames into account, so that no filter is needed."""
    input_size: int
    """Short side of the network's input in pixels. Call `reset` after changing it."""

    @abstractmethod
    def estimate(self, image: Image) -> DepthMap:
        """Return the depth (h, w) of `image` (H, W, 3), at the network's resolution and in the unit of `kind`."""

    def estimate_still(self, image: Image) -> DepthMap:
        """Return the depth of a still image: nothing has to keep up with it. By default as `estimate` does."""
        return self.estimate(image)

    def refined(self, depth: DepthMap, image: Image) -> DepthMap:
        """Return better depth where there is time. `depth` is what `estimate_still` found in the same image.

        By default it is `depth` itself.
        """
        return depth

    def reset(self) -> None:  # noqa: B027 (a network without state has nothing to forget)
        """Forget earlier frames, since the next one belongs to another scene."""

    def be_repeatable(self) -> None:  # noqa: B027 (not every network has graphs)
        """Wait for the compiled graph before the first frame, so that all frames are computed in the same way."""

    def close(self) -> None:  # noqa: B027 (not every network has work in the background)
        """Stop what runs in the background for this network, which another one replaces."""


class LiteEstimator(Estimator):
    """The embedded network `lite`, which sees each frame by itself."""

    kind = DepthKind.DISPARITY
    is_temporal = False

    def __init__(self, settings: DepthSettings, why: str = "", check: Check = _pass) -> None:
        """Load the weights. `check` is called between the steps. Raises CheckpointError or SettingsError."""
        device = pick_device(settings.device)
        check(_READING)
        model = load("lite", device=device, checkpoints_dir=settings.checkpoints_dir)
        assert isinstance(model, Lite)
        input_size = settings.input_size or CPU_INPUT_SIZE
        check(_TIMING)
        if not settings.input_size and _is_slow(model, settings):
            input_size = SLOW_INPUT_SIZE
            slow = f"{SLOW_INPUT_SIZE} px for moving pictures, since this machine is slow at {CPU_INPUT_SIZE}"
            why = f"{why}; {slow}" if why else slow
        self._still_size = settings.input_size or CPU_INPUT_SIZE
        self._network = LiteDepth(model, input_size=input_size, precision=settings.precision, backend=settings.backend)
        weights: Weights = "embedded" if find("lite", settings.checkpoints_dir) == EMBEDDED_WEIGHTS else "checkpoint"
        self.info = EstimatorInfo("lite", weights, str(device), precision_name(self._network.dtype), why)

    @property
    def input_size(self) -> int:
        return self._network.input_size

    @input_size.setter
    def input_size(self, size: int) -> None:
        self._network.input_size = self._still_size = size

    def estimate(self, image: Image) -> DepthMap:
        return self._network.infer(image)

    def estimate_still(self, image: Image) -> DepthMap:
        return self._network.infer(image, self._still_size)

    def refined(self, depth: DepthMap, image: Image) -> DepthMap:
        return self._network.refined(depth, image, self._still_size)

    def be_repeatable(self) -> None:
        self._network.graphs.waits = True

    def close(self) -> None:
        self._network.graphs.close()


class VideoDepthEstimator(Estimator):
    """Video-Depth-Anything on a stream: each depth map takes earlier frames into account."""

    is_temporal = True

    def __init__(self, settings: DepthSettings, encoder: str, why: str = "", check: Check = _pass) -> None:
        """Load the weights. `check` is called between the steps. Raises CheckpointError or SettingsError."""
        device = pick_device(settings.device)
        check(_READING)
        name = name_for(encoder, metric=settings.metric)
        model = load(name, device=device, checkpoints_dir=settings.checkpoints_dir)
        assert isinstance(model, VideoDepth)
        input_size = settings.input_size or (CPU_INPUT_SIZE if device.type == "cpu" else GPU_INPUT_SIZE)
        self._stream = StreamingDepth(
            model, input_size=input_size, precision=settings.precision, backend=settings.backend
        )
        self.kind = DepthKind.METRIC if settings.metric else DepthKind.DISPARITY
        self.info = EstimatorInfo(
            encoder, "checkpoint", str(device), precision_name(dtype_for(device, settings.precision)), why
        )

    @property
    def input_size(self) -> int:
        return self._stream.input_size

    @input_size.setter
    def input_size(self, size: int) -> None:
        self._stream.input_size = size

    def estimate(self, image: Image) -> DepthMap:
        return self._stream.infer_native(image)

    def reset(self) -> None:
        self._stream.reset()

    def be_repeatable(self) -> None:
        self._stream.graphs.waits = True

    def close(self) -> None:
        self._stream.graphs.close()

    def seconds_per_frame(self, check: Callable[[], None] = lambda: None) -> float:
        """Measure how long a frame takes on what will run it in the end. The stream is empty afterwards.

        torch is measured first, with nothing beside it. Only if OpenVINO can decide whether the network is fast enough
        its graph is built, and measured in turn. `check` is called between the steps, and may raise to give up.
        """
        self._stream.graphs.is_paused = True
        seconds = self._measured(check)
        self._stream.graphs.is_paused = False
        if REAL_TIME_S < seconds <= OPENVINO_GAIN * REAL_TIME_S:
            self.estimate(_gray_picture())  # starts to build the graph
            self._stream.graphs.wait(check)
            seconds = self._measured(check)
        return seconds

    def _measured(self, check: Callable[[], None]) -> float:
        self.reset()
        seconds = _seconds_per_picture(self.estimate, check)
        self.reset()
        return seconds


def make_estimator(settings: DepthSettings, check: Check = _pass) -> Estimator:
    """Load the network that `settings` ask for, with its weights.

    `check` is called between the steps, with what comes next; what it raises ends the loading.
    Raises CheckpointError if they are not on this machine or damaged, SettingsError for an impossible device.
    """
    if settings.encoder in NETWORKS:
        from engine.depth.live.added_estimator import AddedEstimator  # which is an Estimator

        return AddedEstimator(settings)
    if settings.encoder == "lite":
        return LiteEstimator(settings, check=check)
    if settings.encoder != "auto":
        return VideoDepthEstimator(settings, settings.encoder, check=check)
    name = name_for("vits", metric=settings.metric)
    if find(name, settings.checkpoints_dir) is None:
        if settings.metric:  # nothing else gives meters
            raise CheckpointError(absent_message(entry(name), settings.checkpoints_dir))
        return LiteEstimator(settings, "it is built in; the weights of vits are not on this machine", check)
    estimator = VideoDepthEstimator(settings, "vits", check=check)
    if pick_device(settings.device).type != "cpu":
        return estimator
    check(_TIMING)
    seconds = estimator.seconds_per_frame(check)
    why = f"vits gives {1 / seconds:.0f} depth maps a second here"
    if seconds > REAL_TIME_S:
        estimator.close()
        return LiteEstimator(settings, why, check)
    estimator.info = replace(estimator.info, why=why)
    return estimator


def _is_slow(model: Lite, settings: DepthSettings) -> bool:
    """Return whether `lite` at its usual input size leaves too little time for the renderer."""
    network = LiteDepth(model, input_size=CPU_INPUT_SIZE, precision=settings.precision, backend="torch")
    return _seconds_per_picture(network.infer) > QUICK_S


def _seconds_per_picture(infer: Callable[[Image], DepthMap], check: Callable[[], None] = lambda: None) -> float:
    """Return how long a gray image takes at best."""
    picture = _gray_picture()
    seconds = []
    for _ in range(3):  # the first one also prepares the kernels
        check()
        started_s = perf_counter()
        infer(picture)
        seconds.append(perf_counter() - started_s)
    return min(seconds)


def _gray_picture() -> Image:
    return np.full((9 * 40, 16 * 40, 3), 128, np.uint8)


def precision_name(dtype: torch.dtype) -> str:
    """Return the short name of a number format: fp32, bf16 or fp16."""
    return {torch.float32: "fp32", torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]
