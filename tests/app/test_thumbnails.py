"""Small pictures of recent sources."""

import numpy as np

from engine.app.thumbnails import SIZE, cropped


def test_of_an_upright_picture_the_upper_part_is_kept():
    portrait = np.zeros((720, 480, 3), np.uint8)
    portrait[80:260] = 255  # where a face is
    small = cropped(portrait)
    assert small.shape == (SIZE[1], SIZE[0], 3)
    assert (small == 255).mean() > 0.6
