"""The depth that phones store in JPEG files: in their XMP metadata (GDepth), or as a second image behind the first
(Dynamic Depth). Both are formats of Google.
"""

import struct
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from itertools import accumulate
from xml.etree import ElementTree

import cv2
import numpy as np

from engine.frames import DepthKind, DepthMap
from engine.sources.base import MAX_PIXELS
from engine.sources.image_size import stated_size

_XMP, _MORE_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_GDEPTH = "{http://ns.google.com/photos/1.0/depthmap/}"
_DYNAMIC = "{http://ns.google.com/photos/dd/1.0/depthmap/}"
_ITEM = "{http://ns.google.com/photos/dd/1.0/item/}"
_METERS = {"m": 1.0, "mm": 0.001}
_ERRORS = (ElementTree.ParseError, KeyError, ValueError, Base64Error, struct.error, IndexError, cv2.error)


def depth_in_jpeg(data: bytes) -> tuple[DepthMap, DepthKind] | None:
    """Return the depth (h, w) in a JPEG file, as it is stored, and its kind; None without one.

    Raises ValueError if it cannot be read.
    """
    try:
        found = [_properties(text) for text in _xmp(data)]
        for prefix, image in ((_GDEPTH, _in_metadata), (_DYNAMIC, _behind)):
            facts = {name: value for properties in found for name, value in properties if name.startswith(prefix)}
            if facts:
                return _as_depth({name.removeprefix(prefix): v for name, v in facts.items()}, image(data, facts, found))
    except _ERRORS as error:
        raise ValueError(str(error)) from error
    return None


Properties = list[tuple[str, str]]


def _xmp(data: bytes) -> Iterator[bytes]:
    """Yield the XMP metadata, and the extended metadata, which is stored in parts."""
    at, parts = 2, {}
    while data[at : at + 1] == b"\xff" and data[at + 1] not in (0xD9, 0xDA):
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at + 4 : at + 2 + length]
        if segment.startswith(_XMP):
            yield segment.removeprefix(_XMP)
        elif segment.startswith(_MORE_XMP):
            head = len(_MORE_XMP) + 32
            (offset,) = struct.unpack_from(">I", segment, head + 4)
            parts[offset] = segment[head + 8 :]
        at += 2 + length
    if parts:
        yield b"".join(parts[offset] for offset in sorted(parts))


def _properties(text: bytes) -> Properties:
    """Return the properties in XMP metadata: they are attributes or elements."""
    found: Properties = []
    for element in ElementTree.fromstring(text).iter():
        found += element.attrib.items()
        if element.text and element.text.strip():
            found.append((element.tag, element.text.strip()))
    return found


def _in_metadata(_data: bytes, facts: dict[str, str], _found: list[Properties]) -> bytes:
    return b64decode(facts[_GDEPTH + "Data"])


def _behind(data: bytes, facts: dict[str, str], found: list[Properties]) -> bytes:
    """Return the image that the depth's address names. The images lie one behind the other at the end of the file."""
    properties = [entry for one in found for entry in one]
    lengths = [int(value) for name, value in properties if name == _ITEM + "Length"]
    addresses = [value for name, value in properties if name == _ITEM + "DataURI"]
    # the first image, which is the photograph, may say neither
    lengths, addresses = lengths[-len(addresses) :], addresses[-len(lengths) :]
    ends = [len(data) - behind for behind in accumulate(lengths[:0:-1], initial=0)][::-1]
    place = addresses.index(facts[_DYNAMIC + "DepthURI"])
    return data[ends[place] - lengths[place] : ends[place]]


def _as_depth(facts: dict[str, str], image: bytes) -> tuple[DepthMap, DepthKind]:
    """Return the depth that the values of an image stand for."""
    size = stated_size(image)
    if size is None or size[0] * size[1] > MAX_PIXELS:
        raise ValueError("its depth map is not an image, or too large")
    stored = cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_ANYDEPTH | cv2.IMREAD_GRAYSCALE)
    if stored is None:
        raise ValueError("its depth map is damaged")
    share = stored.astype(np.float32) / np.iinfo(stored.dtype).max
    near, far = float(facts["Near"]), float(facts["Far"])
    if not 0 < near < far < float("inf"):
        raise ValueError(f"its depth reaches from {near:g} to {far:g}")
    if facts["Format"].endswith("RangeInverse"):
        depth = far * near / (far - share * (far - near))
    else:
        depth = near + share * (far - near)
    meters = _METERS.get(facts.get("Units", "").lower())
    return np.asarray(depth * (meters or 1), np.float32), DepthKind.METRIC if meters else DepthKind.RELATIVE_DEPTH
