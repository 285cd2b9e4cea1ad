import gc
import re
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.frame import VideoFrame

from engine.errors import SourceError
from engine.sources.recording.clip import Clip
from engine.sources.recording.decoder import upright
from engine.sources.recording.video import VideoSource
from engine.sources.transparency import BACKGROUND
from tests.sources.media import BLUE, GRAY, GREEN, ORIENTED, RED, corners, quarters, with_orientation, write_clip
from tests.sources.servers import jpeg

CODEC_TOLERANCE = 6
"""MPEG-4 at a high rate and chroma at half resolution, in steps of 255."""


def solid(color: tuple[int, int, int], width: int = 96, height: int = 64) -> np.ndarray:
    return np.full((height, width, 3), color, np.uint8)


def test_colors_and_order(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mp4", [solid(color) for color in (RED, GREEN, BLUE)]))
    for color in (RED, GREEN, BLUE, RED, GREEN, BLUE, RED):  # over and over
        np.testing.assert_allclose(source.read(96).image, solid(color), atol=CODEC_TOLERANCE)


def test_a_large_video_is_taken_for_bt709(tmp_path: Path) -> None:
    """The test's encoder writes BT.601 and does not say so: at HD size the colors come out as BT.709 has them."""
    source = VideoSource(write_clip(tmp_path / "hd.mp4", [solid((180, 40, 40), 1280, 720)]))
    np.testing.assert_allclose(source.read(64).image[16, 32], (192, 54, 38), atol=CODEC_TOLERANCE)


def test_times_go_on_across_the_loop(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 5))
    frames = [source.read(64) for _ in range(12)]
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(12) / 25, atol=1e-3)
    assert [frame.index for frame in frames] == list(range(12))


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.mov"])
def test_a_variable_rate_is_kept(tmp_path: Path, name: str) -> None:
    times_ms = [0, 40, 50, 300, 340]
    source = VideoSource(write_clip(tmp_path / name, [solid(GRAY)] * 5, times_ms=times_ms))
    times_s = [source.read(64).time_s for _ in range(10)]
    np.testing.assert_allclose(times_s[:5], np.array(times_ms) / 1000, atol=2e-3)
    np.testing.assert_allclose(np.diff(times_s[5:]), np.diff(times_ms) / 1000, atol=2e-3)
    assert times_s[5] > times_s[4]


def test_a_video_that_starts_late_starts_at_zero(tmp_path: Path) -> None:
    source = VideoSource(write_clip(tmp_path / "clip.mkv", [solid(GRAY)] * 3, times_ms=[5000, 5040, 5080]))
    np.testing.assert_allclose([source.read(64).time_s for _ in range(3)], [0, 0.04, 0.08], atol=2e-3)


@pytest.mark.parametrize(
    ("rotation_deg", "expected"),
    [
        (0, (RED, GREEN, BLUE, GRAY)),
        (90, (GREEN, GRAY, RED, BLUE)),  # counter-clockwise
        (180, (GRAY, BLUE, GREEN, RED)),
        (-90, (BLUE, RED, GRAY, GREEN)),
    ],
)
def test_rotation_stated_in_the_file_is_honored(tmp_path: Path, rotation_deg: int, expected: tuple) -> None:
    path = write_clip(tmp_path / "clip.mp4", [quarters(160, 96)], rotation_deg=rotation_deg)
    image = VideoSource(path).read(80).image
    assert image.shape[:2] == ((48, 80) if rotation_deg % 180 == 0 else (80, 48))
    np.testing.assert_allclose(corners(image), expected, atol=CODEC_TOLERANCE)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((-1, 0, 0, 1), (GREEN, RED, GRAY, BLUE)),
        ((1, 0, 0, -1), (BLUE, GRAY, RED, GREEN)),
        ((0, 1, 1, 0), (RED, BLUE, GREEN, GRAY)),
        ((0, -1, -1, 0), (GRAY, GREEN, BLUE, RED)),
    ],
)
def test_a_mirror_image_stated_in_the_file_is_honored(tmp_path: Path, matrix: tuple, expected: tuple) -> None:
    """As some front cameras write it: a, b, c, d of x' = ax + cy, y' = bx + dy."""
    path = write_clip(tmp_path / "clip.mp4", [quarters(160, 96)])
    film, name, track = path.read_bytes().partition(b"tkhd")
    plain, turned = (
        struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
        for a, b, c, d in ((1 << 16, 0, 0, 1 << 16), [value << 16 for value in matrix])
    )
    path.write_bytes(film + name + track.replace(plain, turned, 1))
    image = VideoSource(path).read(80).image
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


