import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.depth import StreamingDepth
from engine.depth.clip import make_clip_estimator
from engine.depth.live.estimator import LiteEstimator
from engine.depth.runtime import backend
from engine.depth.runtime.backend import pick_backend
from engine.errors import SettingsError
from engine.frames import Frame
from engine.settings import DepthSettings
from tests.conftest import ROOT
from tests.synthetic import moving_pictures, tiny_video_depth
from tests.waiting import LIMIT_S

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(backend, "find_spec", lambda name: object())


@pytest.mark.usefixtures("installed")
def test_auto_takes_openvino_where_it_helps_and_nothing_must_be_reproducible():
    assert pick_backend("auto", CPU, "auto") == "auto"
    assert pick_backend("auto", CPU, "fp32") == "torch"
    assert pick_backend("auto", CUDA, "auto") == "torch"
    assert pick_backend("torch", CPU, "auto") == "torch"
    assert pick_backend("openvino", CPU, "fp32") == "openvino"


def test_without_openvino_auto_is_torch_and_asking_for_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    assert pick_backend("auto", CPU, "auto") == "torch"
    with pytest.raises(SettingsError, match="pip install"):
        pick_backend("openvino", CPU, "auto")


@pytest.mark.usefixtures("installed")
def test_openvino_is_for_cpus():
    with pytest.raises(SettingsError, match="cuda"):
        pick_backend("openvino", CUDA, "auto")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(backend, "cache_dir", lambda: tmp_path)
    return tmp_path / "openvino"


@pytest.mark.slow
def test_openvino_gives_torchs_numbers_across_the_whole_ring_and_a_reset(cache):
    frames = moving_pictures(50)
    ours, theirs = (StreamingDepth(tiny_video_depth(), input_size=28, backend=b) for b in ("torch", "openvino"))
    for _ in range(2):
        for frame in frames:
            np.testing.assert_allclose(theirs.infer(frame), ours.infer(frame), rtol=1e-4, atol=1e-5)
        ours.reset()
        theirs.reset()
    assert len(list(cache.glob("*.blob"))) == 1


@pytest.mark.slow
def test_openvino_leaves_nothing_in_the_home_folder(tmp_path):
    """Its telemetry would keep an id there, outside of continuous integration."""
    outside = {name: value for name, value in os.environ.items() if name not in ("CI", "TF_BUILD", "JENKINS_URL")}
    done = subprocess.run(
        [sys.executable, "-c", "import engine.depth.runtime.openvino_graph, openvino.tools.ovc"],
        cwd=ROOT, env={**outside, "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_openvino_takes_over_in_the_middle_of_a_stream():
    frames = moving_pictures(50)
    ours = StreamingDepth(tiny_video_depth(), input_size=28)
    theirs = StreamingDepth(tiny_video_depth(), input_size=28, precision="auto", backend="auto")
    for i, frame in enumerate(frames):
        np.testing.assert_allclose(theirs.infer(frame), ours.infer(frame), rtol=5e-2, atol=5e-2)
        if i == 20:
            theirs.graphs.wait()
    assert theirs.graphs.at((28, 42)) is not None


@pytest.mark.slow
def test_graphs_are_read_from_the_cache_and_old_ones_dropped(cache, monkeypatch):
    from engine.depth.runtime import openvino_graph, openvino_step

    monkeypatch.setattr(openvino_graph, "_KEPT_GRAPHS", 1)
    frames = moving_pictures(2)
    for input_size in (28, 42):
        StreamingDepth(tiny_video_depth(), input_size=input_size, backend="openvino").infer(frames[0])
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(openvino_step, "_example", lambda *_: pytest.fail("it was in the cache"))
    again = StreamingDepth(tiny_video_depth(), input_size=42, backend="openvino")
    assert np.isfinite([again.infer(frame) for frame in frames]).all()


def test_what_cannot_be_built_leaves_torch_at_work(cache, monkeypatch):
    from engine.depth.runtime import openvino_step

    monkeypatch.setattr(openvino_step, "_example", lambda *_: 1 / 0)
    frames = moving_pictures(3)
    stream = StreamingDepth(tiny_video_depth(), input_size=28, precision="auto", backend="auto")
    for frame in frames:
        stream.infer(frame)
    stream.graphs.wait()
    assert stream.graphs.at((28, 42)) is None
    stream = StreamingDepth(tiny_video_depth(), input_size=28, backend="openvino")
    with pytest.raises(SettingsError, match="division by zero"):
        stream.infer(frames[0])


@pytest.mark.slow
def test_lite_has_torchs_numbers_on_openvino_at_every_size(cache):
    settings = DepthSettings(encoder="lite", input_size=96, precision="fp32")
    ours, theirs = (LiteEstimator(settings.model_copy(update={"backend": b})) for b in ("torch", "openvino"))
    for picture in (*moving_pictures(2), moving_pictures(1, 60, 40)[0]):
        np.testing.assert_allclose(theirs.estimate(picture), ours.estimate(picture), rtol=1e-3, atol=1e-3)
    assert len(list(cache.glob("*.blob"))) == 2


def test_all_frames_of_a_clip_are_computed_in_the_same_way(cache):
    clip = make_clip_estimator(DepthSettings(encoder="lite", input_size=64, device="cpu"), streaming=False)
    (image,) = moving_pictures(1)

    def frames():
        yield Frame(image, 0, 0.0, "")
        clip._estimator._network.graphs.wait()
        yield Frame(image, 1, 0.04, "")

    first, second = (found.depth for found in clip.maps(frames()))
    np.testing.assert_allclose(second, first, rtol=0, atol=1e-5)
