"""The picture on screen: when to redraw it, and at what quality."""

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import moderngl

from engine.clock import Clock
from engine.errors import ShaderError
from engine.frames import Image
from engine.gl.calls import finish
from engine.gl.context import is_software
from engine.navigation.camera import Camera
from engine.render.draw_request import DrawRequest
from engine.render.gpu.watch import ShaderWatch
from engine.render.quality import FIRST_PICTURE, LEVELS, NAMED, Governor, Level
from engine.render.renderer import Renderer, has_outlines
from engine.render.wipe import Wipe
from engine.settings import Settings

log = logging.getLogger(__name__)

REST_S = 1.0
"""A picture that did not change for this long is redrawn at full quality."""
_FULL = LEVELS[NAMED["high"]]


class _Fitted(NamedTuple):
    """The settings to draw with at some level."""

    wanted: Settings
    level: Level
    spacing: float
    drawn: Settings


class Display:
    """Draws, and watches how long that takes. GL thread only."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], clock: Clock, *, is_dev: bool = False) -> None:
        """`is_dev`: reload the shaders when their files change."""
        self._ctx, self._clock = ctx, clock
        self._is_software = is_software(ctx)
        self.renderer = Renderer(ctx, size)
        self.fps = 30.0
        """How many pictures per second to aim for."""
        self._edit_error: str | None = None
        """Why edited shaders are not in use."""
        self._draw_error: str | None = None
        """Why the last picture was not drawn as the settings ask for."""
        self.is_refined = False
        """Whether the last picture was redrawn at full quality because nothing moved."""
        self._watch = ShaderWatch() if is_dev else None
        self._governor: Governor | None = None
        self._has_shown = False
        """Whether a scene was drawn yet, in full relief."""
        self._content: tuple[Any, ...] = ()
        self._changed_s = 0.0
        self._camera: Camera | None = None
        self._moved_s = float("-inf")
        """When the camera last moved."""
        self._level = _FULL
        self._is_antialiased = False
        """Whether the last picture was."""
        self._fitted: _Fitted | None = None
        self._good: _Fitted | None = None
        """The newest whose shaders all compiled."""
        self._shown: DrawRequest | None = None
        self._wipe: Wipe | None = None

    def draw_if_changed(self, request: DrawRequest, settings: Settings) -> bool:
        """Draw if the picture would differ from the last one. Return whether it did."""
        now_s = self._clock.now_s()
        if self._watch is not None and self._watch.has_changed(now_s):
            self._reload()
        groups = (settings.scene, settings.display, settings.light, settings.stereo)
        content = (request, *groups, self.renderer.size)
        self.is_refined = content == self._content
        if not self.is_refined:
            if request.camera != self._camera:
                self._camera, self._moved_s = request.camera, now_s
            self._content, self._changed_s = content, now_s
            self._draw(request, settings, self._choose(settings, request), antialias=not self._is_software)
            self._has_shown = self._has_shown or (request.frame is not None and request.rise == 1)
            return True
        is_chosen = self._is_reduced and self._governor is None  # less than high was asked for
        if not (self._is_finest or is_chosen) and now_s - self._changed_s >= REST_S:
            self._draw_finest(request, settings)
            return True
        return False

    @property
    def message(self) -> str | None:
        """Which shader does not compile, if one does not."""
        return self._edit_error or self._draw_error

    def picture(self) -> Image:
        """Return the last picture, (H, W, 3), at full quality however long that takes: for saving.

        The scene fills it, whatever room it makes for panels on screen.
        """
        shown = self._shown
        if shown is None or self._fitted is None or (self._is_finest and not shown.covered):
            return self.renderer.read()
        settings = self._fitted.wanted
        self._draw_finest(replace(shown, covered=0.0), settings)
        picture = self.renderer.read()
        if shown.covered:  # what is presented next is not what was saved
            self._draw_finest(shown, settings)
        self._content = ()  # the next iteration draws at the chosen level again
        return picture

    def record_work(self, seconds: float) -> None:
        """Record how long a loop iteration that drew worked, waiting for the screen excluded."""
        is_rising = self._shown is not None and self._shown.rise < 1  # which is no measure of the level in use
        if self._governor is not None and not (self.is_refined or is_rising):
            self._governor.record(seconds, self._clock.now_s())

    @property
    def pace_s(self) -> float:
        """The shortest time between depth maps that leaves enough time for drawing, while the view moves; else 0."""
        is_moving = self._clock.now_s() - self._moved_s < REST_S
        return self._governor.pace_s if self._governor and is_moving else 0.0

    @property
    def quality(self) -> str:
        """A description of the quality level, and the reason for it."""
        if self._fitted is None:
            return ""
        wanted, level, _, drawn = self._fitted
        parts = [f"subsample {drawn.display.subsample}", f"{level.scale:.0%} size"]
        omitted = level.omitted(wanted)
        if omitted:
            parts.append("no " + ", ".join(omitted))
        pace_s = self.pace_s
        if pace_s:
            parts.append(f"{1 / pace_s:.0f} depth maps/s at most")
        return ", ".join(parts) + (f": {self._governor.reason}" if self._governor else "")

    @property
    def lowered_s(self) -> float | None:
        """How long pictures took when less had to be drawn; None if that never happened."""
        return self._governor.lowered_s if self._governor is not None else None

    def release(self) -> None:
        self.renderer.release()
        if self._wipe is not None:
            self._wipe.release()
            self._wipe = None

    @property
    def _is_reduced(self) -> bool:
        """Whether less was drawn than the settings ask for."""
        return self._level is FIRST_PICTURE or LEVELS.index(self._level) < LEVELS.index(_FULL)

    @property
    def _is_finest(self) -> bool:
        """Whether the last picture was drawn as well as it can be under these settings."""
        if self._shown is None or self._shown.frame is None or self._fitted is None:
            return True
        if self._shown.rise < 1:  # what follows is drawn anew anyway
            return True
        is_smooth = self._is_antialiased or not has_outlines(self._shown.points, self._fitted.drawn.display)
        return is_smooth and not self._is_reduced

    def _choose(self, settings: Settings, request: DrawRequest) -> Level:
        choice = settings.display.quality
        if request.rise < 1:  # it changes with every picture
            return FIRST_PICTURE
        if choice != "auto":
            self._governor = None
            return LEVELS[NAMED[choice]]
        if self._governor is None:
            start = "medium" if self._is_software else "high"
            self._governor = Governor(NAMED[start], self.fps)
        return self._governor.level if self._has_shown else FIRST_PICTURE

    def _draw_finest(self, request: DrawRequest, settings: Settings) -> None:
        self._draw(request, settings, _FULL if self._is_reduced else self._level, antialias=True)

    def _draw(self, request: DrawRequest, settings: Settings, level: Level, *, antialias: bool) -> None:
        if self._fitted is None or self._fitted[:3] != (settings, level, request.spacing):
            self._fitted = _Fitted(settings, level, request.spacing, level.fit(settings, request.spacing))
        self._level, self._shown, self._is_antialiased = level, request, antialias
        try:
            self._draw_with(self.renderer, request, self._fitted)
            self._good, self._draw_error = self._fitted, None
        except ShaderError as error:
            self._draw_error = self._report(error)
            if self._good is not None:
                with suppress(ShaderError):  # reported already: that of the comparison, which has no other way
                    self._draw_with(self.renderer, request, self._good)
        finish(self._ctx)

    def _draw_with(self, renderer: Renderer, request: DrawRequest, fitted: _Fitted) -> None:
        scale, antialias = fitted.level.scale, self._is_antialiased
        renderer.draw(request.frame, request.camera, fitted.drawn, request.points, scale, antialias, request.covered)
        if request.comparison is not None:
            self._wipe = self._wipe or Wipe(self._ctx)
            settings = fitted.level.fit(request.comparison.settings or fitted.wanted)
            self._wipe.draw(renderer, request.comparison, settings, scale, antialias, request.covered)

    def _reload(self) -> None:
        """Use the edited shaders. If they do not compile, keep the last good ones."""
        fresh: Renderer | None = None
        try:
            fresh = Renderer(self._ctx, self.renderer.size)
            if self._shown is not None and self._fitted is not None:
                self._draw_with(fresh, self._shown, self._fitted)
        except ShaderError as error:
            self._edit_error = self._report(error)
            if fresh is not None:
                fresh.release()
            return
        self.release()
        self.renderer, self._edit_error, self._content = fresh, None, ()
        log.info("reloaded the edited shaders")

    def _report(self, error: ShaderError) -> str:
        """Log `error` unless it is shown already. Return the message to show."""
        message = str(error)
        if message not in (self._edit_error, self._draw_error):
            log.error("%s", message)
        return message
