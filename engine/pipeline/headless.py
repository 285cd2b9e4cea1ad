"""The loop of the application without a window."""

from engine.clock import Clock, Ticker
from engine.navigation.camera import Camera
from engine.navigation.sway import Sway
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import DrawRequest
from engine.settings.run_options import RunOptions

FIRST_DEPTH_TIMEOUT_S = 30.0
HEADLESS_FPS = 30.0


def run_headless(app: Pipeline, options: RunOptions, clock: Clock) -> bool:
    """Run until `options.frames` frames are drawn. Return False if none ever can, or if no depth came within 30 s.

    The time that a network takes to load does not count.
    """
    before_s = waiting_since_s = clock.now_s()
    app.display.fps = options.fps or HEADLESS_FPS
    ticker = Ticker(clock, app.display.fps)
    camera, sway = Camera.home(2.0), Sway()
    while app.statistics.ticks != options.frames:
        now_s = ticker.wait()
        sway.update(now_s - before_s, app.settings)
        before_s = now_s
        is_first = app.live is None
        if app.take_depth() and is_first and app.live is not None:
            camera = app.first_camera(app.live)
        if app.draw_if_changed(DrawRequest(app.live, sway.applied(camera))):
            app.record_work(clock.now_s() - now_s)
        if app.statistics.has_depth:
            app.statistics.ticked(clock.now_s())
        elif app.worker.status.loading is not None:
            waiting_since_s = now_s
        elif now_s - waiting_since_s > FIRST_DEPTH_TIMEOUT_S or app.worker.status.state == "failed":
            return False
    return True
