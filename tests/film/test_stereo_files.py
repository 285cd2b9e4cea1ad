"""What files say about the eyes in their frames, read by ffprobe."""

import json
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from engine.errors import InputError
from engine.film.film_file import Target, write_film
from engine.film.shape import layout_of, view_size
from engine.settings import StereoSettings

WORDS = {"left_right": "side by side", "top_bottom": "top and bottom"}


def stream_of(path) -> dict:
    found = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-select_streams", "v", path],
        capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(found.stdout)["streams"][0]


ST3D = b"\0\0\0\x0dst3d\0\0\0\0"
"""Size, name, version and flags of the box of Spherical Video V2, before the number of the layout."""


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and content of each box in `data`."""
    found = []
    while data:
        size = int.from_bytes(data[:4]) or len(data)
        found.append((data[4:8], data[8:size]))
        data = data[size:]
    return found


def entry_boxes(path) -> list[tuple[bytes, bytes]]:
    """The boxes that describe the samples of the video in an MP4 file."""
    content = path.read_bytes()
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        content = dict(boxes(content))[kind]
    ((_, entry),) = boxes(content[8:])  # after version and count
    return boxes(entry[78:])  # after the fields of a VisualSampleEntry


def stereo_boxes(path) -> list[bytes]:
    return [(8 + len(content)).to_bytes(4) + kind + content for kind, content in entry_boxes(path) if kind == b"st3d"]


def written(folder, container: str, codec: str = "auto", size=(64, 36), **settings):
    layout = layout_of(StereoSettings(**settings), size)
    target = Target(folder / f"film.{container}", container, codec)
    frames = ((np.full((size[1], size[0], 3), 60 * index, np.uint8), index / 25) for index in range(3))
    write_film(target, frames, size, Fraction(25), layout=layout)
    return stream_of(target.path)


@pytest.mark.parametrize(("container", "codec"), [("mp4", "h264"), ("mp4", "hevc"), ("mp4", "av1"), ("mov", "h264"),
                                                  ("mkv", "h264"), ("webm", "vp9")])  # fmt: skip
@pytest.mark.parametrize("stereo", ["side-by-side", "half-top-bottom"])
def test_the_layout_is_declared(tmp_path, container, codec, stereo):
    stream = written(tmp_path, container, codec, stereo=stereo)
    (side,) = [data for data in stream["side_data_list"] if data["side_data_type"] == "Stereo 3D"]
    assert side["type"] == WORDS[layout_of(StereoSettings(stereo=stereo), (64, 36)).packing]
    decoded = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", tmp_path / f"film.{container}", "-f", "null", "-"],
        capture_output=True,
        check=True,
    )
    assert decoded.stderr == b""
    is_half = stereo == "half-top-bottom"
    # Matroska knows the size of one eye: whose pixels are not square if it is squeezed. MP4 knows the whole frame only.
    assert stream["sample_aspect_ratio"] == ("1:2" if is_half and container in ("mkv", "webm") else "1:1")


def test_exchanged_eyes_are_declared_where_there_is_a_word_for_them(tmp_path):
    crossed = written(tmp_path, "mkv", stereo="half-side-by-side", swap_eyes=True)
    assert crossed["tags"]["stereo_mode"] == "right_left"
    written(tmp_path, "mp4", stereo="half-side-by-side", swap_eyes=True)
    assert stereo_boxes(tmp_path / "film.mp4") == [ST3D + b"\4"]
    in_mp4 = written(tmp_path, "mp4", stereo="half-top-bottom", swap_eyes=True)
    assert "side_data_list" not in in_mp4
    assert stereo_boxes(tmp_path / "film.mp4") == []


@pytest.mark.parametrize("codec", ["h264", "hevc", "prores"])
def test_the_box_has_the_published_bytes_and_place(tmp_path, codec):
    for stereo, mode in (("top-bottom", b"\1"), ("side-by-side", b"\2")):
        written(tmp_path, "mov", codec, stereo=stereo)
        assert stereo_boxes(tmp_path / "film.mov") == [ST3D + mode]
        kinds = [kind for kind, _ in entry_boxes(tmp_path / "film.mov")]
        assert b"colr" in kinds
        assert kinds.index(b"st3d") == (0 if codec == "prores" else 1)  # after the configuration of the codec
        assert kinds.count(b"pasp") == 1
        assert kinds.index(b"pasp") > kinds.index(b"st3d")


def test_pictures_for_one_eye_are_not_declared(tmp_path):
    for container in ("mkv", "mp4"):
        stream = written(tmp_path, container, stereo="anaglyph")
        assert "side_data_list" not in stream


def test_interlaced_rows_keep_their_color(tmp_path):
    assert written(tmp_path, "mkv", stereo="row-interlaced")["pix_fmt"] == "yuv444p"
    with pytest.raises(InputError, match="would mix the eyes"):
        written(tmp_path, "mp4", "av1", stereo="row-interlaced")


def test_names_and_sizes_are_those_that_players_know():
    names = {
        kind: layout_of(StereoSettings(stereo=kind), (1920, 1080)).name
        for kind in ("side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "quilt")
    }
    assert names == {
        "side-by-side": "_LRF_Full_SBS", "half-side-by-side": "_LR", "top-bottom": "_TBF_fulltb",
        "half-top-bottom": "_TB", "quilt": "_qs8x6a1.78",
    }  # fmt: skip
    assert view_size((1921, 1081), 4096, StereoSettings()) == (1920, 1080)
    assert view_size((6000, 4000), 1920, StereoSettings(stereo="side-by-side")) == (1920, 1280)
    assert view_size((1920, 1080), 4096, StereoSettings(stereo="quilt")) == (512, 288)
