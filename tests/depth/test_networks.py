"""The viewer runs Video-Depth-Anything. The weights are filler: the depth means nothing, the rest is real."""

import json
import time

import numpy as np
import pytest
import torch

from engine.clock import RealClock
from engine.depth.live.estimator import REAL_TIME_S, VideoDepthEstimator, make_estimator
from engine.depth.live.worker import DepthWorker
from engine.frames import DepthKind, Frame
from engine.mailbox import Mailbox
from engine.settings import DepthSettings
from tests.depth_frames import checker
from tests.hub import Hub
from tests.pipeline.test_headless import run
from tests.synthetic import PARITY, parity_module

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("networks")]


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """A folder with the small network's relative and metric weights, as they are published."""
    folder = tmp_path_factory.mktemp("checkpoints")
    filler = parity_module("filler")
    weights = filler.state_dict_from_manifest(str(PARITY / "manifests" / "vda_vits.json"))
    for prefix in ("", "metric_"):
        torch.save(weights, folder / f"{prefix}video_depth_anything_vits.pth")
    return folder


@pytest.mark.parametrize("metric", [False, True])
def test_headless_with_video_depth_anything(tmp_path, checkpoints, metric):
    done = run(
        "--headless", "--no-demo-depth", "--encoder", "vits", *(["--metric"] if metric else []), "--input-size", 140,
        "--checkpoints-dir", checkpoints, "--frames", 90, "--screenshot", "o.png", "--stats", "s.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert (stats["encoder"], stats["weights"], stats["message"]) == ("vits", "checkpoint", None)
    assert stats["input_px"] == [252, 140]
    assert stats["depth_frames"] >= 1


def test_a_missing_network_is_downloaded_when_the_viewer_is_told_to(tmp_path, checkpoints):
    name = "video_depth_anything_vits.pth"
    hub = Hub({f"depth-anything/Video-Depth-Anything-Small/{name}": (checkpoints / name).read_bytes()})
    arguments = (
        "--headless", "--download", "--no-demo-depth", "--encoder", "vits", "--input-size", 98, "--frames", 2,
        "--checkpoints-dir", tmp_path / "weights", "--stats", "s.json",
    )  # fmt: skip
    try:
        done = run(*arguments, cwd=tmp_path, **hub.environment)
    finally:
        hub.close()
    assert done.returncode == 0, done.stderr
    assert "license Apache-2.0" in done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert (stats["encoder"], stats["weights"], stats["message"]) == ("vits", "checkpoint", None)


def test_a_download_that_fails_leaves_the_best_network_there_is(tmp_path):
    done = run(
        "--headless", "--download", "--no-demo-depth", "--encoder", "vitl", "--frames", 2, "--stats", "s.json",
        "--checkpoints-dir", tmp_path / "weights", cwd=tmp_path, HF_ENDPOINT="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cannot be reached" in done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["encoder"] == "lite"
    assert "models download vda-vitl" in stats["message"]


def test_metric_depth_without_its_weights_is_said(tmp_path):
    done = run(
        "--headless", "--no-demo-depth", "--metric", "--frames", 2, "--stats", "s.json",
        "--checkpoints-dir", tmp_path, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["encoder"] == "lite"
    assert "models download metric-vda-vits" in stats["message"]


def test_auto_takes_the_network_whose_weights_are_there_if_it_is_fast_enough(checkpoints):
    settings = DepthSettings(input_size=140, checkpoints_dir=checkpoints, device="cpu")
    estimator = make_estimator(settings)
    assert "depth maps a second" in estimator.info.why
    video = VideoDepthEstimator(settings, "vits")
    is_fast = video.seconds_per_frame() < REAL_TIME_S
    if not 0.7 < video.seconds_per_frame() / REAL_TIME_S < 1.4:  # too close to tell on a busy machine
        assert estimator.info.encoder == ("vits" if is_fast else "lite")


def test_networks_change_while_the_stream_runs_and_cuts_reset_it(checkpoints):
    frames, depths = Mailbox(), Mailbox()
    lite = DepthSettings(encoder="lite", input_size=140, checkpoints_dir=checkpoints)
    worker = DepthWorker(frames, depths, lite, RealClock())
    worker.start()
    picture = checker(128, 72)

    def until(model, *, image=picture, timeout_s=60):
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            frames.put(Frame(image, 0, time.monotonic(), "test"))
            depth = depths.wait(5)
            if depth is not None and depth.model == model:
                return depth
        pytest.fail(f"{model} never came")

    try:
        assert until("lite").kind is DepthKind.DISPARITY
        worker.apply(lite.model_copy(update={"encoder": "vits"}))
        assert until("vits").kind is DepthKind.DISPARITY
        resets = []
        estimator = worker._estimator
        estimator.reset = lambda reset=estimator.reset: (resets.append(1), reset())
        until("vits", image=255 - picture)  # a cut
        assert len(resets) == 1
        until("vits", image=np.ascontiguousarray(checker(72, 128)))  # another size
        assert len(resets) == 2
        worker.apply(lite.model_copy(update={"encoder": "vits", "metric": True}))
        end = time.monotonic() + 60
        while until("vits").kind is not DepthKind.METRIC:
            assert time.monotonic() < end
        worker.apply(lite)
        until("lite")
        assert worker.status.errors == 0
    finally:
        worker.close()
