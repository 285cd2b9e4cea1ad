import pytest

from engine.ui.region_panel import DesktopPicture, region_of

PICTURE = DesktopPicture(1, (800, 450), (-1920, 100, 3840, 1080))
"""Two monitors, the left one left of the origin."""


@pytest.mark.parametrize(
    ("start", "end", "region"),
    [
        ((0, 0), (960, 270), (-1920, 100, 3840, 1080)),
        ((100, 20), (500, 120), (-1520, 180, 1600, 400)),
        ((500, 120), (100, 20), (-1520, 180, 1600, 400)),  # dragged to the upper left
        ((-50, -50), (10, 10), (-1920, 100, 40, 40)),  # no farther than the desktop goes
        ((900, 200), (5000, 5000), (1680, 900, 240, 280)),
    ],
)
def test_the_region_between_two_corners(start, end, region) -> None:
    assert region_of(start, end, PICTURE, scale=0.25) == region
