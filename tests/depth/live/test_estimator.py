"""Which network `auto` takes, on a machine whose speed is told and not measured."""

from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from engine.depth import streaming
from engine.depth.live import estimator
from engine.depth.live.estimator import OPENVINO_GAIN, REAL_TIME_S, make_estimator
from engine.depth.runtime import backend, precision
from engine.jobs import Cancelled
from engine.models.video_depth import VideoDepth
from engine.settings import DepthSettings
from tests.synthetic import tiny_video_depth
from tests.waiting import LIMIT_S

SETTINGS = DepthSettings(input_size=28, device="cpu", precision="auto")


class Machine:
    """Frames take `torch_s` or `openvino_s` on its own clock; a graph is ready as soon as somebody waits for it."""

    torch_s = openvino_s = 0.0

    def __init__(self, monkeypatch):
        self._now_s = 0.0
        self._waited_for = Event()
        self.is_building = self.was_timed_while_building = False
        self.graphs = 0
        step = VideoDepth.step

        def on_torch(model, x, state=None):
            self._now_s += self.torch_s
            return step(model, x, state)

        def on_graph(model, x, state):
            self._now_s += self.openvino_s
            return step(model, x, state)

        def builder(model, dtype):
            def build(size):
                self.is_building = True
                assert self._waited_for.wait(LIMIT_S)
                self.graphs += 1
                self.is_building = False
                return SimpleNamespace(step=lambda x, state: on_graph(model, x, state))

            return build

        monkeypatch.setattr(VideoDepth, "step", on_torch)
        monkeypatch.setattr(streaming, "step_builder", builder)
        monkeypatch.setattr(precision, "bfloat16_pays", lambda: False)  # the fake graph runs the float32 network
        monkeypatch.setattr(backend, "find_spec", lambda name: object())
        monkeypatch.setattr(estimator, "find", lambda name, folder: Path(name))
        monkeypatch.setattr(estimator, "load", lambda name, **options: tiny_video_depth())
        monkeypatch.setattr(estimator, "perf_counter", self._time)
        lite = SimpleNamespace(encoder="lite")
        monkeypatch.setattr(estimator, "LiteEstimator", lambda settings, why, check: SimpleNamespace(info=lite))

    def check(self, *_):
        if self.is_building:
            self._waited_for.set()

    def _time(self):
        self.was_timed_while_building |= self.is_building
        return self._now_s


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.mark.parametrize(
    ("torch_s", "openvino_s", "encoder", "graphs"),
    [
        (0.8 * REAL_TIME_S, 0.0, "vits", 0),  # fast enough at once: its graph is built while it runs
        (1.5 * REAL_TIME_S, 0.9 * REAL_TIME_S, "vits", 1),
        (1.5 * REAL_TIME_S, 1.2 * REAL_TIME_S, "lite", 1),
        (1.5 * OPENVINO_GAIN * REAL_TIME_S, 0.0, "lite", 0),  # no graph makes up for that
    ],
)
def test_auto_judges_a_network_by_what_will_run_it(machine, torch_s, openvino_s, encoder, graphs):
    machine.torch_s, machine.openvino_s = torch_s, openvino_s
    assert make_estimator(SETTINGS, machine.check).info.encoder == encoder
    assert machine.graphs == graphs
    assert not machine.was_timed_while_building


def test_without_openvino_torch_decides(machine):
    machine.torch_s = 1.5 * REAL_TIME_S
    torch_only = SETTINGS.model_copy(update={"backend": "torch"})
    assert make_estimator(torch_only, machine.check).info.encoder == "lite"
    assert machine.graphs == 0


def test_measuring_stops_when_nobody_wants_the_network_any_more(machine):
    machine.torch_s = 1.5 * REAL_TIME_S

    def check(*_):
        machine.check()
        if machine.is_building:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_estimator(SETTINGS, check)
