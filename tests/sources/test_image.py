import os
import struct
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.settings import SourceSettings
from engine.sources import image_file, open_source
from engine.sources.image import FolderSource, ImageSource, load_image, natural_key
from engine.sources.image_file import decode_image, decode_raw, turned
from engine.sources.image_size import stated_size
from engine.sources.transparency import BACKGROUND
from tests.sources.media import BLUE, GRAY, GREEN, ORIENTED, RED, corners, quarters, with_orientation, write_picture
from tests.sources.servers import jpeg


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".webp", ".jpg", ".ppm"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    image = load_image(write_picture(tmp_path / f"p{suffix}", quarters(64, 48)))
    np.testing.assert_allclose(corners(image), (RED, GREEN, BLUE, GRAY), atol=5 if suffix in {".jpg", ".webp"} else 0)


@pytest.mark.parametrize("suffix", [".JPG", ".jfif", ".jpe"])
def test_a_jpeg_of_any_name_is_a_still(tmp_path: Path, suffix: str) -> None:
    path = write_picture(tmp_path / "p.jpg", quarters(64, 48)).rename(tmp_path / f"p{suffix}")
    assert isinstance(open_source(SourceSettings(source=str(path))), ImageSource)


def test_deep_and_gray_pictures_become_rgb(tmp_path: Path) -> None:
    deep = quarters(8, 8).astype(np.uint16) * 257
    gray = np.full((8, 8), 77, np.uint8)
    np.testing.assert_allclose(load_image(write_picture(tmp_path / "deep.png", deep)), quarters(8, 8), atol=1)
    np.testing.assert_array_equal(load_image(write_picture(tmp_path / "gray.png", gray)), np.dstack([gray] * 3))


def cut_out(width: int, height: int) -> np.ndarray:
    """RGBA (height, width, 4): the left half is opaque, then half transparent, and the last quarter transparent."""
    alpha = np.repeat(np.array([255, 255, 127, 0], np.uint8), width // 4)
    return np.dstack([quarters(width, height), np.tile(alpha, (height, 1))])


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "avif"])
def test_what_is_transparent_shows_the_background_and_has_no_surface(tmp_path: Path, suffix: str) -> None:
    pixels = cut_out(64, 48)
    Image.fromarray(pixels).save(tmp_path / f"p.{suffix}", **({"quality": 95} if suffix in {"webp", "avif"} else {}))
    frame = ImageSource(tmp_path / f"p.{suffix}").read(640)
    left = (slice(4, -4), slice(4, 28))
    tolerance = 0 if suffix in {"png", "tiff"} else 12
    np.testing.assert_allclose(frame.image[left][:10], quarters(64, 48)[left][:10], atol=tolerance)
    np.testing.assert_allclose(frame.image[:, 52:], np.broadcast_to(BACKGROUND, (48, 12, 3)), atol=tolerance)
    half = (np.array(GREEN) * 127 + np.array(BACKGROUND) * 128) / 255
    np.testing.assert_allclose(frame.image[4:20, 36:44], np.broadcast_to(half, (16, 8, 3)), atol=tolerance + 1)
    np.testing.assert_array_equal(frame.is_opaque[:, :28], True)
    np.testing.assert_array_equal(frame.is_opaque[:, 36:], False)
    np.testing.assert_array_equal(load_image(tmp_path / f"p.{suffix}"), frame.image)
    assert frame.original().shape == (48, 64, 3)


def test_palettes_may_be_transparent(tmp_path: Path) -> None:
    Image.fromarray(cut_out(64, 48)).quantize(16).save(tmp_path / "p.png")
    assert not ImageSource(tmp_path / "p.png").read(640).is_opaque[:, 52:].any()


@pytest.mark.parametrize("orientation", ORIENTED)
def test_a_transparent_picture_is_turned_with_its_alpha(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    Image.fromarray(cut_out(64, 48)).save(tmp_path / "p.png", exif=exif)
    frame = ImageSource(tmp_path / "p.png").read(640)
    np.testing.assert_array_equal(frame.is_opaque, turned(cut_out(64, 48)[..., 3] > 127, orientation))


@pytest.mark.parametrize("alpha", [0, 255])
def test_alpha_that_says_nothing_is_ignored(tmp_path: Path, alpha: int) -> None:
    """Some programs leave it 0 everywhere."""
    pixels = np.dstack([quarters(8, 8), np.full((8, 8), alpha, np.uint8)])
    frame = ImageSource(write_picture(tmp_path / "p.png", pixels)).read(640)
    np.testing.assert_array_equal(frame.image, quarters(8, 8))
    assert frame.is_opaque is None


def test_exif_orientation_is_honored(tmp_path: Path) -> None:
    data = write_picture(tmp_path / "p.jpg", quarters(64, 48)).read_bytes()
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)  # turn clockwise
    (tmp_path / "p.jpg").write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    image = load_image(tmp_path / "p.jpg")
    assert image.shape == (64, 48, 3)
    np.testing.assert_allclose(corners(image), (BLUE, RED, GRAY, GREEN), atol=5)


