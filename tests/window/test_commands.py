"""The command-line names of other programs, as their users run them."""

import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from tests.conftest import ROOT
from tests.pipeline.test_headless import run
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.slow

FAKE_DEVICE = '''
import json, numpy as np

class PixelFormat:
    RGB = "RGB"

class Camera:
    """Keeps what it is sent."""

    def __init__(self, width, height, fps, fmt):
        self.width, self.height, self.device = width, height, "stand-in"

    def send(self, picture):
        np.save("sent.npy", picture)

    def close(self):
        open("closed", "w").close()
'''


@pytest.fixture
def photo(tmp_path):
    image, depth = render(SceneCamera.at(320, 180), 1.0)
    cv2.imwrite(str(tmp_path / "photo.png"), image[..., ::-1])
    cv2.imwrite(str(tmp_path / "depth.png"), (depth * 1000).astype(np.uint16))
    return tmp_path


def shown(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB).astype(int)


def test_a_picture_in_3d_goes_to_the_virtual_camera(photo):
    (photo / "pyvirtualcam.py").write_text(FAKE_DEVICE)
    done = run(
        "view3d", "photo.png", "depth.png", "--high-quality", "--orbit", "-15,5", "--width", 321, "--height", 180,
        "--virtual-cam", "--headless", "--frames", 60, "--screenshot", "o.png", "--stats", "s.json",
        cwd=photo, PYTHONPATH=f"{ROOT}:{photo}",
    )  # fmt: skip  # at 30 a second: long enough for a picture at rest to be drawn with all that is set
    assert done.returncode == 0, done.stderr
    assert json.loads((photo / "s.json").read_text())["encoder"] == "source"
    assert "virtual camera stand-in" in done.stderr
    picture, sent = shown(photo / "o.png"), np.load(photo / "sent.npy")
    assert picture.shape == (180, 321, 3)
    assert sent.shape == (180, 320, 3)  # a device has even sides
    assert np.abs(picture[:, :320].astype(int) - sent).mean() < 6  # all but the half pixel that is gone
    assert (photo / "closed").exists()


def test_screen_and_depth_are_side_by_side_and_a_relief_of_it_sways(tmp_path, display):
    viewer = subprocess.Popen(["xsetroot", "-display", display, "-solid", "#c03020"])  # something to see
    viewer.wait(LIMIT_S)
    common = (
        "--region",
        "0,0,320,180",
        "--headless",
        "--screenshot",
        "o.png",
        "--stats",
        "s.json",
        "--encoder",
        "lite",
    )
    done = run("screen", *common, "--frames", 2, "--width", 640, "--height", 180, cwd=tmp_path, DISPLAY=display)
    assert done.returncode == 0, done.stderr
    left, right = np.split(shown(tmp_path / "o.png"), 2, axis=1)
    assert np.abs(left - [0xC0, 0x30, 0x20]).max() < 12
    assert np.abs(right - [0xC0, 0x30, 0x20]).mean() > 30
    small = ("--width", 320, "--height", 180)
    done = run("screen3d", *common, *small, "--frames", 20, "--fps", 5, cwd=tmp_path, DISPLAY=display)
    assert done.returncode == 0, done.stderr
    stats = json.loads((tmp_path / "s.json").read_text())
    assert stats["display_frames"] > stats["depth_frames"]  # it moves between two depth maps


@pytest.mark.skipif(sys.platform == "win32", reason="the script has another place there")
def test_the_script_is_the_same_program(tmp_path):
    script = tmp_path / "da3d"
    script.write_text(f"#!{sys.executable}\nfrom engine.cli import run\nrun()\n")
    script.chmod(0o755)
    done = subprocess.run([script, "webcam3d", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: da3d webcam3d [options]")
    assert "  da3d webcam3d --high-quality" in done.stdout