def test_a_damaged_part_is_skipped_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_clip(tmp_path / "clip.avi", [quarters(96, 64)] * 30)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle - 2000 : middle + 2000] = bytes(4000)
    path.write_bytes(data)
    source = VideoSource(path)
    times_s = [source.read(64).time_s for _ in range(80)]
    assert times_s == sorted(times_s)
    assert [record.message for record in caplog.records if "the damaged parts are skipped" in record.message]
    assert len(caplog.records) == 1


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", [quarters(96, 64)] * 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    source = VideoSource(path)
    times_s = [source.read(64).time_s for _ in range(60)]
    assert times_s == sorted(times_s)


def test_a_video_that_goes_away_while_it_plays_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 2)
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


def test_the_cover_of_a_song_is_not_a_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        sound, cover = container.add_stream("libmp3lame", rate=44_100), container.add_stream("png")
        cover.width, cover.height, cover.pix_fmt = 96, 64, "rgb24"
        cover.disposition = Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(solid(RED), "rgb24")))
        samples = av.AudioFrame.from_ndarray(np.zeros((1, 44_100), np.int16), "s16", "mono")
        samples.rate = 44_100
        container.mux([*sound.encode(samples), *sound.encode(None)])
    with pytest.raises(SourceError, match="has no video in it"):
        VideoSource(path)


def test_what_is_no_rate_is_not_taken_for_one(tmp_path: Path) -> None:
    """An icon has no times; the fineness of FFmpeg's clock is what it has for a rate."""
    size = 16
    header = struct.pack("<3H4B2H2I", 0, 1, 1, size, size, 0, 0, 1, 24, 40 + size * size * 3 + size * 4, 22)
    bitmap = struct.pack("<3I2H6I", 40, size, 2 * size, 1, 24, 0, size * size * 3, 0, 0, 0, 0)
    (tmp_path / "icon.ico").write_bytes(header + bitmap + bytes(size * size * 3 + size * 4))
    source = VideoSource(tmp_path / "icon.ico")
    np.testing.assert_allclose([source.read(64).time_s for _ in range(3)], [0, 0.04, 0.08])


def test_the_length_is_that_of_the_pictures_once_they_were_played(tmp_path: Path) -> None:
    """The file counts the 5 s before them."""
    source = VideoSource(write_clip(tmp_path / "clip.mkv", [solid(GRAY)] * 3, times_ms=[5000, 5040, 5080]))
    for _ in range(4):
        source.read(64)
    assert source.duration_s == pytest.approx(0.12, abs=5e-3)


