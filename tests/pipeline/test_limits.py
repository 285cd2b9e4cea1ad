"""Parts that are slowed down on purpose: what limits the scene is named. Time passes only as the parts take it."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.clock import FixedClock
from engine.frames import DepthKind, Frame
from engine.navigation.camera import Camera
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import DrawRequest
from engine.settings import Settings
from engine.settings.run_options import RunOptions
from engine.status.limits import Stage
from tests.window.sleeper import Sleeper


class World(FixedClock):
    """A clock that a source sends its frames by, whatever else is going on."""

    def __init__(self, every_s: float) -> None:
        super().__init__(1.0)
        self.every_s, self._due_s = every_s, 1.0
        self.send: Callable[[], None] = lambda: None

    def take(self, seconds: float) -> None:
        """Let time pass."""
        end_s = self.now_s() + seconds
        while self._due_s <= end_s:
            self.sleep_until(self._due_s)
            self.send()
            self._due_s += self.every_s
        self.sleep_until(end_s)


class Network(Sleeper):
    kind = DepthKind.DISPARITY
    clock: World

    def estimate(self, image: np.ndarray) -> np.ndarray:
        self.clock.take(self.pause_s)
        return np.tile(np.linspace(1, 2, 32, dtype=np.float32), (18, 1))


@pytest.fixture
def run(ctx):
    """Runs the pipeline with parts that take so long, and returns what limits it."""
    built = []

    def limits(source=0.03, network=0.01, transfer=0.001, drawing=0.004, display=0.001) -> Stage | None:
        clock = World(source)
        app = Pipeline(Settings(), RunOptions(size="32x18"), ctx, clock, 0.0)
        built.append(app)
        app.display.fps = 60
        estimator = Network(None, None, network)
        estimator.clock = clock
        app.worker._estimator = estimator
        reader, renderer, draw = app.source._current, app.renderer, app.renderer.draw
        image = np.zeros((18, 32, 3), np.uint8)
        clock.send = lambda: reader._deliver_now(Frame(image, time_s=clock.now_s()))

        def slowly(frame, *others):
            draw(frame, *others)
            clock.take(drawing + transfer)
            renderer.upload_s = transfer

        renderer.draw = slowly
        while app.worker.status.depth_frames < 8:
            started_s = clock.now_s()
            if app.source.frames_read > app.worker.status.depth_frames + app._frames.dropped:
                app.worker._step()
            app.take_depth()
            if app.draw_if_changed(DrawRequest(app.live, Camera.home(2.0))):
                app.record_work(clock.now_s() - started_s - (network if app.live else 0))
                swapped_s = clock.now_s()
                clock.take(display)
                app.record_swap(swapped_s, is_new=True)
            clock.take(0.004)
        return app.limits.limit

    yield limits
    for app in built:
        app.close()


@pytest.mark.parametrize(
    ("slow", "stage"),
    [
        ({"source": 0.3}, "source"),
        ({"network": 0.3}, "network"),
        ({"transfer": 0.3}, "transfer"),
        ({"drawing": 0.3}, "drawing"),
        ({"display": 0.3}, "display"),
    ],
)
def test_a_part_that_is_slowed_down_is_named(run, slow, stage):
    assert run(**slow) == stage
