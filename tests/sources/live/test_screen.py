import numpy as np
import pytest

from engine.clock import FixedClock
from engine.errors import SourceError
from engine.settings import SourceSettings
from engine.sources.base import fit_px
from engine.sources.live.desktop import Desktop, intersection
from engine.sources.live.screen import NEUTRAL_GRAY, ScreenSource, to_rgb
from tests.sources.conftest import Begin, Recorder
from tests.sources.media import BLUE, GRAY, GREEN, RED, corners, quarters
from tests.sources.servers import Display
from tests.waiting import wait_for


def picture_of(name: str, max_res: int = 640, **attributes) -> np.ndarray:
    source = ScreenSource(name, fps=30)
    for attribute, value in attributes.items():
        setattr(source, attribute, value)
    image = source.read(max_res).image
    source.close()
    return image


@pytest.mark.parametrize("max_res", [640, 320, 200, 64])
def test_colors_and_size(display: Display, max_res: int) -> None:
    image = picture_of("screen", max_res)
    assert image.shape == (*fit_px(640, 360, max_res)[::-1], 3)
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(corners(image), (RED, GREEN, BLUE, GRAY))


def test_what_changes_is_seen_at_once(display: Display, begin: Begin, box: Recorder) -> None:
    switch = begin(source="screen", screen_fps=30)
    wait_for(lambda: box.frames)
    for color in (GREEN, BLUE):
        display.rgb[:] = color
        wait_for(lambda color=color: tuple(box.frames[-1].image[0, 0]) == color)
    wait_for(lambda: len(box.frames) > 10)
    assert np.diff([frame.time_s for frame in box.frames]).mean() > 0.8 / 30, "it rushes"
    assert switch.message is None


def test_the_rate_is_kept_without_a_rush_after_a_pause(display: Display) -> None:
    clock = FixedClock(5.0)
    source = ScreenSource("screen", fps=2, clock=clock)
    frames = [source.read(64) for _ in range(31)]
    assert [frame.time_s for frame in frames if frame] == pytest.approx([5.0, 5.5, 6.0])
    clock.sleep_until(60.0)
    frames = [source.read(64) for _ in range(12)]
    assert [frame.time_s for frame in frames if frame] == pytest.approx([60.0, 60.5])
    source.close()


def test_monitors_are_numbered_from_the_primary_one(display: Display) -> None:
    display.set_monitors(left="320x360+0+0", primary="320x360+320+0")
    assert Desktop().monitors == [(320, 0, 320, 360), (0, 0, 320, 360)]
    np.testing.assert_array_equal(picture_of("screen"), quarters(640, 360)[:, 320:])
    np.testing.assert_array_equal(picture_of("screen:1"), quarters(640, 360)[:, 320:])
    np.testing.assert_array_equal(picture_of("screen:2"), quarters(640, 360)[:, :320])
    with pytest.raises(SourceError, match=r"no monitor 3; use screen:1 \(320x360\), screen:2 \(320x360\)"):
        ScreenSource("screen:3", 30)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("screen:300,100,100,120", (300, 100, 100, 120)),
        ("screen:600,300,500,500", (600, 300, 40, 60)),
        ("screen:-50,-50,100,100", (0, 0, 50, 50)),
        ("screen: 1, 2, 3, 4", (1, 2, 3, 4)),
        ("screen:-9,-9,9999,9999", (0, 0, 640, 360)),
    ],
)
def test_a_region_is_clipped_to_the_desktop(display: Display, name: str, expected: tuple) -> None:
    x, y, width, height = expected
    np.testing.assert_array_equal(picture_of(name), quarters(640, 360)[y : y + height, x : x + width])


@pytest.mark.parametrize(
    "name", ["screen:x", "screen:1,2", "screen:1,2,3", "screen:0,0,0,9", "screen:0,0,9,-9", "screen:1,2,3,4,5"]
)
def test_a_wrong_region_is_explained(display: Display, name: str) -> None:
    with pytest.raises(SourceError, match="use screen, screen:N or screen:X,Y,W,H"):
        ScreenSource(name, 30)


def test_a_region_off_the_desktop_is_refused(display: Display) -> None:
    with pytest.raises(SourceError, match="off the desktop; choose a part of 640x360 pixels at 0,0"):
        ScreenSource("screen:640,0,10,10", 30)


def test_our_own_window_is_left_out(display: Display) -> None:
    image = picture_of("screen:100,100,400,200", excluded=(60, 150, 300, 100))
    expected = quarters(640, 360)[100:300, 100:500].copy()
    expected[50:150, :260] = NEUTRAL_GRAY
    np.testing.assert_array_equal(image, expected)
    np.testing.assert_array_equal(picture_of("screen", excluded=(700, 0, 9, 9)), quarters(640, 360))


def test_a_window_over_everything_is_warned_of(display: Display, begin: Begin, box: Recorder) -> None:
    switch = begin(source="screen")
    switch.exclude((0, 0, 640, 300))
    wait_for(lambda: box.frames and tuple(box.frames[-1].image[0, 0]) == (NEUTRAL_GRAY,) * 3)
    assert switch.message is None
    switch.exclude((0, 0, 640, 330))
    wait_for(lambda: switch.message is not None)
    assert "choose another monitor or region" in switch.message
    assert not switch.is_lost
    switch.exclude(None)
    wait_for(lambda: switch.message is None)
    wait_for(lambda: tuple(box.frames[-1].image[0, 0]) == RED)


def test_the_window_stays_left_out_of_the_next_screen(display: Display, begin: Begin, box: Recorder) -> None:
    switch = begin(source="screen")
    switch.exclude((0, 0, 50, 50))
    switch.apply(SourceSettings(source="screen:0,0,100,100"))
    wait_for(lambda: switch.size_px == (100, 100))
    frame = box.frames[-1]
    assert frame.image.shape == (100, 100, 3)
    np.testing.assert_array_equal(frame.image[[10, 90], [10, 90]], [[NEUTRAL_GRAY] * 3, RED])


def test_a_display_that_dies_is_lost(tmp_path, display: Display, begin: Begin) -> None:
    switch = begin(source="screen")
    wait_for(lambda: switch.frames_read > 2)
    display.kill()
    wait_for(lambda: switch.is_lost)
    assert "the screen cannot be captured" in switch.message
    switch.close()


def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(SourceError, match="set DISPLAY, or choose another source"):
        ScreenSource("screen", 30)
    monkeypatch.setenv("DISPLAY", ":97531")
    with pytest.raises(SourceError, match="cannot be captured"):
        ScreenSource("screen", 30)


def test_wayland_is_explained(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    np.testing.assert_array_equal(picture_of("screen"), quarters(640, 360))  # if there is a picture, it is taken
    display.rgb[:] = 0
    with pytest.raises(SourceError, match=r"all black.*log in to an X11 session"):
        ScreenSource("screen", 30)
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(SourceError, match="log in to an X11 session"):
        ScreenSource("screen", 30)


def test_shrinking_by_steps_averages() -> None:
    checker = np.indices((360, 640)).sum(0) % 2 * np.uint8(255)
    bgra = np.dstack([checker] * 4).astype(np.uint8)
    np.testing.assert_allclose(to_rgb(bgra, 320), 127.5, atol=1)
    assert to_rgb(bgra[:359, :639], 100).shape == (56, 100, 3)
    assert to_rgb(bgra[:1], 64).shape == (1, 64, 3)


def test_intersection() -> None:
    assert intersection((0, 0, 10, 10), (5, -5, 10, 10)) == (5, 0, 5, 5)
    assert intersection((0, 0, 10, 10), (20, 20, 5, 5))[2:] == (0, 0)
