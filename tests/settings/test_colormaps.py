from typing import get_args

import cv2
import numpy as np
import pytest

from engine.settings.colormaps import COLORMAPS, SAMPLES, Colormap


def test_each_name_has_its_samples():
    assert set(COLORMAPS) == set(get_args(Colormap))
    assert {len(colors) for colors in COLORMAPS.values()} == {SAMPLES}


@pytest.mark.parametrize("name", ["turbo", "inferno", "viridis"])
def test_maps_are_the_published_ones(name):
    levels = np.arange(256, dtype=np.uint8)[:, None]
    published = cv2.applyColorMap(levels, getattr(cv2, f"COLORMAP_{name.upper()}"))[:, 0, ::-1].astype(float)
    ours = np.array(COLORMAPS[name]) * 255
    at = np.linspace(0, SAMPLES - 1, 256)
    interpolated = np.stack([np.interp(at, np.arange(SAMPLES), ours[:, c]) for c in range(3)], -1)
    assert np.abs(interpolated - published).max() < 7


def test_gray_is_even():
    assert np.ptp(np.diff(np.array(COLORMAPS["gray"]), axis=0)) < 1e-9
