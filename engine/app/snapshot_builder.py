"""What the overlay is told: the state of all parts of the program, gathered into one value."""

from dataclasses import dataclass

from engine.app.jobs import Jobs
from engine.app.settings_controller import SettingsController
from engine.app.tools.first_run import FirstRun
from engine.app.tools.multi_view import MultiView
from engine.app.tools.region_picker import RegionPicker
from engine.app.tools.ruler import RulerTool, calibration_facts, camera_facts
from engine.app.view_state import ViewState
from engine.app.window_state import WindowState
from engine.clock import Clock
from engine.depth.capture.background import BackgroundCapture
from engine.pipeline.pipeline import Pipeline
from engine.sources.lookout import SourceScan
from engine.sources.registry import added_choices, choice_of
from engine.status.choices import Choices
from engine.status.metrics import Greeting, Status
from engine.ui import legend_panel
from engine.window.window import Window

REFRESH_S = 0.25
"""How often the overlay's figures are renewed when nothing else asks for a frame."""


@dataclass(frozen=True, slots=True)
class _Offers:
    """What depends on which weights are on this machine."""

    live: str | None
    captures: str | None
    greeting: Greeting | None


class SnapshotBuilder:
    """Reads, and changes nothing. Main thread only."""

    def __init__(
        self,
        app: Pipeline,
        window: Window,
        stage: ViewState,
        retake: BackgroundCapture,
        survey: MultiView,
        measuring: RulerTool,
        preferences: SettingsController,
        memory: WindowState,
        errands: Jobs,
        lookout: SourceScan,
        region: RegionPicker,
        welcome: FirstRun,
        clock: Clock,
    ) -> None:
        self._app, self._window, self._stage = app, window, stage
        self._retake, self._survey, self._measuring = retake, survey, measuring
        self._preferences, self._memory, self._errands = preferences, memory, errands
        self._lookout, self._region, self._welcome, self._clock = lookout, region, welcome, clock
        self._offers: _Offers | None = None
        self._offers_key: tuple[object, ...] = ()
        self._offers_until_s = 0.0

    def status(self, wipe_at: float | None) -> Status:
        """wipe_at: where the live scene begins beside a capture, as a share of the window; None without."""
        app, depth, source = self._app, self._app.worker.status, self._app.source
        info, shown = depth.info, self._stage.shown
        loading = f"loading {depth.loading}" if depth.loading else None
        capturing = self._retake.progress or self._survey.progress
        capture = self._stage.capture
        is_lacking = bool((capture and capture.note) or (self._survey.message and not app.settings.depth.metric))
        offers = self._offered(is_lacking)
        failed = app.fetch.status.message if offers.live or offers.captures or self._welcome.is_open else None
        messages = (
            source.message,
            depth.message,
            failed,
            self._retake.message,
            app.display.message,
            self._survey.message,
            self._errands.notice,
        )
        return Status(
            source=source.name,
            source_px=source.size_px,
            encoder=info.encoder if info else "depth of the source" if app.live else "",
            where=f"{info.device} {info.precision}" if info else "",
            why=info.why if info else "",
            input_px=depth.input_px,
            flicker=depth.flicker,
            loading=loading,
            capturing=(capturing.text, capturing.share) if capturing else None,
            offer=offers.live,
            capture_offer=offers.captures,
            download=app.fetch.status.progress,
            messages=tuple(m for m in messages if m),
            done=self._errands.done,
            source_is_lost=source.is_lost,
            is_frozen=self._stage.is_frozen,
            is_capture=self._stage.is_capture,
            choices=self._choices(),
            desktop=self._region.picture(),
            greeting=offers.greeting,
            capture_note=capture.note if capture else None,
            wipe=wipe_at,
            drawn=app.display.quality,
            depth_labels=legend_panel.depth_labels(shown, app.settings),
            playback=source.transport.playback if source.transport is not None else None,
            virtual_camera=app.virtual_camera,
            presets=self._preferences.shelf.entries(app.settings),
            camera=camera_facts(shown) if shown else None,
            is_uncalibrated=shown is not None and shown.is_metric and shown.camera == "assumed",
            calibration=calibration_facts(app.calibration) if app.calibration else None,
            is_room=self._stage.points is not None,
            views=self._survey.facts,
            ruler=self._measuring.marks(self._window.input.pointer_on_scene, app.settings.scene),
            live=app.rates,
        )

    def _offered(self, is_lacking: bool) -> _Offers:
        """Kept for a moment while what they depend on stays: to look for files takes too long for each frame."""
        settings, fetch, now_s = self._app.settings, self._app.fetch, self._clock.now_s()
        key = settings, fetch.status, is_lacking, self._welcome.is_open
        if self._offers is None or key != self._offers_key or now_s >= self._offers_until_s:
            self._offers_key, self._offers_until_s = key, now_s + REFRESH_S
            self._offers = _Offers(
                fetch.offer(settings.depth),
                fetch.offer_for_capture(settings) if is_lacking else None,
                self._welcome.greeting(settings.depth),
            )
        return self._offers

    def _choices(self) -> Choices:
        recent = tuple(map(choice_of, self._memory.value.recent))
        look = self._lookout
        return Choices(look.cameras, look.monitors, recent, added_choices(), look.is_looking, look.has_looked)
