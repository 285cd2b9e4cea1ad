"""The program as a user runs it, without a window."""

import json
import os
import signal
import subprocess
import sys

import cv2
import numpy as np
import pytest

from tests.clips import demo_clip
from tests.conftest import ROOT
from tests.waiting import LIMIT_S


def run(*arguments, cwd, **extra):
    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, timeout=LIMIT_S, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **extra},
    )  # fmt: skip


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return demo_clip(tmp_path_factory.mktemp("clip with spaces") / "ünï.mp4")


@pytest.mark.slow
def test_a_video_becomes_a_scene(tmp_path, clip):
    done = run(
        "--headless", "--source", clip, "--frames", 30, "--orbit", "20,10", "--screenshot", "new folder/out.png",
        "--size", "640x360", "--stats", "out.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    stats = json.loads((tmp_path / "out.json").read_text())
    expected = {"encoder": "lite", "weights": "embedded", "device": "cpu", "ticks": 30, "errors": 0, "message": None}
    assert {key: stats[key] for key in expected} == expected
    assert stats["precision"] in ("bf16", "fp32")
    assert stats["input_px"] in ([448, 256], [352, 192])  # the smaller one on slow machines
    assert 1 <= stats["depth_frames"] <= 200
    assert 1 <= stats["display_frames"] <= 30
    assert stats["depth_fps"] == pytest.approx((stats["depth_frames"] - 1) / stats["running_s"], rel=1e-3, abs=0.006)
    assert stats["running_s"] >= 27 / 30
    assert 0 < stats["frame_ms"]["p50"] <= stats["frame_ms"]["p99"]
    assert 0 < stats["latency_ms"]["p50"] <= stats["latency_ms"]["p99"]
    assert stats["first_depth_s"] > 0
    assert 50 < stats["peak_rss_mb"] < 4000
    picture = cv2.imread(str(tmp_path / "new folder" / "out.png"))
    assert picture.shape == (360, 640, 3)
    background = (picture == (0x1A, 0x16, 0x14)).all(-1)
    assert 0.02 < background.mean() < 0.6  # seen from the side there is something behind the scene
    assert picture[~background].std() > 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new folder", "out.json"]


def test_the_demo_needs_no_network_and_no_torch(tmp_path):
    done = run("--headless", "--frames", 5, "--size", "64x36", "--stats", "s.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert (stats["encoder"], stats["weights"], stats["device"]) == ("source", "none", "none")
    assert stats["peak_rss_mb"] < 400  # torch alone takes more than that


def test_a_still_photograph(tmp_path):
    y, x = np.mgrid[0:300, 0:200]
    cv2.imwrite(str(tmp_path / "photo.jpg"), np.stack([x, y // 2, 255 - x], -1).astype(np.uint8))
    done = run(
        "view", "--headless", "--source", "photo.jpg", "--frames", 3, "--screenshot", "o.png", "--stats", "s.json",
        "--size", "200x300", "--no-temporal-filter", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["depth_frames"] == 1
    assert stats["display_frames"] == 1  # nothing changed, so nothing was drawn again
    assert stats["ticks"] == 3
    assert cv2.imread(str(tmp_path / "o.png")).shape == (300, 200, 3)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--source", "nothing.mp4"], "nothing.mp4"),
        (["--source", "text.txt"], "text.txt"),
        (["--source", "empty.mp4"], "empty.mp4"),
        (["--source", "broken.png"], "broken.png"),
        (["--subsample", "99"], "less than or equal to 8"),
        (["--encodr", "lite"], "--encoder"),
        (["--orbit", "east"], "YAW,PITCH"),
        (["--orbit", "nan,0"], "YAW,PITCH"),
        (["--size", "30000x30000"], "8192"),
        (["--size", "big"], "WIDTHxHEIGHT"),
    ],
)
def test_wrong_input_is_one_message_and_exit_code_2(tmp_path, arguments, says):
    (tmp_path / "text.txt").write_text("not a video")
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    done = run("--headless", "--frames", 3, *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_absent_device_or_network_is_said_and_the_embedded_one_runs(tmp_path):
    for arguments, says in ((("--device", "cuda:7"), "cuda:7"), (("--encoder", "vitl"), "vda-vitl")):
        done = run(
            "--headless", "--no-demo-depth", "--frames", 1, "--size", "160x90", "--input-size", 64, *arguments,
            "--stats", "s.json", cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert says in done.stderr
        stats = json.loads((tmp_path / "s.json").read_text())
        assert says in stats["message"]
        assert (stats["encoder"], stats["device"]) == ("lite", "cpu")


def test_no_weights_at_all_is_exit_code_3(tmp_path):
    (tmp_path / "lite.safetensors").write_bytes(b"rubbish")
    done = run("--headless", "--no-demo-depth", "--checkpoints-dir", tmp_path, "--frames", 1, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "lite.safetensors" in done.stderr


def test_a_wrong_entry_of_the_settings_file_is_named_and_can_be_reset(tmp_path):
    config = tmp_path / "da3d" / "settings.toml"
    config.parent.mkdir()
    config.write_text("[scene]\ndepth_scale = 'deep'\n")
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    done = run("--headless", "--frames", 1, "--screenshot", "o.png", cwd=tmp_path, **home)
    assert done.returncode == 0
    assert "depth_scale" in done.stderr
    assert str(config) in done.stderr
    assert cv2.imread(str(tmp_path / "o.png")).shape == (720, 1280, 3)  # unless another size is asked for
    assert run("--headless", "--frames", 1, "--size", "64x36", "--reset-settings", cwd=tmp_path, **home).returncode == 0
    assert not config.exists()


def test_remembered_settings_hold_and_options_win(tmp_path):
    config = tmp_path / "da3d" / "settings.toml"
    config.parent.mkdir()
    config.write_text("[display]\nbackground = '#ff0000'\n")
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    common = ("--headless", "--frames", 1, "--size", "64x64", "--screenshot", "o.png")
    for extra, color in (((), (0, 0, 255)), (("--background", "#00ff00"), (0, 255, 0))):
        assert run(*common, *extra, cwd=tmp_path, **home).returncode == 0
        assert tuple(cv2.imread(str(tmp_path / "o.png"))[0, 0]) == color


def test_an_unwritable_place_is_a_message(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("--headless", "--frames", 1, "--size", "64x36", "--screenshot", "file/out.png", cwd=tmp_path)
    assert done.returncode == 2
    assert "out.png" in done.stderr
    assert "Traceback" not in done.stderr


COUNT_PICTURES = """
from engine.cli import run
from engine.status.metrics import Statistics

drawn = Statistics.drawn

def count(self, *times):
    drawn(self, *times)
    print(self.display_frames, flush=True)

Statistics.drawn = count
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_interrupting_an_endless_run_still_writes_the_figures(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", COUNT_PICTURES, "--headless", "--size", "64x36", "--stats", "s.json"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert any(line == "2\n" for line in iter(process.stdout.readline, ""))  # until then; "" is the end
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, stderr
    assert json.loads((tmp_path / "s.json").read_text())["display_frames"] > 1
