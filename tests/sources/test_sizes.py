from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.errors import SettingsError
from engine.frames import Frame
from engine.settings import Settings
from engine.sources import sizes
from engine.sources.base import LIVE_RES, Source
from engine.sources.demo import DemoSource
from engine.sources.image import ImageSource, shrink


class Camera(Source):
    """A camera with pictures of 3840x2160."""

    source_id = "camera"
    image = np.zeros((2160, 3840, 3), np.uint8)

    def read(self, max_res: int) -> Frame:
        return Frame(shrink(self.image, max_res))


def test_colors_are_finer_than_geometry_unless_a_size_is_set():
    frame = sizes.read(Camera(), 0)
    assert (max(frame.image.shape), frame.geometry_px) == (LIVE_RES, (640, 360))
    frame = sizes.read(Camera(), 640)
    assert (frame.image.shape, frame.geometry_px, frame.proxy) == ((360, 640, 3), (640, 360), None)
    frame = sizes.read(Camera(), 2560)
    assert frame.geometry_px == (2560, 1440)


def test_a_still_is_shown_in_full_and_another_size_gives_it_again(tmp_path):
    cv2.imwrite(str(tmp_path / "photo.png"), np.zeros((1500, 3000, 3), np.uint8))
    still = ImageSource(tmp_path / "photo.png")
    frame = sizes.read(still, 0)
    assert (frame.image.shape, frame.geometry_px) == ((1500, 3000, 3), (640, 320))
    assert sizes.read(still, 0) is None
    assert sizes.read(still, 4096).geometry_px == (3000, 1500)


def test_the_demo_has_as_many_colors_as_geometry():
    frame = sizes.read(DemoSource(), 0)
    assert (frame.geometry_px, frame.proxy, frame.depth.shape) == ((640, 360), None, (360, 640))


@pytest.mark.parametrize("width", [641, 900, 1280, 1920, 4000])
def test_a_proxy_averages_what_it_leaves_out(width):
    stripes = np.zeros((width * 9 // 16, width, 3), np.uint8)
    stripes[:, ::2] = 255
    frame = sizes.with_proxy(Frame(stripes))
    assert frame.geometry_px[0] == 640
    assert abs(frame.proxy.mean() - stripes.mean()) < 3
    if width >= 1280:
        assert frame.proxy.std() < 90  # of stripes that are not averaged: 127


def test_small_pictures_and_given_proxies_stay_as_they_are():
    small = Frame(np.zeros((480, 640, 3), np.uint8))
    assert sizes.with_proxy(small) is small
    given = replace(small, image=np.zeros((960, 1280, 3), np.uint8), proxy=small.image)
    assert sizes.with_proxy(given).proxy is small.image


def test_a_size_too_small_for_a_network_is_refused():
    for size in (0, 64, 4096):
        assert Settings().replace(max_res=size).source.max_res == size
    for size in (-1, 1, 63, 4097):
        with pytest.raises(SettingsError, match="max_res"):
            Settings().replace(max_res=size)
