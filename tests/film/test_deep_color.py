"""Films of more than 8 bits: nothing is drawn or filled in bands, and files say how their colors are meant."""

import json
import subprocess
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from engine.commands.render import main
from engine.errors import InputError
from engine.export.codec_choice import encoding_for
from engine.export.encodings import Encoding
from engine.export.joined_video import Piece
from engine.export.video_writer import Header, VideoFile, tick_of
from engine.film.colors import in_color, kept_color
from engine.film.film_file import Target, join_film, write_part
from engine.film.shape import layout_of
from engine.navigation.camera import Camera
from engine.render.gpu.target import Target as RenderTarget
from engine.render.prepare.fill import FillPass
from engine.render.prepare.matte import MattePass
from engine.render.prepare.outpaint import OutpaintPass
from engine.render.prepare.plate import PlatePass
from engine.render.renderer import Renderer
from engine.settings import Settings, StereoSettings
from engine.sources.recording.clip import Clip
from engine.sources.recording.color import SourceColor, color_of
from tests.depth_frames import depth_frame
from tests.film.hdr_clips import HDR10, HLG_COLOR, planes_of, ramp, write_deep
from tests.sources.recording.test_tone_map import chart, write_hdr

SIZE = (256, 96)
OPTIONS = ("--encoder", "lite", "--input-size", "64", "--device", "cpu", "--quality", "high", "--crop", "off")
SAID = {
    "red_x": 0.68, "red_y": 0.32, "green_x": 0.265, "green_y": 0.69, "blue_x": 0.15, "blue_y": 0.06,
    "white_point_x": 0.3127, "white_point_y": 0.329, "min_luminance": 0.005, "max_luminance": 1000,
    "max_content": 1000, "max_average": 400,
}  # fmt: skip


def probed(path) -> dict:
    found = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-select_streams", "v", path],
        capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(found.stdout)["streams"][0]


def tags_of(stream: dict) -> tuple[str, ...]:
    return tuple(stream[f"color_{name}"] for name in ("primaries", "transfer", "space"))