def test_a_still_comes_once_for_each_size(tmp_path: Path) -> None:
    source = ImageSource(write_picture(tmp_path / "p.png", quarters(200, 100)))
    assert source.read(100).image.shape == (50, 100, 3)
    assert source.read(100) is None
    assert source.read(100) is None
    assert source.read(64).image.shape == (32, 64, 3)
    assert source.read(64) is None
    assert source.read(4000).image.shape == (100, 200, 3)


def test_a_huge_picture_is_scaled_down(tmp_path: Path) -> None:
    ok, data = cv2.imencode(".jpg", np.full((6000, 8000), 90, np.uint8))
    assert ok
    (tmp_path / "huge.jpg").write_bytes(data.tobytes())
    image = ImageSource(tmp_path / "huge.jpg").read(640).image
    assert image.shape == (480, 640, 3)
    assert (image == 90).all()


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (40_000, 40_000), (2_000_000, 400)])
@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_picture_beyond_the_limit_is_not_decoded(
    tmp_path: Path, width: int, height: int, is_damaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "imdecode", None)
    data = bytearray(write_picture(tmp_path / "p.png", quarters(8, 8)).read_bytes())
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", is_damaged ^ zlib.crc32(bytes(data[12:29])))
    (tmp_path / "p.png").write_bytes(data)
    with pytest.raises(SourceError, match=r"p\.png has more than 268,435,456 pixels"):
        load_image(tmp_path / "p.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp", "tiff", "ppm", "jp2", "avif", "gif"])
def test_sizes_are_read_from_headers(suffix: str) -> None:
    ok, data = cv2.imencode(f".{suffix}", quarters(123, 45))
    assert ok
    assert stated_size(data.tobytes()) == (123, 45)
    for length in (*range(0, 40, 3), 60):
        stated_size(data.tobytes()[:length])  # raises nothing


def test_sizes_are_read_from_other_kinds_of_files() -> None:
    _, lossless = cv2.imencode(".webp", quarters(123, 45), [cv2.IMWRITE_WEBP_QUALITY, 101])
    _, transparent = cv2.imencode(".webp", np.dstack([quarters(123, 45), np.zeros((45, 123), np.uint8)]))
    assert stated_size(lossless.tobytes()) == stated_size(transparent.tobytes()) == (123, 45)
    photograph = with_orientation(jpeg(quarters(123, 45)), 6)
    assert stated_size(photograph) == (123, 45)
    tags = struct.pack(">HHQI4xHHQI4x", 256, 4, 1, 123, 257, 4, 1, 45)
    assert stated_size(b"MM\0+\0\x08\0\0" + struct.pack(">QQ", 16, 2) + tags) == (123, 45)
    assert stated_size(b"P5 # a comment\n# another\n 123\n45 255\n") == (123, 45)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.uint32])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiff_with_many_bits(tmp_path: Path, kind: type, channels: int, capfd: pytest.CaptureFixture) -> None:
    image = np.dstack([quarters(8, 8), np.full((8, 8), 255, np.uint8)])[..., :channels].squeeze()
    values = image.astype(kind) * 16_843_009 if kind is np.uint32 else image / 255
    path = write_picture(tmp_path / "deep.tif", values.astype(kind))
    expected = np.dstack([image] * 3) if channels == 1 else image[..., :3]
    np.testing.assert_allclose(load_image(path), expected, atol=1)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
@pytest.mark.parametrize("suffix", [".png", ".mp4", ".mkv", ".r3d", ".npz", ".exr"])
@pytest.mark.parametrize("what", ["pipe", "device", "loop"])
def test_what_never_ends_is_refused(tmp_path: Path, suffix: str, what: str) -> None:
    path = tmp_path / f"x{suffix}"
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if what == "device" else path)
    says = "leads to no file|cannot be read" if what == "loop" else "is a device or a pipe"
    is_depth = suffix in {".npz", ".exr"}
    picture = write_picture(tmp_path / "p.png", quarters(8, 8)) if is_depth else path
    with pytest.raises(SourceError, match=says):
        open_source(SourceSettings(source=str(picture), depth_map=path if is_depth else None))
    if suffix == ".png":
        with pytest.raises(SourceError):
            load_image(path)


