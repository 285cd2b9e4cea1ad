"""Wiring and the main loop: sources and networks on their threads, the picture on this one."""

from dataclasses import replace
from math import radians
from typing import Any

import moderngl
import numpy as np

from engine.camera import Camera
from engine.clock import Clock, Ticker
from engine.depth.worker import DepthWorker
from engine.frames import DepthFrame, Frame, Image
from engine.mailbox import Mailbox
from engine.options import RunOptions
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources import SourceSwitch
from engine.status import Statistics
from engine.world import world_map


class App:
    """The running program: reads, estimates and draws until it is told to stop."""

    FIRST_DEPTH_TIMEOUT_S = 30.0

    def __init__(
        self, settings: Settings, options: RunOptions, ctx: moderngl.Context, clock: Clock, started_s: float
    ) -> None:
        """Build the parts, open the source and start the threads. Raises SourceError if the source is not there."""
        self._settings, self._options, self._ctx, self._clock = settings, options, ctx, clock
        self._frames: Mailbox[Frame] = Mailbox()
        self._depths: Mailbox[DepthFrame] = Mailbox()
        self._source = SourceSwitch(self._frames, clock, settings.source)
        self._worker = DepthWorker(self._frames, self._depths, settings.depth, clock)
        self._renderer = Renderer(ctx, options.size_px)
        self._statistics = Statistics(started_s)
        self._camera = Camera.home(2.0)
        self._shown: DepthFrame | None = None
        self._drawn: tuple[object, ...] = ()
        self._source.start()
        self._worker.start()
        self._opened_s = clock.now_s()

    def run(self) -> bool:
        """Turn the loop until the asked-for frames are done. False if no depth came within 30 s, or none ever can."""
        ticker = Ticker(self._clock, self._options.fps)
        while self._statistics.ticks != self._options.frames:
            now_s = ticker.wait()
            self._take_depth()
            self._draw_if_changed()
            if self._statistics.has_depth:
                self._statistics.ticked(self._clock.now_s())
            elif now_s - self._opened_s > self.FIRST_DEPTH_TIMEOUT_S or self._worker.status.state == "failed":
                return False
        return True

    def picture(self) -> Image:
        """The picture as last drawn, (H, W, 3)."""
        return self._renderer.read()

    def report(self) -> dict[str, Any]:
        """What `--stats` writes."""
        status = self._worker.status
        info = status.info
        measured = self._statistics.report(
            depth_frames=status.depth_frames, dropped=self._frames.dropped + self._depths.dropped
        )
        return {
            "encoder": info.encoder if info else "source",
            "weights": info.weights if info else "none",
            "device": info.device if info else "none",
            "precision": info.precision if info else "none",
            "input_px": list(status.input_px) if status.input_px else None,
            **measured,
            "errors": status.errors,
            "message": self.message,
        }

    @property
    def message(self) -> str | None:
        """The one line that the user should see now, if any."""
        return self._source.message or self._worker.status.message

    def close(self) -> None:
        """Stop the threads and give back what is on the GPU."""
        self._source.close()
        self._worker.close()
        self._renderer.release()

    def _take_depth(self) -> None:
        depth = self._depths.take()
        if depth is None:
            return
        if self._shown is None:
            self._camera = self._first_camera(depth)
        self._shown = depth

    def _draw_if_changed(self) -> None:
        wanted = (self._shown, self._camera, self._settings)
        if wanted == self._drawn:
            return
        started_s = self._clock.now_s()
        self._renderer.draw(*wanted)
        self._ctx.finish()
        done_s = self._clock.now_s()
        if self._shown is not None:
            if self._shown is not (self._drawn[0] if self._drawn else None):
                self._statistics.depth_shown(
                    self._shown.frame.time_s, self._shown.done_s - self._shown.started_s, done_s
                )
            self._statistics.drawn(done_s - started_s, done_s)
        self._drawn = wanted

    def _first_camera(self, depth: DepthFrame) -> Camera:
        """Home, turned round the middle of the scene as `--orbit` asks."""
        middle = world_map(depth, self._settings.scene).view_distance(np.array(depth.range.median))
        yaw_deg, pitch_deg, distance = self._options.orbit_deg
        camera = Camera.home(float(middle)).orbited(radians(yaw_deg), radians(pitch_deg))
        return camera if distance is None else replace(camera, distance=distance)
