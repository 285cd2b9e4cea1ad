"""The picture and the kept panel in windows of every size, where the processor draws."""

import numpy as np
import pytest

from engine.window.software_present import Patch, SoftwarePresenter

PANEL = (300, 400)
"""Height and width of the kept panel."""


@pytest.mark.parametrize("size", [(900, 20), (20, 20), (4, 700), (1, 1), (640, 480)], ids=str)
@pytest.mark.parametrize("left", [8, -390], ids=["at the left border", "partly outside"])
def test_a_panel_larger_than_the_window_is_cut_off(ctx, size, left):
    picture = ctx.framebuffer([ctx.texture((64, 36), 4)])
    target = ctx.framebuffer([ctx.texture(size, 4)])
    picture.clear(1, 0, 0, 1)
    panel = Patch(left, size[1] - 8 - PANEL[0], np.full((*PANEL, 4), (0, 255, 0, 255), np.uint8))
    presenter = SoftwarePresenter(ctx)
    presenter.copy(picture, target, size, panel)
    width, height = size
    shown = np.frombuffer(target.read(components=3), np.uint8).reshape(height, width, 3)[::-1]
    expected = np.full((height, width, 3), (255, 0, 0), np.uint8)
    expected[8 : 8 + PANEL[0], max(left, 0) : left + PANEL[1]] = 0, 255, 0
    np.testing.assert_array_equal(shown, expected)
    ctx.detect_framebuffer(0).use()  # before what is in use is released
    presenter.release()
    for framebuffer in (picture, target):
        framebuffer.color_attachments[0].release()
        framebuffer.release()


def test_beyond_its_round_corners_a_panel_leaves_the_picture():
    picture = np.zeros((40, 60, 4), np.uint8)
    Patch(4, 6, np.full((24, 32, 4), 200, np.uint8), radius_px=8).paste(picture)
    panel = picture[10:34, 4:36, 0]
    for corner in (panel, panel[::-1], panel[:, ::-1], panel[::-1, ::-1]):
        assert corner[0, 0] == 0
        assert corner[0, 8] == corner[8, 0] == corner[3, 3] == 200
    picture[10:34, 4:36] = 0
    assert not picture.any()  # nothing beside it
