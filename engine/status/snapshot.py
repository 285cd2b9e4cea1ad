"""The view model of the window: frozen values, one for each panel."""

from dataclasses import dataclass

from engine.frames import CameraOrigin
from engine.settings.presets import PresetEntry
from engine.status.limits import Limits
from engine.status.metrics import Rates
from engine.status.notices import NoticeStatus
from engine.status.playback import Playback


@dataclass(frozen=True, slots=True)
class Choice:
    """One source to choose from."""

    name: str
    """As the setting `source` takes it."""
    label: str
    """What the list shows."""
    hint: str = ""
    """A tooltip."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The sources found on this machine."""

    cameras: tuple[Choice, ...] = ()
    monitors: tuple[Choice, ...] = ()
    recent: tuple[Choice, ...] = ()
    """Files, folders and addresses shown before, newest first."""
    added: tuple[Choice, ...] = ()
    """Sources that plugins registered."""
    is_looking: bool = False
    """Whether a search is running."""
    is_known: bool = False
    """Whether a search has finished."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The source at work."""

    name: str
    size_px: tuple[int, int] | None
    """Width and height of its frames."""
    geometry_px: tuple[int, int] | None
    """Width and height of their geometry, whose pixels settings count."""
    is_lost: bool
    choices: Choices


@dataclass(frozen=True, slots=True)
class NetworkStatus:
    """The depth network at work."""

    name: str
    """The encoder, or where depth comes from without a network; empty before the first depth map."""
    where: str
    """Device and number format, such as `cpu bf16`."""
    why: str
    """Why this network was chosen."""
    input_px: tuple[int, int] | None
    flicker: float | None
    """Mean change of normalized depth (0 to 1) between maps where the frame is static, if any of it is."""
    loading: str | None
    """What is loading in the background, and how far it is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A network that can be downloaded."""

    network: str
    size_mb: float
    license: str


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """Weights that are missing, and the download that is running."""

    offer: Offer | None
    """The chosen network, if it is not here."""
    capture_offer: Offer | None
    """The network that captures want, if it is not here."""
    progress: tuple[str, float] | None
    """What is being downloaded, and how much of it has arrived, 0 to 1."""


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """Captures: the one being computed, and the one on screen."""

    progress: tuple[str, float | None] | None
    """What is being computed, and how much of it is done, 0 to 1; None where that is unknown."""
    is_shown: bool
    """Whether a capture is on screen instead of the live scene."""
    is_cloud: bool
    """Whether the point cloud of several views is on screen."""
    note: str | None
    """Why the capture on screen was not made with the network that was wanted."""
    wipe: float | None
    """Where the second scene begins beside the first while they are compared, 0 to 1 across the window."""
    wipe_names: tuple[str, str]
    """What the two are called."""


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """The camera that took the frame on screen."""

    origin: CameraOrigin
    fov_deg: float
    """Horizontal field of view."""
    is_of_source: bool
    """Whether the source itself supplies it."""


@dataclass(frozen=True, slots=True)
class CalibrationStatus:
    """How the live scene is calibrated by a capture."""

    residual: float | None
    """Median relative difference between live depth and the capture; None if only the camera comes from it."""
    is_metric: bool


@dataclass(frozen=True, slots=True)
class SceneStatus:
    """The scene on screen."""

    is_frozen: bool
    drawn: str
    """How much is drawn of what is set, and why."""
    depth_labels: tuple[str, str, str] | None
    """Labels of the depth legend at its far end, middle and near end; None without false colors on screen."""
    camera: CameraStatus | None
    is_metric: bool
    """Whether depth is in meters."""
    is_uncalibrated: bool
    """Whether depth is in meters while the camera is only assumed."""
    calibration: CalibrationStatus | None
    is_astray: bool = False
    """Whether the user may have lost the scene."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the program for one frame of the overlay."""

    source: SourceStatus
    network: NetworkStatus
    downloads: DownloadStatus
    notices: NoticeStatus
    capture: CaptureStatus
    scene: SceneStatus
    playback: Playback | None
    """Of a recording; None for other sources."""
    virtual_camera: str | None
    """The virtual camera that receives the picture, if one does."""
    presets: tuple[PresetEntry, ...]
    rates: Rates
    limits: Limits
    tools: tuple[object, ...]
    """What each tool's panel shows; None where it shows nothing."""
