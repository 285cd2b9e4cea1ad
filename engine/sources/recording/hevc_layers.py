"""The layers of an HEVC stream: what they are, and one of them as a stream of its own."""

import re
from collections.abc import Iterable

VPS, SEI = 32, 39
"""Types of NAL units: the parameter set of a video, which tells its layers; supplemental information."""
_HEADER_BYTES = 2
_HVCC_BYTES = 23
"""Those before the NAL units."""
_AUXILIARY = 1 << 12
"""Flag of streams whose second layer is something else than another view."""
_ALPHA = 1
"""What it then is: transparency, not depth (2)."""
_ALPHA_CHANNEL_INFO = 165
"""Type of the supplemental information about transparency."""


class _Bits:
    """Reads a NAL unit bit by bit. Raises IndexError at its end."""

    def __init__(self, unit: bytes) -> None:
        self._data = unit[2:].replace(b"\0\0\3", b"\0\0")
        self._at = 0

    def take(self, count: int) -> int:
        """Return an unsigned number of `count` bits."""
        value = 0
        for at in range(self._at, self._at + count):
            value = value << 1 | self._data[at >> 3] >> (7 - (at & 7)) & 1
        self._at += count
        return value

    def take_ue(self) -> int:
        """Return an unsigned number in Exp-Golomb code, ue(v)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def skip(self, count: int) -> None:
        """Go on `count` bits later."""
        self._at += count

    def align(self) -> None:
        """Go on at the next whole byte."""
        self._at = -(-self._at // 8) * 8


def kind_of(unit: bytes) -> int:
    """Return the type of a NAL unit."""
    return unit[0] >> 1 & 0x3F


def layer_of(unit: bytes) -> int:
    """Return the layer of a NAL unit; 0 is the base."""
    return (unit[0] & 1) << 5 | unit[1] >> 3


def units_of(data: bytes, length_bytes: int | None) -> list[bytes]:
    """Return the NAL units of a packet.

    length_bytes: of the length before each unit, as in MP4; None for start codes between them (annex B).
    """
    if length_bytes is None:
        return [unit for unit in re.split(b"\0\0\1", data)[1:] if len(unit) >= _HEADER_BYTES]
    found, at = [], 0
    while at + length_bytes < len(data):
        start = at + length_bytes
        at = start + int.from_bytes(data[at:start], "big")
        found.append(data[start:at])
    return [unit for unit in found if len(unit) >= _HEADER_BYTES]


def setup_of(extradata: bytes) -> tuple[list[bytes], int | None]:
    """Return the NAL units in a stream's extradata, and how many bytes of length its packets have before each unit.

    Extradata are an hvcC box, or NAL units with start codes, as the packets then are, too.
    """
    if extradata[:1] != b"\1" or len(extradata) < _HVCC_BYTES:
        return units_of(extradata, None), None
    found, at = [], _HVCC_BYTES
    for _ in range(extradata[22]):
        count = int.from_bytes(extradata[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            start = at + 2
            at = start + int.from_bytes(extradata[at:start], "big")
            found.append(extradata[start:at])
    return [unit for unit in found if len(unit) >= _HEADER_BYTES], (extradata[21] & 3) + 1


def as_stream(units: Iterable[bytes], layer: int) -> bytes:
    """Return the units of one layer as those of a stream that has no other, with start codes."""
    kept = []
    for unit in units:
        header = bytes([unit[0] & 0xFE, unit[1] & 7])
        if kind_of(unit) == VPS and len(unit) > 3:
            layers_is_one = bytes([unit[2] & 0xFC, unit[3] & 0x0F])
            kept.append(header + layers_is_one + unit[4:])
        elif layer_of(unit) == layer:
            kept.append(header + unit[2:])
    return b"".join(b"\0\0\0\1" + unit for unit in kept)


def has_alpha(vps: bytes) -> bool:
    """Return whether a VPS says that the second layer is the transparency of the first (ITU-T H.265, annex F)."""
    try:
        return _has_alpha(_Bits(vps))
    except IndexError:
        return False


def _has_alpha(bits: _Bits) -> bool:
    bits.skip(6)
    layers, sub_layers = bits.take(6) + 1, bits.take(3) + 1
    bits.skip(17)
    _skip_profile(bits, sub_layers, is_general_present=True)
    for _ in range(sub_layers if bits.take(1) else 1):
        for _ in range(3):
            bits.take_ue()
    max_layer_id, layer_sets = bits.take(6), bits.take_ue() + 1
    bits.skip((layer_sets - 1) * (max_layer_id + 1))
    if bits.take(1):  # timing
        bits.skip(64)
        if bits.take(1):
            bits.take_ue()
        if bits.take_ue():  # parameters of a reference decoder: not read here
            return False
    if layers != 2 or not bits.take(1):
        return False
    bits.align()
    _skip_profile(bits, sub_layers, is_general_present=False)
    is_split, scalability = bits.take(1), bits.take(16)
    if not scalability & _AUXILIARY:
        return False
    if is_split:  # the kind of the layer is in its number
        return True
    lengths = [bits.take(3) + 1 for _ in range(scalability.bit_count())]
    if bits.take(1):
        bits.skip(6)
    dimensions = [bits.take(length) for length in lengths]
    return dimensions[(scalability >> 13).bit_count()] == _ALPHA


def _skip_profile(bits: _Bits, sub_layers: int, *, is_general_present: bool) -> None:
    bits.skip(96 if is_general_present else 8)
    present = [(bits.take(1), bits.take(1)) for _ in range(sub_layers - 1)]
    bits.skip(2 * (9 - sub_layers) if present else 0)
    for has_profile, has_level in present:
        bits.skip(88 * has_profile + 8 * has_level)


def is_premultiplied(sei: bytes) -> bool | None:
    """Return whether colors are multiplied by alpha already, if supplemental information says so or not; else None."""
    bits = _Bits(sei)
    try:
        while True:
            kind, size = _sei_number(bits), _sei_number(bits)
            if kind == _ALPHA_CHANNEL_INFO:
                return None if bits.take(1) else bits.take(3) == 1
            bits.skip(8 * size)
    except IndexError:
        return None


def _sei_number(bits: _Bits) -> int:
    value = byte = bits.take(8)
    while byte == 255:
        byte = bits.take(8)
        value += byte
    return value
