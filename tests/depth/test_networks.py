"""The viewer runs Video-Depth-Anything. The weights are filler: the depth means nothing, the rest is real."""

import json
import time

import numpy as np
import pytest
import torch

from engine.clock import RealClock
from engine.depth.live.estimator import make_estimator
from engine.depth.live.worker import DepthWorker
from engine.frames import DepthKind, Frame
from engine.mailbox import Mailbox
from engine.settings import DepthSettings
from tests.depth_frames import checker
from tests.hub import Hub
from tests.pipeline.test_headless import run
from tests.synthetic import PARITY, parity_module
from tests.waiting import LIMIT_S, wait_for

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


@pytest.mark.parametrize("options", [(), ("--metric", "--backend", "torch")])
def test_headless_with_video_depth_anything(tmp_path, checkpoints, options):
    done = run(
        "--headless", "--no-demo-depth", "--encoder", "vits", *options, "--input-size", 56, "--frames", 3,
        "--checkpoints-dir", checkpoints, "--size", "160x90", "--screenshot", "o.png", "--stats", "s.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert (stats["encoder"], stats["weights"], stats["message"]) == ("vits", "checkpoint", None)
    assert stats["input_px"] == [98, 56]
    assert stats["depth_frames"] >= 1


def test_a_missing_network_is_downloaded_when_the_viewer_is_told_to(tmp_path, checkpoints):
    name = "video_depth_anything_vits.pth"
    hub = Hub({f"depth-anything/Video-Depth-Anything-Small/{name}": (checkpoints / name).read_bytes()})
    arguments = (
        "--headless", "--download", "--no-demo-depth", "--encoder", "vits", "--input-size", 56, "--frames", 1,
        "--backend", "torch", "--size", "160x90", "--checkpoints-dir", tmp_path / "weights", "--stats", "s.json",
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
        "--headless", "--download", "--no-demo-depth", "--encoder", "vitl", "--input-size", 64, "--frames", 1,
        "--size", "160x90", "--stats", "s.json",
        "--checkpoints-dir", tmp_path / "weights", cwd=tmp_path, HF_ENDPOINT="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cannot be reached" in done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["encoder"] == "lite"
    assert "models download vda-vitl" in stats["message"]


def test_metric_depth_without_its_weights_is_said(tmp_path):
    done = run(
        "--headless", "--no-demo-depth", "--metric", "--input-size", 64, "--frames", 1, "--size", "160x90",
        "--stats", "s.json",
        "--checkpoints-dir", tmp_path, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["encoder"] == "lite"
    assert "models download metric-vda-vits" in stats["message"]


@pytest.mark.parametrize(("real_time_s", "encoder"), [(3600, "vits"), (0, "lite")])
def test_auto_takes_the_network_whose_weights_are_there_if_it_is_fast_enough(
    checkpoints, monkeypatch, real_time_s, encoder
):
    monkeypatch.setattr("engine.depth.live.estimator.REAL_TIME_S", real_time_s)
    estimator = make_estimator(DepthSettings(input_size=56, checkpoints_dir=checkpoints, device="cpu"))
    assert estimator.info.encoder == encoder
    assert "depth maps a second" in estimator.info.why


def test_networks_change_while_the_stream_runs_and_cuts_reset_it(checkpoints):
    frames, depths = Mailbox(), Mailbox()
    lite = DepthSettings(encoder="lite", input_size=56, backend="torch", checkpoints_dir=checkpoints)
    worker = DepthWorker(frames, depths, lite, RealClock())
    worker.start()
    picture = checker(128, 72)

    def until(model, kind=DepthKind.DISPARITY, *, image=picture):
        """Show `image` until there is depth of it by `model`."""

        def depth():
            frames.put(Frame(image, 0, time.monotonic(), "test"))
            found = depths.wait(LIMIT_S)
            return found if found is not None and (found.model, found.kind) == (model, kind) else None

        return wait_for(depth)

    try:
        until("lite")
        worker.apply(lite.model_copy(update={"encoder": "vits"}))
        until("vits")
        resets = []
        estimator = worker._estimator
        estimator.reset = lambda reset=estimator.reset: (resets.append(1), reset())
        until("vits", image=255 - picture)  # a cut
        assert len(resets) == 1
        until("vits", image=np.ascontiguousarray(checker(72, 128)))  # another size
        assert len(resets) == 2
        worker.apply(lite.model_copy(update={"encoder": "vits", "metric": True}))
        until("vits", DepthKind.METRIC)
        worker.apply(lite)
        until("lite")
        assert worker.status.errors == 0
    finally:
        worker.close()