def scene(codes: np.ndarray):
    """A dim gradient (H, W) of 16 bits behind a square that stands in front of it."""
    height, width = codes.shape
    deep = np.repeat(codes.astype(np.uint16)[..., None], 3, axis=2)
    depth = np.zeros((height, width), np.float32)
    depth[height // 3 : -height // 3, width // 3 : -width // 3] = 1
    deep[depth > 0] = 60_000
    frame = depth_frame(depth, (deep >> 8).astype(np.uint8), span=(0.0, 0.0, 1.0))
    return replace(frame, frame=replace(frame.frame, deep=deep))


@pytest.mark.parametrize("light", [0.0, 0.6])
def test_nothing_is_drawn_or_filled_in_bands(ctx, light):
    """A gradient of 16 levels of 8 bits is smooth beside a thing and where it is filled behind it, with light, too."""
    frame = scene(np.tile(np.linspace(8192, 8192 + 16 * 256, SIZE[0]), (SIZE[1], 1)))
    settings = Settings().replace(light=light, occlusion=light, depth_scale=1.0, subsample=1, hole_fill=0.3)
    renderer = Renderer(ctx, SIZE, color="nu2")
    rows = []
    for shown in (settings, settings.replace(hole_fill=0.0, border_fill=0.0, hole_memory_s=0.0)):
        renderer.draw(frame, Camera.home(2.0).orbited(0.25, 0.0), shown, antialias=True)
        rows.append(renderer.read_deep()[SIZE[1] // 2, :, 1].astype(int))
    renderer.release()
    row, holes = rows[0], rows[0] != rows[1]
    assert 10 < holes.sum() < 150
    for values in (row[holes], row[~holes & (row < 30_000)]):
        assert len(np.unique(values)) > 0.5 * len(values)


@pytest.mark.parametrize("stereo", ["side-by-side", "row-interlaced"])
def test_no_color_is_kept_in_8_bits_or_taken_from_the_picture_that_networks_see(ctx, monkeypatch, stereo):
    frame = scene(np.full(SIZE[::-1], 20_000.0))
    red = np.zeros_like(frame.frame.image)
    red[..., 0] = np.random.default_rng(1).integers(0, 256, red.shape[:2])
    small = replace(frame.frame, image=red, proxy=red[::2, ::2].copy(), deep_proxy=frame.frame.deep[::2, ::2].copy())
    targets, allocate = [], RenderTarget._allocate
    monkeypatch.setattr(RenderTarget, "_allocate", lambda self, size: (targets.append(self), allocate(self, size))[1])
    settings = Settings().replace(
        stereo=stereo, eye_distance=0.2, hole_fill=0.3, border_fill=0.2, edge_feather=1.0, background="#505050"
    )
    renderer = Renderer(ctx, SIZE, color="nu2")
    for index in range(3):  # so that the clean plate is in use
        shown = replace(frame, frame=replace(small, index=index, time_s=index / 25))
        renderer.draw(shown, Camera.home(2.0), settings, antialias=True)
    picture = renderer.read_deep().astype(int)
    assert np.abs(picture[..., 0] - picture[..., 1]).max() < 256
    lit = settings.replace(light=0.5, shadows=0.5, occlusion=0.5, fog=0.2)
    renderer.draw(shown, Camera.home(2.0), lit, antialias=True)
    formats = {(pair[0], pair[1]) for target in targets for pair in target._formats if min(target.size) > 2}
    assert {kind for components, kind in formats if components >= 3} == {"f4", "nu2"}
    assert {type(made) for made in renderer._passes._made.values()} > {MattePass, PlatePass, FillPass, OutpaintPass}
    renderer.release()


def test_a_chart_drawn_from_the_front_keeps_its_codes(ctx):
    """Each step of 10 bits, flat and without parallax, comes out within a quarter of a code."""
    codes = np.repeat(np.arange(1024), 4).reshape(32, 128) * 65535 / 1023
    deep = np.repeat(np.round(codes).astype(np.uint16)[..., None], 3, axis=2)
    frame = depth_frame(np.full((32, 128), 0.5, np.float32), (deep >> 8).astype(np.uint8), span=(0.0, 0.5, 1.0))
    renderer = Renderer(ctx, (128, 32), color="nu2")
    renderer.draw(replace(frame, frame=replace(frame.frame, deep=deep)), Camera.home(2.0), Settings())
    error = np.abs(renderer.read_deep().astype(int) - deep) * 1023 / 65535
    renderer.release()
    assert error[1:-1, 1:-1].max() < 0.25


@pytest.mark.parametrize("color", [HDR10, HLG_COLOR])
def test_an_hdr_chart_is_read_and_written_code_for_code(tmp_path, color):
    """Grays, and colors of all hues and saturations."""
    source = write_hdr(tmp_path / "chart.mkv", chart(), color.transfer)
    encoding = Encoding("ffv1", "yuv444p10le", color=color)
    with VideoFile(tmp_path / "copy.mkv", (96, 64), Fraction(25), encoding=encoding, header=Header({})) as copy:
        for frame in Clip(source, max_res=96).frames(deep="hdr"):
            copy.write(frame.deep, frame.time_s)
    for read, written in zip(planes_of(source), planes_of(tmp_path / "copy.mkv"), strict=True):
        np.testing.assert_array_equal(read, written)
    assert color_of(tmp_path / "copy.mkv").color == replace(color, mastering=None, light_level=None)


@pytest.mark.parametrize(("container", "codec"), [("mkv", "hevc"), ("mp4", "hevc"), ("mkv", "av1"), ("mp4", "av1"),
                                                  ("mov", "prores"), ("webm", "auto")])  # fmt: skip
def test_hdr10_says_what_it_is_in_every_file_of_joined_parts(tmp_path, container, codec):
    layout, size, fps = layout_of(StereoSettings(stereo="half-side-by-side"), (64, 36)), (64, 36), Fraction(25)
    target = Target(tmp_path / f"film.{container}", container, codec)
    encoding = target.encoding(size, layout, bits=10, color=HDR10)
    assert encoding.bits == 10
    pieces = [Piece(tmp_path / f"{part}.{'mov' if codec == 'prores' else 'mp4'}", 3 * part / 25) for part in range(2)]
    for piece in pieces:
        pictures = ((np.full((36, 64, 3), 9000 * (index + 1), np.uint16), index / 25) for index in range(3))
        write_part([piece.path], pictures, size, fps, encoding, is_regular=True)
    tick = tick_of(encoding, fps, is_regular=True)
    assert join_film(target, pieces, tick, layout=layout, tracks=[], chapters=(), folder=tmp_path) == 6
    stream = probed(target.path)
    assert tags_of(stream) == ("bt2020", "smpte2084", "bt2020nc")
    assert stream["pix_fmt"] in ("yuv420p10le", "yuv422p10le")
    said = {name: value for data in stream["side_data_list"] for name, value in data.items()}
    assert {name: float(Fraction(said[name])) for name in SAID} == pytest.approx(SAID, abs=1e-4)
    assert (container == "mov") or said["type"] == "side by side"
    found = color_of(target.path)  # by the decoder, which is what players see
    assert found.color.mastering is not None
    assert found.color.light_level == (1000, 400)


def test_a_film_of_ten_bits_keeps_them(tmp_path):
    source = write_deep(tmp_path / "ramp.mkv", ramp(SIZE))
    command = [
        str(source),
        *OPTIONS,
        "--stereo",
        "side-by-side",
        "--original-eye",
        "left",
        "--output-dir",
        str(tmp_path),
    ]
    assert main([*command, "--crf", "0"]) == 0
    film = tmp_path / "ramp_LRF_Full_SBS.mkv"
    assert (probed(film)["codec_name"], probed(film)["pix_fmt"]) == ("hevc", "yuv420p10le")
    luma = planes_of(film)[0]
    assert np.abs(luma[:, : SIZE[0]] - ramp(SIZE)).mean() < 1  # by the codec: it is converted without loss
    left, right = luma[SIZE[1] // 2, : SIZE[0]], luma[SIZE[1] // 2, SIZE[0] :]
    assert (len(np.unique(left)), len(np.unique(right))) >= (SIZE[0] - 8, SIZE[0] - 24)
    assert main([*command, "--codec", "h264"]) == 0
    assert probed(film)["pix_fmt"] == "yuv420p"


@pytest.mark.parametrize(("color", "transfer"), [(HDR10, "smpte2084"), (HLG_COLOR, "arib-std-b67")])
def test_hdr_is_kept_if_asked_for(tmp_path, color, transfer):
    source = write_deep(tmp_path / "hdr.mkv", ramp(SIZE), color)
    command = [
        str(source),
        *OPTIONS,
        "--stereo",
        "side-by-side",
        "--original-eye",
        "left",
        "--output-dir",
        str(tmp_path),
    ]
    assert main([*command, "--hdr", "keep", "--crf", "0"]) == 0
    film = tmp_path / "hdr_LRF_Full_SBS.mkv"
    assert tags_of(probed(film)) == ("bt2020", transfer, "bt2020nc")
    assert np.abs(planes_of(film)[0][:, : SIZE[0]] - ramp(SIZE)).mean() < 1
    assert color_of(film).color.mastering == pytest.approx(color.mastering)
    assert main(command) == 0
    assert tags_of(probed(film)) == ("bt709", "bt709", "bt709")
    assert probed(film)["pix_fmt"] == "yuv420p"


def test_networks_see_hdr_in_sdr(tmp_path):
    source = write_deep(tmp_path / "hdr.mkv", ramp(SIZE), HDR10)
    plain = next(Clip(source, max_res=256).frames())
    for deep in ("sdr", "hdr"):
        frame = next(Clip(source, max_res=256, crop="0,8,0,8").frames(deep=deep))
        np.testing.assert_array_equal(frame.image, plain.image[8:-8])
        assert frame.deep is not None
        assert frame.deep.shape == frame.image.shape
    green = frame.deep[40, :, 1].astype(int)
    np.testing.assert_allclose(green, np.linspace(0, 0xFF00, SIZE[0]), atol=64)


def test_what_cannot_be_in_hdr_is_refused():
    hdr = SourceColor(10, HDR10)
    assert kept_color(hdr, Settings(), keeps_hdr=False) == SourceColor()
    assert kept_color(SourceColor(8, HLG_COLOR), Settings(), keeps_hdr=True).bits == 10
    for settings in ({"stereo": "anaglyph"}, {"fog": 0.5}, {"view": "depth"}):
        with pytest.raises(InputError, match="--hdr out"):
            kept_color(hdr, Settings().replace(**settings), keeps_hdr=True)
    for container, codec in (("mp4", "h264"), ("gif", "auto")):
        with pytest.raises(InputError, match="too few for HDR; use --format mkv --codec hevc"):
            encoding_for(container, codec, SIZE, bits=10, color=HDR10)


def test_ten_bits_are_written_where_the_codec_can():
    chosen = {
        (container, codec): encoding_for(container, codec, SIZE, bits=12).pix_fmt
        for container, codec in (("mp4", "auto"), ("mkv", "h264"), ("mp4", "av1"), ("mov", "prores"), ("gif", "auto"))
    }
    assert list(chosen.values()) == ["yuv420p10le", "yuv420p", "yuv420p10le", "yuv422p10le", "pal8"]
    assert encoding_for("mkv", "auto", SIZE, needs_full_color=True, bits=10).pix_fmt == "yuv444p10le"
    assert encoding_for("mkv", "auto", SIZE).encoder == "libx264"
    formats = {found.name for found in av.Codec("libvpx-vp9", "w").video_formats}
    with_vp9 = "yuv420p10le" in formats  # which depends on how FFmpeg was built
    assert encoding_for("webm", "vp9", SIZE, bits=10).pix_fmt == ("yuv420p10le" if with_vp9 else "yuv420p")
    assert encoding_for("webm", "auto", SIZE, bits=10).encoder == ("libvpx-vp9" if with_vp9 else "libsvtav1")


def test_the_background_is_not_brighter_than_graphics():
    white = Settings().replace(background="#ffffff")
    shown = in_color(white, SourceColor(10, HDR10)).display.background
    assert int(shown[1:3], 16) == pytest.approx(255 * 0.58, abs=1)  # 203 nits in PQ
    shown = in_color(white, SourceColor(10, HLG_COLOR)).display.background
    assert int(shown[1:3], 16) == pytest.approx(255 * 0.75, abs=1)  # the same in HLG, BT.2408
    assert in_color(white, SourceColor(10)) is white
