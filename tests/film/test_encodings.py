"""Every kind of file that films are written to, opened again."""

from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import PIL.Image
import pytest

from engine.errors import InputError, OutputError
from engine.export.codec_choice import encoding_for
from engine.export.encodings import CONTAINERS
from engine.export.joined_video import Piece
from engine.export.video_writer import tick_of
from engine.film import film_file
from engine.film.film_file import JOINED, Target, join_film, write_film, write_part
from engine.film.shape import MONO

FRAMES, SIZE, FPS = 6, (64, 36), Fraction(25)


def pictures(count: int = FRAMES):
    """Colored stripes that move: each frame differs from the others."""
    x = np.arange(SIZE[0])
    for index in range(count):
        row = np.stack([(x * 4 + 30 * index) % 256, np.full_like(x, 40 * index), 255 - x * 3], -1)
        yield np.tile(row.astype(np.uint8), (SIZE[1], 1, 1)), index / 25


def read_again(path, container: str) -> tuple[list[np.ndarray], float]:
    """The pictures of a film, and how long it is in seconds."""
    if container in ("gif", "webp", "apng"):
        with PIL.Image.open(path) as image:
            found, duration_ms = [], 0.0
            for index in range(image.n_frames):
                image.seek(index)
                found.append(np.asarray(image.convert("RGB")))
                duration_ms += image.info["duration"]
            assert image.info["loop"] == 0  # for ever
            return found, duration_ms / 1000
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)], file.duration / av.time_base


@pytest.mark.parametrize(("container", "codec"), [(name, one) for name, c in CONTAINERS.items() for one in c.codecs])
def test_what_is_written_can_be_read(tmp_path, container, codec):
    target = Target(tmp_path / f"film.{container}", container, codec)
    assert write_film(target, pictures(), SIZE, FPS) == FRAMES
    found, seconds = read_again(target.path, container)
    assert len(found) == FRAMES
    assert seconds == pytest.approx(FRAMES / 25, abs=0.011)
    for picture, (wanted, _) in zip(found, pictures(), strict=True):
        assert picture.shape == wanted.shape
        assert np.abs(picture.astype(int) - wanted).mean() < 14  # that of another frame differs by 60


@pytest.mark.parametrize(("container", "codec"), [(name, one) for name in JOINED for one in CONTAINERS[name].codecs])
@pytest.mark.parametrize("is_regular", [True, False])
def test_joined_parts_are_as_good_as_the_whole(tmp_path, container, codec, is_regular):
    target = Target(tmp_path / f"film.{container}", container, codec)
    encoding = target.encoding(SIZE, MONO)
    frames = [(picture, time_s if is_regular else time_s * (1 + time_s)) for picture, time_s in pictures(9)]
    pieces = []
    for part in (frames[:4], frames[4:5], frames[5:]):
        piece = Piece(tmp_path / f"{len(pieces)}.{'mov' if codec == 'prores' else 'mp4'}", part[0][1])
        own = ((picture, time_s - piece.starts_s) for picture, time_s in part)
        write_part([piece.path], own, SIZE, FPS, encoding, is_regular=is_regular)
        pieces.append(piece)
    tick = tick_of(encoding, FPS, is_regular=is_regular)
    assert join_film(target, pieces, tick, layout=MONO, tracks=[], chapters=(), folder=tmp_path) == 9
    with av.open(str(target.path)) as file:
        packets = [packet for packet in file.demux(file.streams.video[0]) if packet.size]
        file.seek(0)
        found = [(frame.to_ndarray(format="rgb24"), frame.time) for frame in file.decode(video=0)]
    if container in ("mp4", "mov"):  # Matroska keeps no decoding times
        assert all(one.dts < other.dts for one, other in pairwise(packets))
        assert all(packet.dts <= packet.pts for packet in packets)
    assert len(found) == 9
    for (picture, at_s), (wanted, time_s) in zip(found, frames, strict=True):
        assert at_s == pytest.approx(time_s, abs=0.0011)
        assert np.abs(picture.astype(int) - wanted).mean() < 14  # that of another frame differs by 60


def test_pictures_of_a_sequence_are_exact(tmp_path):
    assert write_film(Target(tmp_path / "film", "png"), pictures(), SIZE, FPS) == FRAMES
    files = sorted((tmp_path / "film").iterdir())
    assert [file.name for file in files] == [f"{index:06d}.png" for index in range(FRAMES)]
    for file, (wanted, _) in zip(files, pictures(), strict=True):
        with PIL.Image.open(file) as image:
            np.testing.assert_array_equal(np.asarray(image), wanted)


def test_a_lower_crf_is_a_larger_file(tmp_path):
    sizes = []
    for crf in (10, 40):
        target = Target(tmp_path / f"{crf}.mp4", "mp4", "h264", crf)
        write_film(target, pictures(), SIZE, FPS)
        sizes.append(target.path.stat().st_size)
    assert sizes[0] > sizes[1]


def test_codecs_that_do_not_fit_are_refused():
    assert encoding_for("mp4", "auto", (1920, 1080)).encoder == "libx264"
    assert encoding_for("mp4", "auto", (7680, 2160)).encoder == "libx265"
    assert encoding_for("webm", "auto", (7680, 2160)).encoder == "libvpx-vp9"
    with pytest.raises(InputError, match="webm cannot hold h264; use --format mp4, mov, mkv, or --codec vp9"):
        encoding_for("webm", "h264", SIZE)
    with pytest.raises(InputError, match="--crf has no meaning for gif"):
        encoding_for("gif", "auto", SIZE, 20)
    with pytest.raises(InputError, match="--crf goes from 0 to 51 for libx264"):
        encoding_for("mp4", "auto", SIZE, 60)


def test_a_film_with_missing_frames_does_not_appear(tmp_path, monkeypatch):
    class Lossy(film_file.VideoFile):
        def write(self, image, time_s):
            if time_s != 0.04:
                super().write(image, time_s)

    monkeypatch.setattr(film_file, "VideoFile", Lossy)
    with pytest.raises(OutputError, match=r"film.mp4 holds 5 of 6 frames"):
        write_film(Target(tmp_path / "film.mp4", "mp4"), pictures(), SIZE, FPS)
    assert list(tmp_path.iterdir()) == []
