"""The virtual camera, with a stand-in for the package: none was ever opened where this was written."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from engine.errors import OutputError
from engine.export.virtual_camera import VirtualCamera, letterbox
from tests.waiting import wait_for


class FakeCamera:
    opened: list["FakeCamera"] = []  # noqa: RUF012

    def __init__(self, width, height, fps, fmt):
        self.width, self.height, self.fps, self.fmt = width, height, fps, fmt
        self.device = "/dev/video9"
        self.sent: list[np.ndarray] = []
        self.is_closed = False
        self.fails = False
        self.failures = 0
        FakeCamera.opened.append(self)

    def send(self, picture):
        if self.fails:
            self.failures += 1
            raise RuntimeError("gone")
        assert picture.shape == (self.height, self.width, 3)
        assert picture.dtype == np.uint8
        self.sent.append(picture)

    def close(self):
        self.is_closed = True


@pytest.fixture
def stand_in(monkeypatch):
    module = ModuleType("pyvirtualcam")
    module.Camera = FakeCamera
    module.PixelFormat = SimpleNamespace(RGB="RGB")
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)
    FakeCamera.opened.clear()
    return module


def test_the_newest_picture_is_sent_again_and_again(stand_in):
    camera = VirtualCamera((65, 48), fps=200)
    device = FakeCamera.opened[0]
    assert (device.width, device.height, device.fps, device.fmt) == (64, 48, 200, "RGB")  # even sides
    assert camera.name == "/dev/video9"
    for gray in (10, 200):
        camera.show(np.full((48, 64, 3), gray, np.uint8))
        wait_for(lambda gray=gray: sum(picture[0, 0, 0] == gray for picture in list(device.sent)) >= 3)
    assert device.sent[0][0, 0, 0] == 10  # nothing was sent before there was something to show
    camera.close()
    assert device.is_closed


def test_a_device_that_fails_does_not_end_the_program(stand_in):
    camera = VirtualCamera((64, 48), fps=200)
    device = FakeCamera.opened[0]
    device.fails = True
    camera.show(np.zeros((48, 64, 3), np.uint8))
    wait_for(lambda: device.failures >= 3)
    device.fails = False
    wait_for(lambda: device.sent)
    camera.close()


def test_another_size_is_fitted_between_bars():
    tall = np.full((200, 50, 3), 255, np.uint8)
    picture = letterbox(tall, (160, 100))
    assert picture.shape == (100, 160, 3)
    lit = picture[50, :, 0] > 128
    assert lit.sum() == 25
    assert lit[67:92].all()
    assert letterbox(tall, (50, 200)) is tall


def test_without_the_package_or_a_device_it_says_what_to_install(stand_in, monkeypatch):
    def none_found(**_):
        raise RuntimeError("'v4l2loopback' backend: No v4l2 loopback device found\nmore")

    stand_in.Camera = none_found
    with pytest.raises(OutputError, match=r"v4l2loopback-dkms.*OBS Studio.*No v4l2 loopback device found\)$"):
        VirtualCamera((64, 48), 30)
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(OutputError, match=r"da3d\[virtualcam\]"):
        VirtualCamera((64, 48), 30)
