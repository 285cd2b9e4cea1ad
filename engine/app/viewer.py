"""The viewer: the window's loop, and the parts it turns."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.app.actions import ProgramActions
from engine.app.announcements import Announcements
from engine.app.autohide import Autohide
from engine.app.captures import Captures
from engine.app.context import Context
from engine.app.desktop import Desktop
from engine.app.dispatcher import Dispatcher
from engine.app.downloads import Downloads
from engine.app.notices import LONG_NOTICE_S, Notices
from engine.app.saving import Saver
from engine.app.settings_controller import SettingsController
from engine.app.snapshot_builder import REFRESH_S, SnapshotBuilder
from engine.app.tools import tool_classes
from engine.app.view_state import ViewState
from engine.app.window_state import WindowState
from engine.clock import Clock, Ticker
from engine.depth.capture.background import BackgroundCapture
from engine.gl.context import is_software
from engine.jobs import JobRunner
from engine.navigation.bindings import BINDINGS, KeyTable
from engine.navigation.events import DoubleClicked, Dropped, Event, KeyPressed, Scrolled
from engine.paths import memory_file
from engine.pipeline.pipeline import Pipeline
from engine.settings import Settings, language, store
from engine.sources.discovery import SourceScan
from engine.sources.registry import is_lasting
from engine.status.commands import Invoke, Open
from engine.status.snapshot import Snapshot
from engine.ui.overlay import Overlay
from engine.ui.tool_panel import ToolPanel
from engine.window.eyes import WHOLE, eyes_of
from engine.window.window import Window

AWAKE_S = 0.5
"""How long the overlay is drawn after the last input: tooltips appear with a delay."""


class Viewer:
    """Builds the window's side of the program and runs its loop. Main thread only."""

    def __init__(
        self,
        pipeline: Pipeline,
        window: Window,
        remembered: Settings,
        settings_file: Path,
        clock: Clock,
        *,
        asks: bool = False,
    ) -> None:
        """Open with the start screen at the first run.

        remembered: the content of the settings file, which only changes made here go into. asks: open with the start
        screen at every run, since nobody has said what to show.
        """
        self._pipeline, self._window, self._clock = pipeline, window, clock
        language.use(pipeline.settings.interface.language)
        self.notices = Notices(clock)
        self._jobs = JobRunner("files", self.notices.job_done)
        self.view = ViewState(pipeline)
        self.settings = SettingsController(pipeline, remembered, settings_file, self._jobs, self.notices, clock)
        self.window_state = WindowState(memory_file(settings_file), self._jobs)
        saver = Saver(pipeline, self.view, self._jobs, self.notices)
        self.captures = Captures(pipeline, self.view, saver, self.notices, BackgroundCapture(clock))
        dispatcher = Dispatcher(self.notices)
        self.do = dispatcher.do
        context = Context(pipeline, window, self.view, self.captures, self.notices, self._jobs, self.do)
        self.tools = [kind(context) for kind in tool_classes()]
        self._keys = KeyTable([*BINDINGS, *(binding for tool in self.tools for binding in tool.bindings)])
        seen = self.window_state.value
        self.overlay = Overlay(
            self._keys, seen.sections, is_visible=seen.shows_panels, is_opaque=is_software(window.ctx),
            report=self.notices.fail,
        )  # fmt: skip
        self.overlay.settings_panel.shows_all = seen.shows_all_settings
        scan, self.downloads = SourceScan(), Downloads(pipeline.worker.reload)
        own = ProgramActions(context, saver, self.downloads, self.overlay, scan, self.tools)
        dispatcher.add(own.actions(), own.handlers())
        dispatcher.add({"compare": self._toggle_comparison}, self.settings.handlers())
        self._desktop = Desktop(context)
        dispatcher.add(self._desktop.actions(), self._desktop.handlers())
        for tool in self.tools:
            dispatcher.add(tool.actions(), tool.handlers())
        self._snapshots = SnapshotBuilder(context, self.downloads, self.settings, self.window_state, scan, self.tools)
        self._announcements = Announcements(context, self.downloads, saver)
        self._snapshot: Snapshot | None = None
        self._autohide, self._is_software = Autohide(), is_software(window.ctx)
        self._compares = False
        """Whether a capture is compared with the live scene although the key is not held."""
        self._awake_until_s = self._refresh_at_s = self._keep_at_s = 0.0
        self._before_s = clock.now_s()
        is_asked = is_lasting(pipeline.settings.source.source)  # a file or an address: what the user came for
        if asks or not (seen.is_welcomed or settings_file.exists() or is_asked):
            self.do(Invoke("show_start"))
        self.window_state.note(is_welcomed=True)
        problems = store.read(settings_file)[1]
        if problems:
            self.notices.report(" ".join(f"{problem}." for problem in problems), "warning", LONG_NOTICE_S)

    def run(self, fps: float, frames: int | None = None) -> None:
        """Run the loop until the window is closed, or for `frames` iterations after the first depth."""
        self._pipeline.display.fps = fps
        ticker = Ticker(self._clock, fps)
        if frames is not None:
            self.view.rise.duration_s = 0.0
        while not self._window.is_closing and self._pipeline.statistics.ticks != frames:
            self.turn(ticker.wait())
        self.view.rise.finish()
        self._draw()  # what is saved now is the settled picture

    def turn(self, now_s: float) -> None:
        """Run one iteration: poll, overlay, navigate, take depth, draw, present."""
        step_s, self._before_s = now_s - self._before_s, now_s
        shows_overlay = self._window.poll() or now_s < self._awake_until_s
        if shows_overlay:
            self._draw_overlay()
            self._handle_events(now_s)
        self._update(step_s, now_s)
        is_drawn = self._draw()
        if not shows_overlay and (is_drawn or self._is_due(now_s)):
            self._draw_overlay()
            shows_overlay = True
        if shows_overlay:
            self._window.present(self._pipeline.renderer.drawn, self.overlay.backdrop)
        if is_drawn:  # before the swap, which waits for the display
            self._pipeline.record_work(self._clock.now_s() - now_s)
        if shows_overlay:
            before_s = self._clock.now_s()
            self._window.swap()
            self._pipeline.record_swap(before_s, is_new=is_drawn)
        if self._pipeline.statistics.has_depth:
            self._pipeline.statistics.ticked(self._clock.now_s())
        self._keep(now_s)

    def close(self) -> None:
        """Save what is remembered, and stop all jobs."""
        for tool in self.tools:
            with self.notices.guard("closing a tool"):
                tool.close()
        self.window_state.note(
            sections=self.overlay.sections,
            shows_panels=self.overlay.is_visible,
            shows_all_settings=self.overlay.settings_panel.shows_all,
        )
        if self._window.placement is not None:
            self.window_state.note(**self._window.placement._asdict())
        self.settings.close()
        self.captures.close()
        self.downloads.close()
        self._desktop.close()
        self._jobs.finish()

    def snapshot(self) -> Snapshot:
        """Return the state that the overlay shows."""
        return self._snapshots.snapshot(self._wipe_at)

    def _is_due(self, now_s: float) -> bool:
        """Whether the overlay must be drawn although nothing happened."""
        if now_s < self._refresh_at_s:
            return False
        self._refresh_at_s = now_s + REFRESH_S
        snapshot = self.snapshot()
        is_busy = snapshot.network.loading is not None or snapshot.capture.progress is not None
        return is_busy or snapshot != self._snapshot

    def _draw_overlay(self) -> None:
        eyes = eyes_of(self._pipeline.settings)
        self._window.begin_overlay(eyes)
        self.overlay.is_opaque = is_software(self._window.ctx) and eyes == WHOLE
        with self.notices.guard("drawing the panels"):
            language.use(self._pipeline.settings.interface.language)
            before, self._snapshot = self._snapshot, self.snapshot()
            if before is None or _footer(before) != _footer(self._snapshot):  # ImGui fits a window in further frames
                self._awake_until_s = max(self._awake_until_s, self._clock.now_s() + 2 * REFRESH_S)
            self._window.set_title(f"{self._snapshot.source.name} – da3d")
            commands = self.overlay.draw(
                self._pipeline.settings, self._snapshot, self._window.content_scale, self._panels()
            )
            self.view.centering.covered = 0.0 if self._autohide.may_hide else self.overlay.covered
            for command in commands:
                self.do(command)

    def _panels(self) -> list[ToolPanel]:
        return [
            ToolPanel(type(tool).__name__, tool.place, tool.draw)
            for tool in self.tools
            if tool.facts() is not None
        ]  # fmt: skip

    def _handle_events(self, now_s: float) -> None:
        if self._window.input.is_waiting:
            self._awake_until_s = now_s + AWAKE_S
        for event in self._window.input.events():
            with self.notices.guard("handling input"):
                self._handle(event)

    def _handle(self, event: Event) -> None:
        if any(tool.handle(event) for tool in self.tools):
            return
        match event:
            case KeyPressed():
                action = self._keys.action_of(event)
                if action is not None:
                    self.notices.answered()
                    self.do(Invoke(action))
            case Dropped(paths):
                self.do(Open(paths))
            case DoubleClicked(u, v):
                point = self.view.pick(u, v)
                if point is not None:
                    self.view.navigation.look_at(point, self.view.world_units())
            case Scrolled(steps):
                self.view.dolly(steps, self._window.input.pointer)
            case _:
                per_px, units = self.view.units_per_px(), self.view.world_units()
                self.view.navigation.handle(event, self._window.size_px[1], per_px, units)

    def _update(self, step_s: float, now_s: float) -> None:
        """Move on everything that lives beside the picture."""
        held, pointer = self._window.input.held_keys, self._window.input.pointer_before_eye
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("moving the camera", partial(self.view.navigation.hold, held, step_s)),
            ("moving the camera", partial(self.view.move, step_s, pointer)),
            ("taking depth", self.view.take_depth),
            ("capturing", self.captures.update),
            ("hiding the panels", partial(self._hide_panels, now_s)),
            ("announcing", lambda: self._announcements.update(self._snapshots.downloads())),
            *((type(tool).__name__, partial(tool.update, now_s)) for tool in self.tools),
        )
        for doing, step in steps:
            with self.notices.guard(doing):
                step()

    def _hide_panels(self, now_s: float) -> None:
        """Hide the panels beside a video that plays and in full screen, unless they are used."""
        window, transport = self._window, self._pipeline.source.transport
        plays = transport is not None and not (transport.playback.is_paused or self.view.is_held)
        has_tool = any(tool.place == "window" and tool.facts() is not None for tool in self.tools)
        is_changed = self._autohide.update(
            now_s,
            window.input.pointer,
            is_used=window.input.overlay_is_used or self.overlay.has_popup or has_tool,
            may_hide=plays or window.is_fullscreen,
            fades=not (self._is_software or self._pipeline.settings.interface.reduced_motion),
        )
        if is_changed:
            self.overlay.opacity = self._autohide.opacity
            self._window.hides_pointer = self._autohide.opacity == 0
            self._awake_until_s = max(self._awake_until_s, now_s + REFRESH_S)

    def _draw(self) -> bool:
        """Draw the scene if it has changed; return whether it was drawn."""
        source, is_drawn = self._pipeline.source, False
        source.exclude(self._window.screen_rectangle if source.is_screen else None)  # else it would show itself
        with self.notices.guard("drawing"):
            if not self._window.is_minimized:
                self._pipeline.renderer.resize(self._window.size_px)
            is_drawn = self._pipeline.draw_if_changed(self.view.draw_request(self._wipe_at))
        for tool in self.tools if is_drawn else ():
            with self.notices.guard(type(tool).__name__):
                tool.drawn()
        with self.notices.guard("saving the capture"):
            self.captures.save()
        return is_drawn

    @property
    def _wipe_at(self) -> float | None:
        """Where the second scene begins beside the first, 0 to 1 across the window; None unless they are compared."""
        self._compares = self._compares and self.view.is_capture
        is_asked = self._compares or self._keys.is_held("wipe", self._window.input.held_keys)
        if not (self.view.is_capture and is_asked) and self.view.second is None:
            return None
        pointer = self._window.input.pointer_before_eye
        return pointer[0] if pointer is not None else 0.5

    def _toggle_comparison(self) -> None:
        self._compares = not self._compares

    def _keep(self, now_s: float) -> None:
        """Save what was changed and shown, now and then."""
        if now_s < self._keep_at_s:
            return
        self._keep_at_s = now_s + REFRESH_S
        self.settings.save_if_due(now_s)
        if (name := self._pipeline.source.shown_name) is not None and is_lasting(name):
            self.window_state.note_source(name)


def _footer(snapshot: Snapshot) -> tuple[object, ...]:
    """What the size of the footer depends on."""
    capture = snapshot.capture
    return snapshot.notices, capture.progress is None, capture.is_shown, capture.is_cloud