@pytest.mark.skipif("libx264" not in av.codecs_available, reason="PyAV was built without x264")
def test_a_position_is_found_again_however_late_the_file_begins(tmp_path: Path) -> None:
    path, tick = tmp_path / "late.ts", Fraction(1, 90_000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.codec_context.time_base = tick
        stream.codec_context.max_b_frames = 0
        for n in range(13):
            frame = av.VideoFrame.from_ndarray(solid((18 * n,) * 3), "rgb24")
            frame.pts, frame.time_base = (
                2019 + 3600 * n,
                tick,
            )  # the 9th less the first, and plus it, is less than it was
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = VideoSource(path)
    shown = [(source.read(96).image[32, 48, 0], source.position_s) for _ in range(13)]
    for gray, position_s in shown:
        source.seek(position_s)
        assert source.read(96).image[32, 48, 0] == gray


@pytest.mark.parametrize("suffix", ["avi", "mp4", "mkv", "flv"])
def test_metadata_may_be_in_any_encoding(tmp_path: Path, suffix: str) -> None:
    codec = "flv" if suffix == "flv" else "mpeg4"
    path = write_clip(tmp_path / f"clip.{suffix}", [solid(GRAY)] * 2, title="in Latin-1", codec=codec)
    data = path.read_bytes()
    assert b"in Latin-1" in data
    path.write_bytes(data.replace(b"in Latin-1", b"caf\xe9 \xff\xfe 12"))
    assert VideoSource(path).read(64).image.shape == (43, 64, 3)


@pytest.mark.parametrize("name", ["12:30.mp4", "concat:a|b.mp4", "file:x.mp4"])
def test_a_name_is_no_protocol(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 2).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert VideoSource(Path(name)).read(64).image.shape == (43, 64, 3)


def test_a_video_without_a_decoder_is_named(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.avi", [solid(GRAY)] * 2)
    path.write_bytes(path.read_bytes().replace(b"FMP4", b"ZZZZ"))
    with pytest.raises(SourceError, match="has a video that nothing here can decode"):
        VideoSource(path)


def test_a_video_of_too_many_pixels_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.recording.decoder.MAX_PIXELS", 96 * 64 - 1)
    with pytest.raises(SourceError, match="has frames of more than 6,143 pixels"):
        VideoSource(write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 2))


@pytest.mark.parametrize("name", ["camera.avi", "a photograph without suffix"])
@pytest.mark.parametrize("orientation", ORIENTED)
def test_what_is_unknown_beside_a_frame_is_ignored(tmp_path: Path, orientation: int, name: str) -> None:
    """FFmpeg hands EXIF data on, which PyAV does not know."""
    picture = with_orientation(jpeg(quarters(96, 64)), orientation)
    path = tmp_path / name
    path.write_bytes(picture)
    if path.suffix:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mjpeg", rate=25)
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
            for index in range(2):
                packet = av.Packet(picture)
                packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 25)
                container.mux(packet)
    image = VideoSource(path).read(640).image
    assert image.shape == ((64, 96, 3) if orientation < 5 else (96, 64, 3))
    np.testing.assert_allclose(corners(image), ORIENTED[orientation], atol=CODEC_TOLERANCE)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.webm", "libvpx-vp9", "yuva420p"),
        ("a.mkv", "libvpx", "yuva420p"),
        ("a.mov", "qtrle", "argb"),
        ("a.avi", "png", "rgba"),
        ("b.mov", "prores_ks", "yuva444p10le"),
    ],
)
def test_what_is_transparent_is_cut_out(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    pixels = np.zeros((64, 96, 4), np.uint8)
    pixels[:, :48], pixels[:, 48:] = (*RED, 255), (*GREEN, 0)
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream(codec, rate=25, options={"auto-alt-ref": "0"} if codec == "libvpx" else {})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 96, 64, pixel_format, 4_000_000
        stream.metadata["alpha_mode"] = "1"
        for index in range(4):
            frame = av.VideoFrame.from_ndarray(pixels, "rgba").reformat(format=pixel_format)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    source = VideoSource(tmp_path / name)
    for _ in range(6):  # also after its end
        frame = source.read(96)
        np.testing.assert_allclose(frame.image[20:40, 8:40], np.broadcast_to(RED, (20, 32, 3)), atol=8)
        np.testing.assert_allclose(frame.image[20:40, 56:88], np.broadcast_to(BACKGROUND, (20, 32, 3)), atol=8)
        assert frame.is_opaque[:, :40].all()
        assert not frame.is_opaque[:, 56:].any()
    source.seek(0.08)
    assert source.read(96).time_s > 0
    assert not source.read(96).is_opaque.all()
    np.testing.assert_array_equal(frame.original(), frame.image)


def test_other_videos_are_opaque(tmp_path: Path) -> None:
    assert VideoSource(write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 2)).read(64).is_opaque is None


