"""Tone mapping and wide gamuts: video in PQ and HLG (ITU-R BT.2100), BT.2020 and Display-P3 as SDR in sRGB.

The brightness is rolled off as by the EETF of ITU-R BT.2390, from the brightest the video states to the white of
graphics, 203 nits (ITU-R BT.2408). All of it is a table of colors, which FFmpeg applies.
"""

import struct
import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from av.filter import Graph
from av.sidedata.sidedata import SideData
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc
from numpy.typing import NDArray

Array = NDArray[np.float64]

FORMAT = "gbrp16le"
TIME_BASE = Fraction(1)
WHITE_NITS = 203.0
"""What becomes white in SDR."""
ASSUMED_PEAK_NITS = 1000.0
"""Brightest pixel of a video that does not state it, and the brightest of HLG."""
_HDR = frozenset({int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)})
_PQ_NITS = 10_000.0
_SIDE = 33
"""Colors along each axis of the table. PQ and HLG are even steps for the eye, so FFmpeg may interpolate."""
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C, _HLG_GAMMA = 0.17883277, 0.28466892, 0.55991073, 1.2
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593])
_TO_BT709 = {
    int(ColorPrimaries.BT2020): np.array(
        [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
    ),
    int(ColorPrimaries.SMPTE432): np.array(  # Display-P3
        [[1.224940, -0.224940, 0.0], [-0.042057, 1.042057, 0.0], [-0.019638, -0.078636, 1.098274]]
    ),
}
"""Linear colors by their primaries."""


class ToneMapper:
    """Applies the table of colors to frames of one size."""

    def __init__(self, width: int, height: int, transfer: int, primaries: int, peak_nits: float) -> None:
        """Use the table for this transfer function and these primaries, of FFmpeg's numbers, up to `peak_nits`."""
        self._graph = graph = Graph()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "hdr.cube")
            path.write_text(_cube(transfer, primaries, peak_nits), encoding="ascii")
            source = graph.add_buffer(
                width=width, height=height, format=VideoFormat(FORMAT, width, height), time_base=TIME_BASE
            )
            # in a graph, a colon and a backslash have a meaning, and Windows has them in paths
            quoted = path.as_posix().replace(":", r"\:")
            table = graph.add("lut3d", f"file='{quoted}':interp=tetrahedral")
            sink = graph.add("buffersink")
            source.link_to(table)
            table.link_to(sink)
            graph.configure()

    def run(self, frame: VideoFrame) -> VideoFrame:
        """Return a frame in FORMAT as SDR, in the same format."""
        frame.time_base = TIME_BASE
        frame.pts = 0
        self._graph.push(frame)
        mapped = self._graph.pull()
        assert isinstance(mapped, VideoFrame)
        return mapped


def is_hdr(frame: VideoFrame) -> bool:
    """Return whether a frame is in PQ or HLG."""
    return frame.color_trc in _HDR


def is_wide(frame: VideoFrame) -> bool:
    """Return whether a frame has more colors than sRGB."""
    return frame.color_primaries in _TO_BT709


def peak_nits(frame: VideoFrame) -> float:
    """Return the brightness of the brightest pixel of the video, as it states it."""
    if frame.color_trc == ColorTrc.SMPTE2084:
        stated = frame.side_data.get("CONTENT_LIGHT_LEVEL")
        if isinstance(stated, SideData) and len(bytes(stated)) >= 4:
            (brightest,) = struct.unpack_from("=I", bytes(stated))
            if brightest:
                return float(np.clip(brightest, WHITE_NITS, _PQ_NITS))
    return ASSUMED_PEAK_NITS


def to_srgb(encoded: Array, transfer: int, peak: float, primaries: int = int(ColorPrimaries.BT2020)) -> Array:
    """Return R'G'B' (…, 3) of these primaries, 0 to 1, as sRGB. Unknown primaries of HDR are those of BT.2020."""
    if transfer in _HDR:
        linear = _tone_mapped(encoded, transfer, peak) / WHITE_NITS
    else:  # SDR is shown as if it were in sRGB
        linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ _TO_BT709.get(primaries, _TO_BT709[int(ColorPrimaries.BT2020)]).T, 0, 1)
    srgb: Array = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return srgb


def from_srgb(srgb: Array, transfer: int, primaries: int) -> Array:
    """Return sRGB colors (…, 3), whose white is that of graphics, in PQ or HLG with these primaries."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_bt709 = _TO_BT709.get(primaries, _TO_BT709[int(ColorPrimaries.BT2020)])
    nits = WHITE_NITS * np.clip(linear @ np.linalg.inv(to_bt709).T, 0, 1)
    return _nits_to_pq(nits) if transfer == ColorTrc.SMPTE2084 else _nits_to_hlg(nits)


def _tone_mapped(encoded: Array, transfer: int, peak: float) -> Array:
    """Return R'G'B' (…, 3) of BT.2100 as nits up to WHITE_NITS."""
    nits = _pq_to_nits(encoded) if transfer == ColorTrc.SMPTE2084 else _hlg_to_nits(encoded)
    brightest = nits.max(-1, keepdims=True)
    mapped: Array = nits * (_rolled_off(brightest, peak) / np.maximum(brightest, 1e-6))
    return mapped


def _rolled_off(nits: Array, peak: float) -> Array:
    """Compress brightness up to `peak` to WHITE_NITS: section 5.4.1 of BT.2390, without its black level."""
    top = _nits_to_pq(np.array(peak))
    value, highest = np.minimum(_nits_to_pq(nits) / top, 1), _nits_to_pq(np.array(WHITE_NITS)) / top
    knee = 1.5 * highest - 0.5
    if knee >= 1:
        return nits
    t = np.clip((value - knee) / (1 - knee), 0, 1)
    curve = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * highest
    return _pq_to_nits(np.where(value < knee, value, curve) * top)


def _pq_to_nits(encoded: Array) -> Array:
    power = np.maximum(encoded, 0) ** (1 / _M2)
    return _PQ_NITS * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)


def _nits_to_pq(nits: Array) -> Array:
    power = np.clip(nits / _PQ_NITS, 0, 1) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


def _hlg_to_nits(encoded: Array) -> Array:
    scene = np.where(encoded <= 0.5, encoded**2 / 3, (np.exp((encoded - _HLG_C) / _HLG_A) + _HLG_B) / 12)
    luminance = scene @ _LUMINANCE
    nits: Array = ASSUMED_PEAK_NITS * np.maximum(luminance, 1e-9)[..., None] ** (_HLG_GAMMA - 1) * scene
    return nits


def _nits_to_hlg(nits: Array) -> Array:
    display = nits / ASSUMED_PEAK_NITS
    luminance = np.maximum(display @ _LUMINANCE, 1e-9)
    scene = display * luminance[..., None] ** (1 / _HLG_GAMMA - 1)
    high = _HLG_A * np.log(np.maximum(12 * scene - _HLG_B, 1e-9)) + _HLG_C
    encoded: Array = np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)
    return encoded


@lru_cache(maxsize=4)
def _cube(transfer: int, primaries: int, peak: float) -> str:
    """Return the table in the format of .cube files, in which red changes fastest."""
    axis = np.linspace(0, 1, _SIDE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    table = to_srgb(np.stack([red, green, blue], -1).reshape(-1, 3), transfer, peak, primaries)
    return f"LUT_3D_SIZE {_SIDE}\n" + "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table)
