import json
import subprocess
import sys
import warnings
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from engine.app.downloads import wanted
from engine.depth.clip import make_clip_estimator
from engine.depth.live.estimator import make_estimator
from engine.errors import InputError, PluginError, SettingsError, SourceError
from engine.frames import DepthKind, Frame, default_intrinsics
from engine.plugins import loading, registered
from engine.settings import DepthSettings, Encoder, Settings, SourceSettings, store
from engine.settings.fields import declaration
from engine.sources import added
from engine.sources.registry import added_choices, is_lasting, open_source
from tests.conftest import ROOT

PLUGIN = """
import da3d
import numpy as np

class Stripes:
    def __init__(self, rest):
        self.shift = int(rest or 0)
    def read(self, max_res):
        self.shift += 1
        row = np.uint8((np.arange(160) + self.shift) % 64 * 4)
        return np.repeat(np.tile(row, (90, 1))[..., None], 3, 2)
    def close(self):
        pass

class Brightness:
    kind = "disparity"
    def __init__(self, device):
        self.device = device
    def depth(self, image):
        return image.mean(2)[::2, ::2] / 255

da3d.register_source("stripes", Stripes, label="moving stripes")
da3d.register_network("brightness", Brightness)
"""


@pytest.fixture
def plugin(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(PLUGIN)
    return path


@pytest.fixture(autouse=True)
def _forget():
    yield
    registered.SOURCES.clear()
    registered.NETWORKS.clear()
    loading.LOADED.clear()


@pytest.fixture
def loaded(plugin):
    loading.load_file(plugin)


def run(*arguments, cwd):
    command = [sys.executable, "-m", "engine", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=None)


@pytest.mark.slow
@pytest.mark.slow
def test_a_camera_and_a_network_from_a_file_of_ones_own(plugin, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = run(
        "--headless", "--plugin", plugin, "--source", "stripes:7", "--encoder", "brightness", "--frames", 2,
        "--size", "160x90", "--screenshot", "o.png", "--stats", "s.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "showing stripes:7" in done.stderr
    assert json.loads((tmp_path / "s.json").read_text())["encoder"] == "brightness"
    helped = run("--help", f"--plugin={plugin}", cwd=tmp_path)
    assert "brightness" in helped.stdout
    assert "--plugin FILE" in helped.stdout
    wrong = run("--plugin", "missing.py", "stripes", cwd=tmp_path)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "error: missing.py is no plugin: it should be a file of Python (.py)\n",
    )


@pytest.mark.usefixtures("loaded")
def test_a_registered_source_is_read_as_any_other():
    source = open_source(SourceSettings(source="stripes:7"))
    first, second = source.read(80), source.read(4096)
    assert first.image.shape == (45, 80, 3)
    assert first.original().shape == second.image.shape == (90, 160, 3)
    assert (first.index, second.index) == (0, 1)
    assert first.source_id == "stripes:7"
    assert 0 < first.time_s <= second.time_s
    assert source.is_live
    source.close()
    source.close()
    assert [(choice.name, choice.label) for choice in added_choices()] == [("stripes", "moving stripes")]
    assert not is_lasting("stripes"), "it is not there when the plugin is not"
    with pytest.raises(SourceError, match=r"stripes:x could not be opened: ValueError"):
        open_source(SourceSettings(source="stripes:x"))
    with pytest.raises(SourceError, match="did you mean stripes"):
        open_source(SourceSettings(source="stripe"))


def test_a_source_may_give_depth_and_intrinsics_and_play_by_itself():
    class Sensor:
        is_live, fps = False, 10.0
        images = [np.zeros((40, 80, 3), np.uint8), None, "no image"]  # noqa: RUF012

        def read(self, max_res):
            image = self.images.pop(0)
            if not isinstance(image, np.ndarray):
                return image
            lens = default_intrinsics(80, 40, 60)
            return Frame(image, depth=np.ones((40, 80), np.float32), kind=DepthKind.METRIC, intrinsics=lens)

        def close(self):
            pass

    registered.register_source("sensor", lambda rest: Sensor())
    source = open_source(SourceSettings(source="sensor"))
    assert not source.is_live
    frame = source.read(40)
    assert (frame.image.shape, frame.depth.shape, frame.time_s) == ((20, 40, 3), (40, 80), 0)
    np.testing.assert_allclose(frame.intrinsics, default_intrinsics(40, 20, 60))
    assert source.read(40) is None
    with pytest.raises(SourceError, match="sensor: an image is a numpy array"):
        source.read(40)


@pytest.mark.usefixtures("loaded")
def test_a_registered_network_is_a_setting_like_any_other(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settings = Settings().replace(encoder="brightness").replace(subsample=4)
        store.save(tmp_path / "settings.toml", settings)
        assert store.load(tmp_path / "settings.toml") == settings
    assert declaration("encoder").choices == (*get_args(Encoder), "brightness")
    assert wanted(settings.depth) is None
    with pytest.raises(SettingsError, match="encoder"):
        Settings().replace(encoder="brightnes")


@pytest.mark.usefixtures("loaded")
def test_a_registered_network_estimates_live_and_for_videos():
    image = np.full((40, 60, 3), 51, np.uint8)
    estimator = make_estimator(DepthSettings(encoder="brightness", device="cpu"))
    estimator.reset()
    assert (estimator.info.encoder, estimator.info.device, estimator.kind) == ("brightness", "cpu", DepthKind.DISPARITY)
    depth = estimator.estimate(image)
    assert (depth.shape, depth.dtype) == ((20, 30), np.float32)
    np.testing.assert_allclose(depth, 0.2, rtol=1e-6)
    clip = make_clip_estimator(DepthSettings(encoder="brightness", device="cpu"), streaming=False)
    assert [shown.depth.shape for shown in clip.maps([Frame(image)] * 2)] == [(20, 30)] * 2


def test_what_a_network_lacks_is_said():
    class Flat:
        kind = "near"

        def depth(self, image):
            return image

    registered.register_network("flat", lambda device: Flat())
    with pytest.raises(PluginError, match="flat should have a `kind`"):
        make_estimator(DepthSettings(encoder="flat"))
    Flat.kind = DepthKind.METRIC
    with pytest.raises(InputError, match=r"depth of flat should be \(h, w\); it has shape \(4, 4, 3\)"):
        make_estimator(DepthSettings(encoder="flat")).estimate(np.zeros((4, 4, 3), np.uint8))
    registered.register_network("flat", lambda device: 1 / 0)
    with pytest.raises(PluginError, match="ZeroDivisionError"):
        make_estimator(DepthSettings(encoder="flat"))


@pytest.mark.parametrize("name", ["webcam", "http", "Mine", "my camera", "a:b", ""])
def test_names_that_mean_something_else_are_refused(name):
    with pytest.raises(InputError, match="name"):
        registered.register_source(name, lambda rest: None)


def test_built_in_networks_cannot_be_replaced():
    for name in get_args(Encoder):
        with pytest.raises(InputError, match="built in"):
            registered.register_network(name, lambda device: None)


def test_a_plugin_that_fails_is_named(plugin, tmp_path):
    plugin.write_text("1 / 0")
    with pytest.raises(PluginError, match=r"mine.py failed: ZeroDivisionError"):
        loading.load_file(plugin)
    with pytest.raises(PluginError, match="no plugin"):
        loading.load_file(tmp_path)
    with pytest.raises(PluginError, match="wants a file"):
        loading.load_named(["view", "--plugin"])


def test_installed_packages_may_have_plugins(monkeypatch, caplog, plugin, tmp_path):
    (tmp_path / "good.py").write_text(PLUGIN + "\ndef more():\n    da3d.register_source('more', Stripes)\n")
    (tmp_path / "bad.py").write_text("raise OSError('no camera')")
    monkeypatch.syspath_prepend(tmp_path)
    found = [EntryPoint("a", "bad", "da3d.plugins"), EntryPoint("b", "good:more", "da3d.plugins")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found if group == "da3d.plugins" else [])
    loading.load_installed.cache_clear()
    loading.load_installed()
    assert list(registered.SOURCES) == ["stripes", "more"]
    assert "the plugin a was left out: OSError: no camera" in caplog.text


def test_a_live_source_that_never_waits_leaves_time_for_other_threads(loaded, monkeypatch):
    now_s, slept_s = [10.0], []

    def sleep(seconds):
        slept_s.append(seconds)
        now_s[0] += seconds

    monkeypatch.setattr(added, "time", SimpleNamespace(monotonic=lambda: now_s[0], sleep=sleep))
    source = added.AddedSource("stripes", registered.SOURCES["stripes"].open("7"))
    for _ in range(3):
        source.read(0)
    assert slept_s == pytest.approx([0, added.SHORTEST_S, added.SHORTEST_S])
