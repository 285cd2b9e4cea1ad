"""HDR photographs against the SDR original, and ten bits without bands."""

import io
import struct

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from engine.export.priorities import kept_priorities
from engine.settings import SourceSettings
from engine.sources import open_source
from engine.sources.dither import dithered
from engine.sources.image import ImageSource, load_image
from tests.sources.heif import AvifWriter, HeifWriter, box
from tests.sources.media import BLUE, GRAY, GREEN, RED, corners, quarters
from tests.sources.recording.test_tone_map import HLG, LARGEST_MEAN_ERROR, PQ, chart, encoded
from tests.sources.test_jpeg_depth import segment, xmp


def colors(transfer: int, primaries: int = 9) -> bytes:
    return b"nclx" + struct.pack(">HHHB", primaries, transfer, 6, 0)


def write_deep_avif(path, deep, transfer=1, primaries=1):
    """Ten bits of an RGB image (H, W, 3) of 16."""
    with kept_priorities(), av.open(str(path), "w", format="avif") as container:
        stream = container.add_stream("libsvtav1", rate=1, options={"crf": "2", "preset": "10"})
        stream.height, stream.width = deep.shape[:2]
        stream.pix_fmt, codec = "yuv420p10le", stream.codec_context
        codec.color_trc, codec.color_primaries, codec.colorspace = transfer, primaries, 6
        frame = av.VideoFrame.from_ndarray(deep, "rgb48le").reformat(format="yuv420p10le", dst_colorspace=5)
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)


@pytest.mark.parametrize("transfer", [PQ, HLG])
@pytest.mark.parametrize("kind", ["heic", "avif", "deep.avif"])
def test_hdr_looks_like_its_original(tmp_path, kind, transfer):
    srgb = np.kron(chart(), np.ones((4, 4, 1)))
    code, path = encoded(srgb, transfer), tmp_path / f"photo.{kind}"
    if kind == "heic":
        heic = HeifWriter()
        stated = [box("colr", colors(transfer))]
        deep = np.round(code * 65535).astype(np.uint16)
        heic.write(path, heic.picture(deep, pixel_format="yuv420p10le", properties=stated))
    elif kind == "deep.avif":
        write_deep_avif(path, np.round(code * 65535).astype(np.uint16), transfer, primaries=9)
    else:
        buffer = io.BytesIO()
        Image.fromarray(np.round(code * 255).astype(np.uint8)).save(buffer, "AVIF", quality=95, subsampling="4:4:4")
        data = buffer.getvalue()
        at = data.index(b"colrnclx") + 8
        path.write_bytes(data[:at] + struct.pack(">HH", 9, transfer) + data[at + 4 :])
    image = load_image(path)
    assert np.abs(image - 255 * srgb).mean() < LARGEST_MEAN_ERROR[transfer]


@pytest.mark.parametrize(("kind", "transfer"), [("heic", 1), ("avif", 1), ("avif", PQ)])
def test_ten_bits_leave_no_bands(tmp_path, kind, transfer):
    ramp = np.broadcast_to(np.linspace(20_000, 22_560, 640)[:, None], (64, 640, 3)).astype(np.uint16)  # ten levels
    path = tmp_path / f"ramp.{kind}"
    if kind == "heic":
        heic = HeifWriter()
        heic.write(path, heic.picture(ramp, pixel_format="yuv420p10le"))
    else:
        write_deep_avif(path, ramp, transfer, primaries=9 if transfer == PQ else 1)
    columns = load_image(path)[..., 1].astype(float).mean(0)
    if transfer != PQ:
        np.testing.assert_allclose(columns, ramp[0, :, 1] / 257, atol=2)
    assert len(np.unique(columns.round(2))) > 15


@pytest.mark.parametrize("orientation", [1, 6])
def test_tiles_of_ten_bits_leave_no_bands(tmp_path, orientation):
    ramp = np.broadcast_to(np.linspace(20_000, 22_560, 300)[:, None], (100, 300, 3)).astype(np.uint16)  # ten levels
    writer = AvifWriter()
    photograph = writer.picture(ramp, tile=128, orientation=orientation, pixel_format="yuv420p10le")
    image = load_image(writer.write(tmp_path / "p.avif", photograph))
    stored = image if orientation == 1 else np.rot90(image)
    columns = stored[..., 1].astype(float).mean(0)
    np.testing.assert_allclose(columns, ramp[0, :, 1] / 257, atol=2)
    assert len(np.unique(columns.round(2))) > 15


def test_the_dither_keeps_black_white_and_the_mean():
    for value in (0, 1000, 32_768, 65_535):
        eight = dithered(np.full((16, 16, 3), value, np.uint16))
        assert eight.mean() == pytest.approx(value / 257, abs=0.01)


@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_display_p3_without_a_profile_becomes_srgb(tmp_path, kind):
    color, path = (200, 60, 60), tmp_path / f"photo.{kind}"
    pixels = np.full((64, 64, 3), color, np.uint8)
    if kind == "heic":
        heic = HeifWriter()
        heic.write(path, heic.picture(pixels, properties=[box("colr", colors(13, primaries=12))]))
    else:
        Image.fromarray(pixels).save(path, "AVIF", quality=95, subsampling="4:4:4")
        data = path.read_bytes()
        at = data.index(b"colrnclx") + 8
        path.write_bytes(data[:at] + struct.pack(">HH", 12, 13) + data[at + 4 :])
    np.testing.assert_allclose(load_image(path)[32, 32], (217, 42, 52), atol=4)


def write_gain_map(path):
    """A photograph beside which a map says how much brighter HDR is: Ultra HDR, or HEIC of iPhones."""
    pixels, gain = quarters(128, 96), np.full((48, 64), 200, np.uint8)
    if path.suffix == ".heic":
        writer = HeifWriter()
        photograph = writer.picture(pixels, tile=64)
        writer.gain_map(gain, of=photograph)
        writer.write(path, photograph)
        return
    base, behind = (cv2.imencode(".jpg", image)[1].tobytes() for image in (pixels[..., ::-1], gain))
    names = (
        'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"'
    )
    items = (
        '<Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/>'
        f'<Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="{len(behind)}"/>'
    )
    told = segment(b"http://ns.adobe.com/xap/1.0/\0" + xmp(names, 'hdrgm:Version="1.0"', items))
    path.write_bytes(base[:2] + told + base[2:] + behind)


@pytest.mark.parametrize("name", ["ultra.jpg", "phone.heic"])
def test_of_a_photograph_with_a_gain_map_the_sdr_picture_is_shown(tmp_path, name):
    write_gain_map(tmp_path / name)
    source = open_source(SourceSettings(source=str(tmp_path / name)))
    assert isinstance(source, ImageSource)  # the map is no depth
    frame = source.read(640)
    assert frame.is_opaque is None
    assert np.abs(frame.image.astype(int) - quarters(128, 96)).mean() < 3
    np.testing.assert_allclose(corners(frame.image), (RED, GREEN, BLUE, GRAY), atol=4)
