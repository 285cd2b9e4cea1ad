"""What the depth thread says of itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.depth.live.estimator import EstimatorInfo


@dataclass(frozen=True, slots=True)
class DepthStatus:
    """The state of the depth thread. Replaced as a whole, so that any thread may read it."""

    state: Literal["idle", "ready", "failed"] = "idle"
    loading: str | None = None
    """The encoder that is being loaded, while the network in `info` keeps running."""
    info: "EstimatorInfo | None" = None
    """The network that is running; None before one is loaded, and for sources that bring their own depth."""
    input_px: tuple[int, int] | None = None
    """Width and height of the newest depth map."""
    flicker: float | None = None
    """Mean change of the normalized depth where the image is still; see `FlickerMeter`."""
    depth_frames: int = 0
    """Depth maps delivered since the start."""
    errors: int = 0
    message: str | None = None
    """One line for the user, if something is wrong."""
