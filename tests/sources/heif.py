"""Writes HEIC as phones do: tiles, rotation, a second view, depth. Only what tests need of ISO/IEC 23008-12."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from engine.export.priorities import kept_priorities

ROTATIONS = {1: (0, None), 2: (0, 1), 3: (2, None), 4: (0, 0), 5: (1, 0), 6: (3, None), 7: (3, 0), 8: (1, None)}
"""By EXIF orientation: quarter turns counter-clockwise, then the mirror: 0 top to bottom, 1 left to right."""


def box(kind: str, content: bytes, version: int | None = None, flags: int = 0) -> bytes:
    head = b"" if version is None else struct.pack(">I", version << 24 | flags)
    return struct.pack(">I4s", 8 + len(head) + len(content), kind.encode()) + head + content


def hevc(rgb: np.ndarray, pixel_format: str = "yuv420p") -> tuple[bytes, bytes]:
    """The box hvcC and the coded picture, gray (h, w) or RGB (h, w, 3), of 8 or 16 bits."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream(
            "libx265",
            rate=25,
            options={"x265-params": "crf=4:log-level=none:keyint=1:info=0:frame-threads=1:pools=none"},
        )
        stream.height, stream.width = rgb.shape[:2]
        stream.pix_fmt = pixel_format if rgb.ndim == 3 else "gray"
        given = "gray" if rgb.ndim == 2 else "rgb24" if rgb.dtype == np.uint8 else "rgb48le"
        frame = av.VideoFrame.from_ndarray(rgb, given).reformat(format=stream.pix_fmt)
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    data = buffer.getvalue()
    return _box_in(data, b"hvcC"), _box_in(data, b"mdat")[8:]


def av1(rgb: np.ndarray, pixel_format: str = "yuv420p") -> tuple[bytes, bytes]:
    """The box av1C and the coded picture, RGB (h, w, 3) of 8 or 16 bits; `pixel_format` has 10."""
    buffer = io.BytesIO()
    with kept_priorities(), av.open(buffer, "w", format="avif") as container:
        stream = container.add_stream("libsvtav1", rate=1, options={"crf": "2", "preset": "10"})
        stream.height, stream.width = rgb.shape[:2]
        stream.pix_fmt, stream.codec_context.colorspace = pixel_format, 6
        frame = av.VideoFrame.from_ndarray(rgb, "rgb24" if rgb.dtype == np.uint8 else "rgb48le")
        for packet in (*stream.encode(frame.reformat(format=pixel_format, dst_colorspace=5)), *stream.encode()):
            container.mux(packet)
    data = buffer.getvalue()
    return _box_in(data, b"av1C"), _box_in(data, b"mdat")[8:]


