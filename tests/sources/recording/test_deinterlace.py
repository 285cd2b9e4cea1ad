from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.sources.recording.clip import Clip
from engine.sources.recording.decoder import VideoFile
from engine.sources.recording.deinterlace import deinterlaced
from engine.sources.recording.video import VideoSource

COUNT = 10
WIDTH, HEIGHT = 160, 96


def moment(field: int) -> np.ndarray:
    """A bar that moves by 4 pixels each field."""
    image = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    image[:, 10 + 4 * field : 34 + 4 * field] = 220
    return image


def write_interlaced(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video", rate=25, options={"flags": "+ildct+ilme", "top": "1"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 8_000_000
        for index in range(COUNT):
            image = moment(2 * index)
            image[1::2] = moment(2 * index + 1)[1::2]
            frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p", interpolation="POINT")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def comb(image: np.ndarray) -> float:
    """How much each row differs from those around it."""
    rows = image[..., 1].astype(float)
    return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())


def place_of(image: np.ndarray) -> float:
    """The middle of the bar, at the moment of either field."""
    return float(np.nonzero(image[HEIGHT // 2, :, 1] > 130)[0].mean())


def test_interlaced_video_has_no_comb_and_keeps_its_times(tmp_path: Path) -> None:
    path = write_interlaced(tmp_path / "tv.mpg")
    with av.open(str(path)) as container:
        stored = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert min(map(comb, stored)) > 5
    source = VideoSource(path)
    frames = [source.read(WIDTH) for _ in range(COUNT + 2)]
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(COUNT + 2) / 25, atol=1e-3)
    for number, frame in enumerate(frames):
        assert comb(frame.image) < 1.5
        assert place_of(frame.image) == pytest.approx(23.5 + 8 * (number % COUNT), abs=2.5)
    assert [frame.index for frame in Clip(path, max_res=WIDTH).frames()] == list(range(COUNT))


def test_a_position_is_found_exactly(tmp_path: Path) -> None:
    source = VideoSource(write_interlaced(tmp_path / "tv.mpg"))
    for number in (6, 2, 9, 0):
        source.seek(number / 25)
        assert place_of(source.read(WIDTH).image) == pytest.approx(23.5 + 8 * number, abs=2.5)
    source.seek(5 / 25)
    source.read(WIDTH)
    for number in (4, 3, 2):
        source.step_back()
        assert place_of(source.read(WIDTH).image) == pytest.approx(23.5 + 8 * number, abs=2.5)


def test_a_size_that_changes_between_interlaced_frames_loses_none(tmp_path: Path) -> None:
    file = VideoFile(write_interlaced(tmp_path / "tv.mpg"))
    frames = [frame for *_, frame in file.decode()]
    small = [frame.reformat(width=80, height=48) for frame in frames]
    with av.open(str(tmp_path / "tv.mpg")) as container:
        stored = list(container.decode(video=0))
    sizes = [frame.width for frame in deinterlaced([*stored, *small, *stored])]
    assert sizes == [WIDTH] * COUNT + [80] * COUNT + [WIDTH] * COUNT
    file.close()


def test_progressive_frames_pass_at_once() -> None:
    frames = [av.VideoFrame(16, 16, "yuv420p") for _ in range(3)]
    passed = deinterlaced(iter(frames))
    assert next(passed) is frames[0]