def test_a_folder_plays_in_natural_order_over_and_over(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        write_picture(tmp_path / f"frame{number}.png", np.full((8, 8, 3), number, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "._frame1.png").write_bytes(b"not a picture either")
    source = FolderSource(tmp_path, fps=10)
    frames = [source.read(64) for _ in range(5)]
    assert [frame.image[0, 0, 0] for frame in frames] == [1, 9, 10, 1, 9]
    np.testing.assert_allclose([frame.time_s for frame in frames], [0, 0.1, 0.2, 0.3, 0.4])


def test_unreadable_pictures_are_left_out_with_one_line_each(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in (1, 3):
        write_picture(tmp_path / f"{number}.png", np.full((8, 8, 3), number, np.uint8))
    (tmp_path / "0.png").write_bytes(b"broken")
    (tmp_path / "2.png").write_bytes(b"")
    source = FolderSource(tmp_path, fps=10)
    assert [source.read(64).image[0, 0, 0] for _ in range(6)] == [1, 3, 1, 3, 1, 3]
    assert len(caplog.records) == 2
    assert "0.png" in caplog.text
    assert "2.png" in caplog.text


@pytest.mark.parametrize("broken", [False, True])
def test_a_folder_without_pictures_is_an_error(tmp_path: Path, broken: bool) -> None:
    if broken:
        (tmp_path / "a.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match=f"{tmp_path.name} has no readable images"):
        FolderSource(tmp_path, fps=10)


def test_natural_order() -> None:
    names = ["a", "10b", "2b", "2a", "B1", "b02", "b2", "b10", "é٣", "1.5"]
    in_order = sorted(map(Path, names), key=natural_key)
    assert [path.name for path in in_order] == ["1.5", "2a", "2b", "10b", "a", "B1", "b02", "b2", "b10", "é٣"]


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_header(data: bytes, **fields: int) -> bytes:
    """A PNG whose header says something else, with a correct checksum."""
    names = ("width", "height", "bits", "color", "packing", "filter", "order")
    header = dict(zip(names, struct.unpack_from(">IIBBBBB", data, 16), strict=True)) | fields
    return data[:8] + png_chunk(b"IHDR", struct.pack(">IIBBBBB", *header.values())) + data[33:]


@pytest.mark.parametrize(
    "harm", ["a bit", "cut short", "its header", "a chunk", "its depth", "no palette", "no pixels", "no height"]
)
def test_damaged_png_is_named_and_nothing_else_is_printed(
    tmp_path: Path, harm: str, capfd: pytest.CaptureFixture
) -> None:
    data = cv2.imencode(".png", np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))[1].tobytes()
    data = {
        "a bit": data[:3000] + bytes([data[3000] ^ 1]) + data[3001:],
        "cut short": data[: len(data) // 2],
        "its header": data[:23] + bytes([data[23] ^ 1]) + data[24:],
        "a chunk": data[:33] + png_chunk(b"ABCD", b"?") + data[33:],
        "its depth": with_header(data, bits=3),
        "no palette": with_header(data, color=3),
        "no pixels": data[:33] + png_chunk(b"IEND", b""),
        "no height": with_header(data, height=0),
    }[harm]
    (tmp_path / "p.png").write_bytes(data)
    for read in (load_image, decode_raw):
        with pytest.raises(SourceError, match=r"p\.png is damaged"):
            read(tmp_path / "p.png")
    assert capfd.readouterr() == ("", "")


def test_faults_beside_the_pixels_of_png_and_jpeg_are_ignored(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    pixels = quarters(64, 48)
    png, jpeg = (cv2.imencode(suffix, pixels[..., ::-1])[1].tobytes() for suffix in (".png", ".jpg"))
    faults = png_chunk(b"gAMA", b"\0") + png_chunk(b"eXIf", b"z") + png_chunk(b"iCCP", b"x\0\0?")
    faults += png_chunk(b"tRNS", b"\0")
    (tmp_path / "p.png").write_bytes(png[:33] + faults + png[33:])
    (tmp_path / "p.jpg").write_bytes(jpeg[:-2] + b"noise" + jpeg[-2:])
    np.testing.assert_array_equal(load_image(tmp_path / "p.png"), pixels)
    np.testing.assert_allclose(corners(load_image(tmp_path / "p.jpg")), (RED, GREEN, BLUE, GRAY), atol=4)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA"])
def test_strips_of_a_transparent_image_make_the_whole(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_file, "_STRIP_ROWS", 5)
    pixels = np.dstack([quarters(24, 17), np.full((17, 24), 255, np.uint8)])
    pixels[3:9, 4:20, 3] = 0
    picture = Image.fromarray(pixels)
    picture = picture.quantize() if mode == "P" else picture.convert(mode)
    picture.save(tmp_path / "p.png")
    np.testing.assert_array_equal(decode_image(tmp_path / "p.png")[0], np.asarray(picture.convert("RGBA")))
