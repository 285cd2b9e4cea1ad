"""Depth inside JPEG photographs of phones."""

import struct
from base64 import b64encode

import cv2
import numpy as np
import pytest

from engine.frames import DepthKind
from engine.settings import SourceSettings
from engine.sources import open_source
from engine.sources.depth_map import DepthMapSource
from tests.sources.media import quarters, with_orientation

NEAR, FAR = 0.5, 4.0
DEPTH = np.linspace(NEAR, FAR, 60).astype(np.float32) * np.ones((40, 1), np.float32)
DEPTH[:20] = NEAR


def image(pixels: np.ndarray, suffix: str = ".png") -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def steps(form: str) -> np.ndarray:
    share = (DEPTH - NEAR) / (FAR - NEAR)
    return np.round(255 * (share if form == "RangeLinear" else share * FAR / DEPTH)).astype(np.uint8)


def segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def xmp(namespaces: str, attributes: str, inside: str = "") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"<rdf:Description {namespaces} {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def gdepth(form: str, units: str = ' GDepth:Units="m"') -> bytes:
    """The photograph, with the depth map in extended metadata that is stored in two parts."""
    name = 'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"'
    facts = f'GDepth:Format="{form}" GDepth:Near="{NEAR}" GDepth:Far="{FAR}" GDepth:Mime="image/png"{units}'
    more = xmp(name, f'GDepth:Data="{b64encode(image(steps(form))).decode()}"')
    parts = [(at, more[at : at + 500]) for at in range(0, len(more), 500)]
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">I", len(more))
    segments = [segment(b"http://ns.adobe.com/xap/1.0/\0" + xmp(name, facts))]
    segments += [segment(head + struct.pack(">I", at) + part) for at, part in parts]
    photograph = image(quarters(120, 80)[..., ::-1], ".jpg")
    return photograph[:2] + b"".join(segments) + photograph[2:]


def dynamic_depth(form: str) -> bytes:
    """The photograph, another image and the depth map, one behind the other."""
    base = "http://ns.google.com/photos/dd/1.0"
    names = f'xmlns:Item="{base}/item/" xmlns:DepthMap="{base}/depthmap/"'
    depth, other = image(steps(form)), b"anything"
    items = "".join(
        f'<Item:Entry Item:Length="{length}" Item:DataURI="{address}"/>'
        for address, length in (("primary", 0), ("other", len(other)), ("android/depthmap", len(depth)))
    )
    facts = (
        f'DepthMap:Format="{form}" DepthMap:Near="{NEAR}" DepthMap:Far="{FAR}" DepthMap:Units="mm" '
        'DepthMap:DepthURI="android/depthmap"'
    )
    photograph = image(quarters(120, 80)[..., ::-1], ".jpg")
    told = segment(b"http://ns.adobe.com/xap/1.0/\0" + xmp(names, facts, items))
    return photograph[:2] + told + photograph[2:] + other + depth


@pytest.mark.parametrize("form", ["RangeLinear", "RangeInverse"])
@pytest.mark.parametrize(("write", "unit"), [(gdepth, 1.0), (dynamic_depth, 0.001)])
def test_the_depth_is_used(tmp_path, write, form, unit):
    path = tmp_path / "photo.jpg"
    path.write_bytes(write(form))
    frame = open_source(SourceSettings(source=str(path))).read(640)
    assert frame.kind is DepthKind.METRIC
    np.testing.assert_allclose(frame.depth, DEPTH * unit, rtol=0.03)
    plain = open_source(SourceSettings(source=str(path), embedded_depth=False))
    assert not isinstance(plain, DepthMapSource)


def test_it_turns_with_the_photograph_and_has_no_unit_unless_told(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_orientation(gdepth("RangeLinear", units=""), 6))
    frame = open_source(SourceSettings(source=str(path))).read(640)
    assert frame.image.shape == (120, 80, 3)
    assert frame.kind is DepthKind.RELATIVE_DEPTH
    np.testing.assert_allclose(frame.depth, np.rot90(DEPTH, -1), rtol=0.03)


@pytest.mark.parametrize(
    ("before", "after"), [(b'Far="4.0"', b'Far="nan"'), (b"GDepth:Data", b"GDepth:Dat_"), (b"</rdf", b"<rdf")]
)
def test_depth_that_cannot_be_read_leaves_the_photograph(tmp_path, caplog, before, after):
    path = tmp_path / "photo.jpg"
    path.write_bytes(gdepth("RangeLinear").replace(before, after))
    assert not isinstance(open_source(SourceSettings(source=str(path))), DepthMapSource)
    assert "photo.jpg cannot be read" in caplog.text
