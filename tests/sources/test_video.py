from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SourceError
from engine.sources.video import VideoSource
from engine.sources.video_file import upright
from tests.sources.media import BLUE, GREEN, GREY, RED, corners, quarters, write_clip

CODEC_TOLERANCE = 6
"""MPEG-4 at a high rate and chroma at half resolution, in steps of 255."""


def solid(colour: tuple[int, int, int], width: int = 96, height: int = 64) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def test_colours_and_order(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mp4", [solid(colour) for colour in (RED, GREEN, BLUE)]))
    for colour in (RED, GREEN, BLUE, RED, GREEN, BLUE, RED):  # over and over
        np.testing.assert_allclose(source.read(96).image, solid(colour), atol=CODEC_TOLERANCE)


def test_a_large_video_is_taken_for_bt709(tmp_path: Path) -> None:
    """The test's encoder writes BT.601 and does not say so: at HD size the colours come out as BT.709 has them."""
    source = VideoSource(write_clip(tmp_path / "hd.mp4", [solid((180, 40, 40), 1280, 720)]))
    np.testing.assert_allclose(source.read(64).image[16, 32], (192, 54, 38), atol=CODEC_TOLERANCE)


def test_times_go_on_across_the_loop(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mp4", [solid(GREY)] * 5))
    frames = [source.read(64) for _ in range(12)]
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(12) / 25, atol=1e-3)
    assert [frame.index for frame in frames] == list(range(12))


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.mov"])
def test_a_variable_rate_is_kept(tmp_path: Path, name: str) -> None:
    times_ms = [0, 40, 50, 300, 340]
    source = VideoSource(write_clip(tmp_path / name, [solid(GREY)] * 5, times_ms=times_ms))
    times_s = [source.read(64).time_s for _ in range(10)]
    np.testing.assert_allclose(times_s[:5], np.array(times_ms) / 1000, atol=2e-3)
    np.testing.assert_allclose(np.diff(times_s[5:]), np.diff(times_ms) / 1000, atol=2e-3)
    assert times_s[5] > times_s[4]


def test_a_video_that_starts_late_starts_at_zero(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mkv", [solid(GREY)] * 3, times_ms=[5000, 5040, 5080]))
    np.testing.assert_allclose([source.read(64).time_s for _ in range(3)], [0, 0.04, 0.08], atol=2e-3)


@pytest.mark.parametrize(
    ("rotation_deg", "expected"),
    [
        (0, (RED, GREEN, BLUE, GREY)),
        (90, (GREEN, GREY, RED, BLUE)),  # counter-clockwise
        (180, (GREY, BLUE, GREEN, RED)),
        (-90, (BLUE, RED, GREY, GREEN)),
    ],
)
def test_rotation_stated_in_the_file_is_honoured(tmp_path: Path, rotation_deg: int, expected: tuple) -> None:
    path = write_clip(tmp_path / "clip.mp4", [quarters(160, 96)], rotation_deg=rotation_deg)
    image = VideoSource(path).read(80).image
    assert image.shape[:2] == ((48, 80) if rotation_deg % 180 == 0 else (80, 48))
    np.testing.assert_allclose(corners(image), expected, atol=CODEC_TOLERANCE)


def test_upright_turns_counter_clockwise_and_is_contiguous() -> None:
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    turned = upright(image, 90.0)
    assert turned.flags.c_contiguous
    np.testing.assert_array_equal(turned[0, 0], image[0, 2])
    np.testing.assert_array_equal(upright(image, -360.0), image)
    np.testing.assert_array_equal(upright(image, -90.0), upright(image, 270.0))


def test_wide_pixels_make_a_wide_picture(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "anamorphic.mp4", [quarters(160, 160)], pixel_aspect=Fraction(2, 1))
    assert VideoSource(path).read(640).image.shape == (160, 320, 3)
    assert VideoSource(path).read(100).image.shape == (50, 100, 3)


def test_a_damaged_part_is_left_out_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_clip(tmp_path / "clip.avi", [quarters(96, 64)] * 30)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle - 2000 : middle + 2000] = bytes(4000)
    path.write_bytes(data)
    source = VideoSource(path)
    times_s = [source.read(64).time_s for _ in range(80)]
    assert times_s == sorted(times_s)
    assert [record.message for record in caplog.records if "damaged in places" in record.message]
    assert len(caplog.records) == 1


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", [quarters(96, 64)] * 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    source = VideoSource(path)
    times_s = [source.read(64).time_s for _ in range(60)]
    assert times_s == sorted(times_s)


def test_a_video_that_goes_away_while_it_plays_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [solid(GREY)] * 2)
    source = VideoSource(path)
    path.unlink()
    with pytest.raises(SourceError, match=r"clip\.mp4"):
        [source.read(64) for _ in range(3)]


def test_sound_alone_is_not_a_video(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    with pytest.raises(SourceError, match="has no video in it"):
        VideoSource(path)
