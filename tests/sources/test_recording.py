"""Jumps and steps in what has a length, for all containers and codecs that matter."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.sources.base import Recording
from engine.sources.image import FolderSource
from engine.sources.recording.clip import Clip
from engine.sources.recording.video import VideoSource
from tests.sources.media import write_picture

COUNT, FPS = 40, 25
BITS, CELL_PX = 8, 16


def numbered(n: int) -> np.ndarray:
    """A picture (16, 128, 3) that says `n` in black and white, one cell for each bit."""
    bits = [n >> bit & 1 for bit in range(BITS)]
    return np.repeat(np.kron(np.array([bits], np.uint8) * 220 + 16, np.ones((16, CELL_PX), np.uint8))[..., None], 3, 2)


def number(image: np.ndarray) -> int:
    """What `numbered` says."""
    return sum(int(image[8, bit * CELL_PX + CELL_PX // 2, 1] > 128) << bit for bit in range(BITS))


def write_numbered(
    path: Path, codec: str, *, gop: int = 12, b_frames: int = 0, numbers: range = range(COUNT), start: int = 0
) -> Path:
    """`start`: number of the first picture's time."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS)
        stream.width, stream.height, stream.pix_fmt = BITS * CELL_PX, 16, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.bit_rate = 2_000_000
        for index, n in enumerate(numbers, start):
            frame = av.VideoFrame.from_ndarray(numbered(n), "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


CLIPS = {
    "clip.mp4": ("mpeg4", {}),
    "h264.mp4": ("libx264", {"b_frames": 2}),
    "h264.mkv": ("libx264", {"b_frames": 2, "gop": 100}),  # entered nowhere but at the start
    "h264.ts": ("libx264", {"b_frames": 2}),
    "clip.avi": ("mpeg4", {"b_frames": 1}),
    "vp9.webm": ("libvpx-vp9", {}),
    "mpeg2.mpg": ("mpeg2video", {"b_frames": 2}),
    "bare.h264": ("libx264", {"b_frames": 2}),  # no times, no index
}


@pytest.fixture(scope="module", params=[*CLIPS, "folder"])
def recorded(request, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    if request.param == "folder":
        for n in range(COUNT):
            write_picture(folder / f"{n}.png", numbered(n))
        return folder
    codec, options = CLIPS[request.param]
    if codec not in av.codecs_available:
        pytest.skip(f"{codec} is not in this build of PyAV")
    return write_numbered(folder / request.param, codec, **options)


@pytest.fixture
def source(recorded: Path) -> Recording:
    opened = FolderSource(recorded, FPS) if recorded.is_dir() else VideoSource(recorded)
    yield opened
    opened.close()


def read(source: Recording) -> int:
    return number(source.read(999).image)


def test_every_picture_can_be_had(source: Recording) -> None:
    positions_s = []
    for n in range(COUNT):
        assert read(source) == n
        positions_s.append(source.position_s)
    np.testing.assert_allclose(positions_s, np.arange(COUNT) / FPS, atol=2e-3)
    for n in (17, 3, 39, 24, 23, 0, 12, 11):
        source.seek(positions_s[n])  # exactly
        assert read(source) == n
        assert source.position_s == positions_s[n]
        assert read(source) == (n + 1) % COUNT
        source.seek(positions_s[n] + 0.5 / FPS)  # while it is on screen
        assert read(source) == n
    source.seek(-3)
    assert read(source) == 0
    source.seek(1000)
    assert read(source) == COUNT - 1


def test_steps_backwards_are_exact_down_to_the_first(source: Recording) -> None:
    source.seek(30.2 / FPS)
    assert read(source) == 30
    for n in range(29, -1, -1):
        source.step_back()
        assert read(source) == n
    source.step_back()
    assert read(source) == 0
    assert [read(source) for _ in range(3)] == [1, 2, 3]
    source.step_back()
    assert [read(source) for _ in range(3)] == [2, 3, 4]


def test_time_goes_on_whatever_is_jumped(source: Recording) -> None:
    times_s = []
    for jump_s in (None, None, 1.0, None, 0.2, None, 1.56, None, None):  # the last ones across the end
        if jump_s is not None:
            source.seek(jump_s)
        times_s.append(source.read(64).time_s)
    np.testing.assert_allclose(np.diff(times_s), 1 / FPS, atol=3e-3)


def test_a_range_is_repeated(source: Recording) -> None:
    source.loop_s = (9.5 / FPS, 12.5 / FPS)
    source.seek(10.5 / FPS)
    assert [read(source) for _ in range(8)] == [10, 11, 12, 9, 10, 11, 12, 9]
    source.seek(20.5 / FPS)  # out of it, by hand: shown, then it goes back
    assert [read(source) for _ in range(2)] == [20, 9]
    source.seek(7.5 / FPS)  # before it: on into it
    assert [read(source) for _ in range(7)] == [7, 8, 9, 10, 11, 12, 9]
    source.loop_s = (37.5 / FPS, 99)  # beyond the end
    source.seek(38.5 / FPS)
    assert [read(source) for _ in range(3)] == [38, 39, 37]
    source.loop_s = None
    source.seek(38.5 / FPS)
    assert [read(source) for _ in range(3)] == [38, 39, 0]


def test_the_length_is_known_at_the_latest_when_it_was_played(source: Recording) -> None:
    for _ in range(COUNT):
        source.read(64)
    assert source.duration_s == pytest.approx(COUNT / FPS, abs=0.1)


@pytest.mark.parametrize(("codec", "suffix"), [("libx264", "ts"), ("mpeg2video", "mpg")])
@pytest.mark.parametrize("start_s", [0, 3600], ids=["anew", "ahead"])
def test_joined_recordings_go_on_from_each_other(tmp_path: Path, codec: str, suffix: str, start_s: int) -> None:
    half = COUNT // 2
    parts = [
        write_numbered(tmp_path / f"first.{suffix}", codec, numbers=range(half)),
        write_numbered(tmp_path / f"second.{suffix}", codec, numbers=range(half, COUNT), start=start_s * FPS),
    ]
    joined = tmp_path / f"joined.{suffix}"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    source = VideoSource(joined)
    frames, positions_s = [], []
    for _ in range(COUNT):
        frames.append(source.read(999))
        positions_s.append(source.position_s)
    assert [number(frame.image) for frame in frames] == list(range(COUNT))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(COUNT) / FPS, atol=3e-3)
    np.testing.assert_allclose(positions_s, np.arange(COUNT) / FPS, atol=3e-3)
    for n in (30, 5, 39, half, half - 1):
        source.seek(positions_s[n])
        assert read(source) == n
    source.step_back()
    assert [read(source) for _ in range(3)] == [half - 2, half - 1, half]
    source.step_back()
    assert read(source) == half - 1
    times_s = [frame.time_s for frame in Clip(joined, max_res=999).frames()]
    np.testing.assert_allclose(times_s, np.arange(COUNT) / FPS, atol=3e-3)