def test_frames_that_nobody_needs_leave_memory_at_once(tmp_path: Path) -> None:
    """A frame in a cycle of references stays until the garbage collector runs, which takes hundreds of frames."""
    source = VideoSource(write_clip(tmp_path / "clip.mp4", [solid(GRAY)] * 5))
    gc.collect()
    gc.disable()
    try:
        for _ in range(30):
            source.read(96)
        alive = sum(isinstance(thing, VideoFrame) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert alive < 10


def test_pixels_that_change_their_shape_are_followed(tmp_path: Path) -> None:
    parts = [(GRAY, Fraction(1)), (RED, Fraction(3, 2))]
    for index, (color, aspect) in enumerate(parts):
        write_clip(tmp_path / f"{index}.ts", [solid(color)] * 12, pixel_aspect=aspect, codec="libx264")
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join((tmp_path / f"{index}.ts").read_bytes() for index in range(2)))
    source = VideoSource(path)
    height, width = solid(GRAY).shape[:2]
    for frame in (source.read(1000) for _ in range(30)):
        is_wide = np.abs(frame.image.mean((0, 1)) - RED).max() < 20
        wanted = (height, width * 3 // 2 if is_wide else width, 3)
        assert frame.image.shape == wanted == frame.original().shape
    for frame in Clip(path, max_res=1000).frames():  # of one size: wide ones are between bars
        assert frame.image.shape == (height, width, 3)
        is_wide = np.abs(frame.image[height // 2].mean(0) - RED).max() < 20
        assert (frame.is_opaque is not None) == is_wide
        if is_wide:
            rows = np.flatnonzero(frame.is_opaque[:, 0])
            assert (rows[0], len(rows)) == (height // 6, round(height * 2 / 3))


@pytest.mark.parametrize("side", [640, 320])
def test_ten_bits_leave_no_bands(tmp_path: Path, side: int) -> None:
    """A ramp over ten levels of eight bits: without a dither each is a band of 64 columns."""
    luma = np.tile(np.linspace(160, 200, 640).astype(np.uint16), (64, 1))
    planes = np.concatenate([luma, np.full((32, 640), 512, np.uint16)])
    with av.open(str(tmp_path / "ramp.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 64, "yuv420p10le"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, "yuv420p10le")))
        container.mux(stream.encode())
    image = VideoSource(tmp_path / "ramp.mkv").read(side).image.astype(float)
    exact = (np.linspace(160, 200, side) / 4 - 16) * 255 / 219
    columns = image[..., 1].mean(0)
    np.testing.assert_allclose(columns, exact, atol=2)
    assert len(np.unique(columns.round(2))) > 15


def hevc_packets(color: tuple[int, int, int], layer: int) -> list[bytes]:
    """Eight pictures of one color as the given layer of HEVC: 0 is the base, 1 a second view or transparency."""
    codec = av.CodecContext.create("libx265", "w")
    codec.width, codec.height, codec.pix_fmt, codec.time_base = 128, 96, "yuv420p", Fraction(1, 25)
    codec.options = {"x265-params": "log-level=none:bframes=0:keyint=4:repeat-headers=1:pools=none"}
    frames = [av.VideoFrame.from_ndarray(solid(color, 128, 96), "rgb24") for _ in range(8)]
    for index, frame in enumerate(frames):
        frame.pts = index
    packets = [bytes(packet) for frame in (*frames, None) for packet in codec.encode(frame)]
    units = [re.split(b"\0\0\0?\1", packet)[1:] for packet in packets]
    return [
        b"".join(b"\0\0\0\1" + bytes([unit[0], unit[1] & 7 | layer << 3]) + unit[2:] for unit in packet)
        for packet in units
    ]


def test_of_hevc_with_further_layers_the_base_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "layers.hevc"
    path.write_bytes(b"".join(map(b"".join, zip(hevc_packets(RED, 0), hevc_packets(GREEN, 1), strict=True))))
    source = VideoSource(path)
    for _ in range(12):
        np.testing.assert_allclose(source.read(128).image, solid(RED, 128, 96), atol=CODEC_TOLERANCE)
    source.seek(0.2)
    np.testing.assert_allclose(source.read(128).image, solid(RED, 128, 96), atol=CODEC_TOLERANCE)
