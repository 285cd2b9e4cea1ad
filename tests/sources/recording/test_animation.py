from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.settings import SourceSettings
from engine.sources import open_source
from engine.sources.image import ImageSource
from engine.sources.recording.animation import AnimationSource
from engine.sources.recording.clip import Clip
from engine.sources.transparency import BACKGROUND
from tests.sources.media import BLUE, GRAY, GREEN, RED, quarters, write_picture

COLORS = (RED, GREEN, BLUE, GRAY)
DURATIONS_MS = (100, 40, 200, 60)
STARTS_S = (0.0, 0.1, 0.14, 0.34)
TOLERANCE = 6
NAMES = ["a.webp", "a.png", "a.apng", "a.gif"]


def write_animation(path: Path) -> Path:
    """Four frames of one color, transparent on the right and in a corner; each replaces the one before."""
    frames = []
    for color in COLORS:
        pixels = np.zeros((32, 48, 4), np.uint8)
        pixels[:, :24] = (*color, 255)
        pixels[:8, :8] = 0
        frames.append(Image.fromarray(pixels))
    kind = {".webp": "WEBP", ".gif": "GIF"}.get(path.suffix, "PNG")
    options = {"quality": 95} if kind == "WEBP" else {"disposal": 2} if kind == "GIF" else {"disposal": 1}
    frames[0].save(path, kind, save_all=True, append_images=frames[1:], duration=DURATIONS_MS, loop=0, **options)
    return path


def color_of(frame) -> np.ndarray:
    return frame.image[16, 10].astype(int)


@pytest.mark.parametrize("name", NAMES)
def test_animations_play_at_their_own_times_over_and_over(tmp_path: Path, name: str) -> None:
    source = open_source(SourceSettings(source=str(write_animation(tmp_path / name))))
    assert isinstance(source, AnimationSource)
    frames = [source.read(640) for _ in range(10)]
    for number, frame in enumerate(frames):
        np.testing.assert_allclose(color_of(frame), COLORS[number % 4], atol=TOLERANCE)
        assert frame.time_s == pytest.approx(number // 4 * 0.4 + STARTS_S[number % 4])
        np.testing.assert_allclose(frame.image[16, 40], BACKGROUND, atol=TOLERANCE)
        assert frame.is_opaque[12:, :20].all()
        assert not frame.is_opaque[:6, :6].any()
        assert not frame.is_opaque[:, 28:].any()
    assert [frame.index for frame in frames] == list(range(10))
    assert source.duration_s == pytest.approx(0.4)


@pytest.mark.parametrize("name", NAMES)
def test_positions_are_found_in_both_directions(tmp_path: Path, name: str) -> None:
    source = AnimationSource(write_animation(tmp_path / name))
    for position_s, number in ((0.2, 2), (0.0, 0), (0.139, 1), (0.34, 3), (9, 3), (-1, 0)):
        source.seek(position_s)
        np.testing.assert_allclose(color_of(source.read(640)), COLORS[number], atol=TOLERANCE)
        assert source.position_s == pytest.approx(STARTS_S[number])
    source.seek(0.34)
    source.read(640)
    for number in (2, 1, 0, 0):
        source.step_back()
        np.testing.assert_allclose(color_of(source.read(640)), COLORS[number], atol=TOLERANCE)


def test_a_part_is_repeated(tmp_path: Path) -> None:
    source = AnimationSource(write_animation(tmp_path / "a.webp"))
    source.loop_s = (0.1, 0.3)
    source.seek(0.1)
    for number in (1, 2, 1, 2, 1):
        np.testing.assert_allclose(color_of(source.read(640)), COLORS[number], atol=TOLERANCE)


def test_frames_without_a_duration_last_a_tenth_of_a_second(tmp_path: Path) -> None:
    """As in browsers."""
    frames = [Image.fromarray(np.full((8, 8, 3), color, np.uint8)) for color in COLORS]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=0)
    source = AnimationSource(tmp_path / "a.gif")
    assert [source.read(64).time_s for _ in range(3)] == pytest.approx([0, 0.1, 0.2])


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_animation(tmp_path / "a.gif")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    source = AnimationSource(path)
    for _ in range(8):
        source.read(640)
    path.write_bytes(data[:8])
    with pytest.raises(SourceError, match=r"a\.gif"):
        AnimationSource(path)


def test_still_images_are_no_animations(tmp_path: Path) -> None:
    for name in ("a.webp", "a.png", "a.gif"):
        write_picture(tmp_path / name, quarters(48, 32))
        assert isinstance(open_source(SourceSettings(source=str(tmp_path / name))), ImageSource)


@pytest.mark.parametrize("name", ["a.webp", "a.png", "a.gif"])
def test_a_clip_of_an_animation_ends(tmp_path: Path, name: str) -> None:
    clip = Clip(write_animation(tmp_path / name), max_res=640)
    assert (clip.expected_frames, clip.fps) == (
        len(COLORS),
        pytest.approx(len(COLORS) / sum(DURATIONS_MS) * 1000, rel=1e-3),
    )
    for _ in range(2):
        frames = list(clip.frames())
        for frame, color in zip(frames, COLORS, strict=True):
            np.testing.assert_allclose(color_of(frame), color, atol=TOLERANCE)
        assert frames[2].time_s == pytest.approx(STARTS_S[2])
    part = Clip(tmp_path / name, max_res=640, from_s=0.12, until_s=0.3).frames()
    np.testing.assert_allclose([color_of(frame) for frame in part], COLORS[1:3], atol=TOLERANCE)
