"""The snapshot: the state of all parts of the program, gathered for the overlay."""

from collections.abc import Sequence

from engine.app.context import Context
from engine.app.downloads import Downloads
from engine.app.settings_controller import SettingsController
from engine.app.tools.tool import Tool
from engine.app.window_state import WindowState
from engine.frames import DepthFrame, DepthKind
from engine.geometry.calibration import StreamCalibration
from engine.geometry.intrinsics import fov_deg
from engine.settings.language import _
from engine.sources.discovery import SourceScan
from engine.sources.registry import added_choices, choice_of
from engine.status.snapshot import (
    CalibrationStatus,
    CameraStatus,
    CaptureStatus,
    Choices,
    DownloadStatus,
    NetworkStatus,
    Offer,
    SceneStatus,
    Snapshot,
    SourceStatus,
)
from engine.ui.legend_panel import depth_labels

REFRESH_S = 0.25
"""How often the overlay is refreshed when nothing else asks for a frame."""


class SnapshotBuilder:
    """Reads the other parts and changes none of them. Main thread only."""

    def __init__(
        self,
        context: Context,
        downloads: Downloads,
        settings: SettingsController,
        window_state: WindowState,
        scan: SourceScan,
        tools: Sequence[Tool],
    ) -> None:
        self._context, self._pipeline, self._view = context, context.pipeline, context.view
        self._downloads = downloads
        self._settings, self._window_state, self._scan, self._tools = settings, window_state, scan, tools
        self._offers: tuple[Offer | None, Offer | None] = None, None
        self._offers_key: tuple[object, ...] = ()
        self._offers_until_s = 0.0

    def snapshot(self, wipe_at: float | None) -> Snapshot:
        """Return the state now. wipe_at: where the second scene begins beside the first, 0 to 1; None without."""
        pipeline, source = self._pipeline, self._pipeline.source
        return Snapshot(
            source=SourceStatus(source.name, source.size_px, source.geometry_px, source.is_lost, self._choices()),
            network=self._network(),
            downloads=self.downloads(),
            notices=self._context.notices.status,
            capture=self._capture(wipe_at),
            scene=self._scene(),
            playback=source.transport.playback if source.transport is not None else None,
            virtual_camera=pipeline.virtual_camera,
            presets=self._settings.shelf.entries(pipeline.settings),
            rates=pipeline.rates,
            limits=pipeline.limits,
            tools=tuple(tool.facts() for tool in self._tools),
        )

    def _network(self) -> NetworkStatus:
        depth = self._pipeline.worker.status
        info = depth.info
        return NetworkStatus(
            name=info.encoder if info else _("depth of the source") if self._view.shown else "",
            where=f"{info.device} {info.precision}" if info else "",
            why=info.why if info else "",
            input_px=depth.input_px,
            flicker=depth.flicker,
            loading=self._loading(),
        )

    def _loading(self) -> str | None:
        """Return what is loading, and how far it is."""
        encoder, step = self._pipeline.worker.status.loading, self._pipeline.worker.loading_step
        if not encoder:
            return None
        name = _("Loading the depth network") if encoder == "auto" else _("Loading {network}").format(network=encoder)
        return f"{name}: {_(step)}…" if step else f"{name}…"

    def downloads(self) -> DownloadStatus:
        """Return what can be downloaded.

        The offers are kept for a moment while nothing changes: looking for files in each frame takes too long.
        """
        settings, downloads, captures = self._pipeline.settings, self._downloads, self._context.captures
        shown, now_s = self._view.capture, self._pipeline.clock.now_s()
        is_lacking = captures.is_lacking or bool(shown and shown.note)
        key = settings, downloads.status, is_lacking
        if key != self._offers_key or now_s >= self._offers_until_s:
            self._offers_key, self._offers_until_s = key, now_s + REFRESH_S
            for_capture = downloads.offer_for_capture(settings) if is_lacking else None
            self._offers = downloads.offer(settings.depth), for_capture
        return DownloadStatus(*self._offers, downloads.status.progress)

    def _capture(self, wipe_at: float | None) -> CaptureStatus:
        progress, capture = self._context.captures.progress, self._view.capture
        second, shown, names = self._view.second, self._view.shown, (_("capture"), _("live"))
        if second is not None and shown is not None:
            first = _("depth of the source") if shown.model == "source" else shown.model
            names = (first if second.settings is None else _("present settings")), second.name
        return CaptureStatus(
            progress=(progress.text, progress.share) if progress else None,
            is_shown=self._view.is_capture,
            is_cloud=self._view.points is not None,
            note=capture.note if capture else None,
            wipe=wipe_at,
            wipe_names=names,
        )

    def _scene(self) -> SceneStatus:
        pipeline, shown = self._pipeline, self._view.shown
        return SceneStatus(
            is_frozen=self._view.is_frozen,
            drawn=pipeline.display.quality,
            depth_labels=depth_labels(shown, pipeline.settings),
            camera=_camera(shown) if shown else None,
            is_metric=shown is not None and shown.is_metric,
            is_uncalibrated=shown is not None and shown.is_metric and shown.camera == "assumed",
            calibration=_calibration(pipeline.calibration) if pipeline.calibration else None,
            is_astray=self._view.is_astray(),
        )

    def _choices(self) -> Choices:
        recent = tuple(map(choice_of, self._window_state.value.recent))
        scan = self._scan
        return Choices(scan.cameras, scan.monitors, recent, added_choices(), scan.is_looking, scan.has_looked)


def _camera(shown: DepthFrame) -> CameraStatus:
    angle = fov_deg(shown.intrinsics, shown.depth.shape[1])
    return CameraStatus(shown.camera, angle, is_of_source=shown.frame.intrinsics is not None)


def _calibration(calibration: StreamCalibration) -> CalibrationStatus:
    fit = calibration.disparity
    return CalibrationStatus(fit.residual if fit else None, fit is not None and fit.kind is DepthKind.METRIC)
