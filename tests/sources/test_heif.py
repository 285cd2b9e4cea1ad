"""Photographs of phones: HEIC and AVIF."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.export.priorities import kept_priorities
from engine.frames import DepthKind
from engine.settings import SourceSettings
from engine.sources import open_source
from engine.sources.depth_map import DepthMapSource
from engine.sources.image import FolderSource, ImageSource, load_image
from engine.sources.image_file import turned
from engine.sources.transparency import BACKGROUND
from tests.sources.heif import HeifWriter
from tests.sources.media import BLUE, GRAY, GREEN, ORIENTED, RED, corners, quarters, write_picture

TOLERANCE = 4
"""Chroma at half resolution, in steps of 255."""


@pytest.mark.parametrize("orientation", ORIENTED)
def test_tiles_become_one_upright_photograph(tmp_path: Path, orientation: int) -> None:
    writer = HeifWriter()
    photograph = writer.picture(quarters(160, 96), tile=64, orientation=orientation)
    writer.exif(photograph)
    image = load_image(writer.write(tmp_path / "IMG_1.HEIC", photograph))
    assert image.shape == ((96, 160, 3) if orientation < 5 else (160, 96, 3))
    np.testing.assert_allclose(corners(image), ORIENTED[orientation], atol=TOLERANCE)


@pytest.mark.parametrize("orientation", ORIENTED)
def test_avif_is_upright(tmp_path: Path, orientation: int) -> None:
    """Written as the boxes irot and imir."""
    exif = Image.Exif()
    exif[0x112] = orientation
    Image.fromarray(quarters(96, 64)).save(tmp_path / "p.avif", exif=exif, quality=95)
    image = load_image(tmp_path / "p.avif")
    assert image.shape == ((64, 96, 3) if orientation < 5 else (96, 64, 3))
    np.testing.assert_allclose(corners(image), ORIENTED[orientation], atol=TOLERANCE)


@pytest.mark.parametrize("name", ["IMG_1.jpg", "IMG_1", "IMG_1.mp4"])
@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_what_counts_is_the_content(tmp_path: Path, name: str, kind: str) -> None:
    """Phones and chats rename photographs."""
    path = tmp_path / name
    if kind == "heic":
        writer = HeifWriter()
        writer.write(path, writer.picture(quarters(160, 96), tile=64))
    else:
        Image.fromarray(quarters(160, 96)).save(path, "AVIF", quality=95)
    source = open_source(SourceSettings(source=str(path)))
    assert isinstance(source, ImageSource)
    np.testing.assert_allclose(corners(source.read(640).image), (RED, GREEN, BLUE, GRAY), atol=TOLERANCE)


def test_folders_contain_photographs_of_phones(tmp_path: Path) -> None:
    writer = HeifWriter()
    writer.write(tmp_path / "1.heic", writer.picture(quarters(160, 96), tile=64))
    write_picture(tmp_path / "2.png", quarters(40, 30))
    source = FolderSource(tmp_path, 10)
    assert [source.read(640).image.shape for _ in range(3)] == [(96, 160, 3), (30, 40, 3), (96, 160, 3)]


@pytest.mark.parametrize("is_left_primary", [False, True])
def test_of_a_spatial_photograph_the_left_view_is_shown(tmp_path: Path, is_left_primary: bool) -> None:
    writer = HeifWriter()
    right = writer.picture(np.full((64, 64, 3), GRAY, np.uint8))
    left = writer.picture(quarters(160, 96), tile=64)
    writer.stereo(left, right)
    image = load_image(writer.write(tmp_path / "p.heic", left if is_left_primary else right))
    np.testing.assert_allclose(corners(image), (RED, GREEN, BLUE, GRAY), atol=TOLERANCE)


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_the_depth_of_a_phone_is_used(tmp_path: Path, orientation: int) -> None:
    disparity = np.tile(np.linspace(0, 255, 80).astype(np.uint8), (48, 1))
    writer = HeifWriter()
    photograph = writer.picture(quarters(160, 96), tile=64, orientation=orientation)
    writer.depth(disparity, of=photograph, orientation=orientation)
    path = writer.write(tmp_path / "portrait.heic", photograph)
    source = open_source(SourceSettings(source=str(path)))
    assert isinstance(source, DepthMapSource)
    frame = source.read(640)
    assert frame.kind is DepthKind.DISPARITY
    np.testing.assert_allclose(frame.depth, turned(disparity, orientation), atol=3)
    np.testing.assert_allclose(corners(frame.image), ORIENTED[orientation], atol=TOLERANCE)
    assert not isinstance(open_source(SourceSettings(source=str(path), embedded_depth=False)), DepthMapSource)


def test_what_is_transparent_in_a_photograph_is_cut_out(tmp_path: Path) -> None:
    writer = HeifWriter()
    sticker = writer.picture(quarters(128, 96))
    writer.alpha(np.tile(np.repeat(np.array([255, 0], np.uint8), 64), (96, 1)), of=sticker)
    frame = ImageSource(writer.write(tmp_path / "p.heic", sticker)).read(640)
    np.testing.assert_allclose(corners(frame.image)[[0, 2]], (RED, BLUE), atol=TOLERANCE)
    np.testing.assert_allclose(corners(frame.image)[[1, 3]], [BACKGROUND] * 2, atol=TOLERANCE)
    assert frame.is_opaque[:, :60].all()
    assert not frame.is_opaque[:, 68:].any()


@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_ten_bits_become_eight(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"p.{kind}"
    if kind == "heic":
        writer = HeifWriter()
        writer.write(path, writer.picture(quarters(128, 96), pixel_format="yuv420p10le"))
    else:
        with kept_priorities(), av.open(str(path), "w", format="avif") as container:
            stream = container.add_stream("libsvtav1", rate=1, options={"crf": "4", "preset": "10"})
            stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p10le"
            frame = av.VideoFrame.from_ndarray(quarters(128, 96), "rgb24").reformat(format="yuv420p10le")
            for packet in (*stream.encode(frame), *stream.encode()):
                container.mux(packet)
    np.testing.assert_allclose(corners(load_image(path)), (RED, GREEN, BLUE, GRAY), atol=TOLERANCE)


def test_a_depth_map_that_is_given_replaces_that_of_the_phone(tmp_path: Path) -> None:
    writer = HeifWriter()
    photograph = writer.picture(quarters(160, 96), tile=64)
    writer.depth(np.full((48, 80), 7, np.uint8), of=photograph)
    path = writer.write(tmp_path / "portrait.heic", photograph)
    np.save(tmp_path / "d.npy", np.full((48, 80), 2.5, np.float32))
    frame = open_source(SourceSettings(source=str(path), depth_map=tmp_path / "d.npy")).read(640)
    assert (frame.depth == 2.5).all()


@pytest.mark.parametrize("keep", [20, 300, 0.5, 0.9])
def test_a_damaged_photograph_is_named(tmp_path: Path, keep: float) -> None:
    writer = HeifWriter()
    path = writer.write(tmp_path / "p.heic", writer.picture(quarters(160, 96), tile=64))
    data = path.read_bytes()
    path.write_bytes(data[: keep if keep > 1 else round(keep * len(data))])
    with pytest.raises(SourceError, match=r"p\.heic is damaged"):
        load_image(path)


def test_a_large_photograph_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sources.image_file.MAX_PIXELS", 160 * 96 - 1)
    monkeypatch.setattr("engine.sources.image_file.decode_heic", None)
    writer = HeifWriter()
    path = writer.write(tmp_path / "p.heic", writer.picture(quarters(160, 96), tile=64))
    with pytest.raises(SourceError, match="pixels"):
        load_image(path)


@pytest.mark.parametrize("content", [b"\xff\x0a and more", b"\0\0\0\x0cJXL \r\n\x87\n"])
def test_jpeg_xl_has_no_decoder(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.jxl").write_bytes(content)
    with pytest.raises(SourceError, match="is JPEG XL, for which there is no decoder"):
        open_source(SourceSettings(source=str(tmp_path / "p.jxl")))


def test_the_first_picture_of_mpo_is_shown(tmp_path: Path) -> None:
    left, right = Image.fromarray(quarters(96, 64)), Image.fromarray(quarters(96, 64)[::-1])
    left.save(tmp_path / "p.mpo", save_all=True, append_images=[right], quality=95)
    np.testing.assert_allclose(corners(load_image(tmp_path / "p.mpo")), (RED, GREEN, BLUE, GRAY), atol=TOLERANCE)