class HeifWriter:
    """Collects items; `write` writes the file."""

    coded = staticmethod(hevc)
    kind = "hvc1"
    brands = b"heic\0\0\0\0mif1heic"

    def __init__(self) -> None:
        self._properties: list[bytes] = []
        self._infos: list[bytes] = []
        self._data: list[bytes] = []
        self._uses: list[list[int]] = []
        self._references: list[bytes] = []
        self._groups = b""

    def picture(
        self,
        rgb: np.ndarray,
        *,
        tile: int | None = None,
        orientation: int = 1,
        is_hidden: bool = False,
        pixel_format: str = "yuv420p",
        properties: Sequence[bytes] = (),
    ) -> int:
        """Add a picture, of square tiles if their side is given, with further properties; return its number."""
        height, width = rgb.shape[:2]
        if tile is None:
            config, data = self.coded(rgb, pixel_format)
            stated = [config, _size(width, height), *properties, *_turns(orientation)]
            return self._item(self.kind, data, stated, is_hidden)
        across, down = -(-width // tile), -(-height // tile)
        whole = np.pad(rgb, ((0, down * tile - height), (0, across * tile - width), (0, 0)), "edge")
        parts = [
            self.picture(
                whole[y * tile : (y + 1) * tile, x * tile : (x + 1) * tile], is_hidden=True, pixel_format=pixel_format
            )
            for y in range(down)
            for x in range(across)
        ]
        grid = struct.pack(">BBBBHH", 0, 0, down - 1, across - 1, width, height)
        number = self._item("grid", grid, [_size(width, height), *_turns(orientation)], is_hidden)
        self._refer("dimg", number, parts)
        return number

    def depth(self, gray: np.ndarray, of: int, orientation: int = 1) -> None:
        """Add 8-bit disparity (h, w) as phones do."""
        self._beside(gray, of, orientation, "urn:mpeg:hevc:2015:auxid:2")

    def alpha(self, gray: np.ndarray, of: int) -> None:
        self._beside(gray, of, 1, "urn:mpeg:hevc:2015:auxid:1")

    def gain_map(self, gray: np.ndarray, of: int) -> None:
        self._beside(gray, of, 1, "urn:com:apple:photo:2020:aux:hdrgainmap")

    def _beside(self, gray: np.ndarray, of: int, orientation: int, meaning: str) -> None:
        config, data = hevc(gray)
        kind = box("auxC", f"{meaning}\0".encode(), version=0)
        height, width = gray.shape
        number = self._item("hvc1", data, [config, _size(width, height), kind, *_turns(orientation)], False)
        self._refer("auxl", number, [of])

    def exif(self, of: int) -> None:
        data = struct.pack(">I", 6) + b"Exif\0\0II*\0\x08\0\0\0\0\0"
        self._refer("cdsc", self._item("Exif", data, [], True), [of])

    def stereo(self, left: int, right: int) -> None:
        self._groups = box("grpl", box("ster", struct.pack(">IIII", 99, 2, left, right), version=0))

    def write(self, path: Path, primary: int) -> Path:
        path.write_bytes(self._file(primary))
        return path

    def _item(self, kind: str, data: bytes, properties: Sequence[bytes], is_hidden: bool) -> int:
        number = len(self._infos) + 1
        self._infos.append(box("infe", struct.pack(">HH4sx", number, 0, kind.encode()), 2, int(is_hidden)))
        self._data.append(data)
        uses = []
        for entry in properties:
            if entry not in self._properties:
                self._properties.append(entry)
            uses.append(self._properties.index(entry) + 1)
        self._uses.append(uses)
        return number

    def _refer(self, kind: str, number: int, others: Sequence[int]) -> None:
        self._references.append(box(kind, struct.pack(f">HH{len(others)}H", number, len(others), *others)))

    def _file(self, primary: int) -> bytes:
        kinds = box("ftyp", self.brands)
        meta_bytes = len(self._meta(primary, 0))
        return kinds + self._meta(primary, len(kinds) + meta_bytes + 8) + box("mdat", b"".join(self._data))

    def _meta(self, primary: int, at: int) -> bytes:
        count, places = len(self._infos), b""
        uses = struct.pack(">I", count)
        for number, (data, used) in enumerate(zip(self._data, self._uses, strict=True), 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(data))
            at += len(data)
            uses += struct.pack(f">HB{len(used)}B", number, len(used), *(0x80 | use for use in used))
        return box(
            "meta",
            box("hdlr", b"\0\0\0\0pict" + bytes(13), 0)
            + box("pitm", struct.pack(">H", primary), 0)
            + box("iloc", struct.pack(">BBH", 0x44, 0, count) + places, 0)
            + box("iinf", struct.pack(">H", count) + b"".join(self._infos), 0)
            + box("iprp", box("ipco", b"".join(self._properties)) + box("ipma", uses, 0))
            + (box("iref", b"".join(self._references), 0) if self._references else b"")
            + self._groups,
            0,
        )


class AvifWriter(HeifWriter):
    """The same in AV1."""

    coded = staticmethod(av1)
    kind = "av01"
    brands = b"avif\0\0\0\0mif1avif"


def _size(width: int, height: int) -> bytes:
    return box("ispe", struct.pack(">II", width, height), 0)


def _turns(orientation: int) -> list[bytes]:
    quarters, mirror = ROTATIONS[orientation]
    turn = [box("irot", bytes([quarters]))] if quarters else []
    return turn + ([] if mirror is None else [box("imir", bytes([mirror]))])


def _box_in(data: bytes, kind: bytes) -> bytes:
    at = data.index(kind) - 4
    return data[at : at + struct.unpack_from(">I", data, at)[0]]
