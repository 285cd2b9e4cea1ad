"""Pixels of video frames, of whatever format and color space."""

import re

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

from engine.frames import DeepImage
from engine.sources.dither import dithered
from engine.sources.recording.tone_map import ASSUMED_PEAK_NITS, FORMAT, ToneMapper, is_hdr, is_wide, peak_nits

UNSPECIFIED_COLORSPACE = 2
"""FFmpeg's AVCOL_SPC_UNSPECIFIED."""
HD_HEIGHT_PX = 720
"""Videos without a stated color space are taken to be BT.709 from this height on, and BT.601 below."""


_EIGHT_BITS = re.compile(r"(yuva?4[0-9]{2}p)(?:9|1[0-6])(?:le|be)")
"""Formats with more than 8 bits; the group is the same one with 8."""


class FrameConverter:
    """Converts frames to pixels, and keeps what it prepared for the next frame of the same kind."""

    def __init__(self, peak_nits: float | None = None) -> None:
        """`peak_nits`: brightest pixel of an HDR video; None to ask its first frame.

        Only that one is asked: PyAV's side data keeps its frame in memory until the garbage collector runs.
        """
        self.peak_nits = peak_nits
        self._reformatter, self._reducer = VideoReformatter(), VideoReformatter()
        self._mapper: ToneMapper | None = None
        self._mapped: tuple[int, int, int, int, float] | None = None
        """What the tone mapper was made for."""

    def run(self, frame: VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
        """Return a frame of this size as RGB or, if it may be transparent, as RGBA (H, W, C)."""
        space, has_alpha = _matrix_of(frame), has_transparency(frame)
        if is_hdr(frame) or is_wide(frame):
            rgb = dithered(self.run_deep(frame, width, height, keeps_hdr=False))
            return rgb if not has_alpha else np.dstack([rgb, self._alpha(frame, width, height)])
        eight_bits = _EIGHT_BITS.fullmatch(frame.format.name)
        if eight_bits is not None:  # only there, FFmpeg dithers
            frame = self._reduced(frame, width, height, eight_bits[1])
        pixels = self._reformat(frame, width, height, "rgba" if has_alpha else "rgb24", space)
        return np.asarray(pixels.to_ndarray(), np.uint8)

    def run_deep(self, frame: VideoFrame, width: int, height: int, *, keeps_hdr: bool) -> DeepImage:
        """Return a frame of this size in 16 bits, (H, W, 3). White is 0xFF00, as everywhere in FFmpeg.

        keeps_hdr: leave HDR as it is; otherwise it is tone-mapped. Wide gamuts of SDR become sRGB.
        """
        deep = self._reformat(frame, width, height, FORMAT, _matrix_of(frame))
        if (is_hdr(frame) and not keeps_hdr) or (is_wide(frame) and not is_hdr(frame)):
            deep = self._mapper_for(frame, width, height).run(deep)
        return np.asarray(self._reformat(deep, width, height, "rgb48le", None).to_ndarray(), np.uint16)

    def _alpha(self, frame: VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
        """Return the transparency of a frame as one of this size (H, W)."""
        return np.asarray(self._reformat(frame, width, height, "rgba", None).to_ndarray(), np.uint8)[..., 3]

    def _reduced(self, frame: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
        """Return a frame with 9 to 16 bits as one of this size with 8, dithered."""
        return self._reducer.reformat(
            frame, width, height, pixel_format, interpolation=Interpolation.BILINEAR, threads=1
        )

    def _reformat(
        self, frame: VideoFrame, width: int, height: int, pixel_format: str, space: Colorspace | None
    ) -> VideoFrame:
        return self._reformatter.reformat(
            frame,
            width,
            height,
            pixel_format,
            src_colorspace=space,
            interpolation=Interpolation.BILINEAR,
            threads=1,  # the network needs the cores more
        )

    def _mapper_for(self, frame: VideoFrame, width: int, height: int) -> ToneMapper:
        if self.peak_nits is None:
            self.peak_nits = peak_nits(frame)
        kind = width, height, int(frame.color_trc), int(frame.color_primaries), self.peak_nits
        if self._mapper is None or kind != self._mapped:
            self._mapper, self._mapped = ToneMapper(*kind), kind
        return self._mapper


def has_transparency(frame: VideoFrame) -> bool:
    """Return whether a frame has an alpha channel."""
    return any(component.is_alpha for component in frame.format.components)


def _matrix_of(frame: VideoFrame) -> Colorspace | None:
    """Return the color matrix of a frame that does not state it; None if it does, or if that is FFmpeg's default."""
    if frame.colorspace != UNSPECIFIED_COLORSPACE:
        return None
    return Colorspace.BT2020 if is_hdr(frame) else Colorspace.ITU709 if frame.height >= HD_HEIGHT_PX else None


def image_to_srgb(pixels: NDArray[np.uint16], transfer: int, primaries: int) -> NDArray[np.uint8]:
    """Return an image (H, W, 3) of 16 bits, HDR or of a wide gamut, in sRGB.

    `transfer`, `primaries`: in FFmpeg's numbers, those of ITU-T H.273.
    """
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb48le")
    frame.color_trc, frame.color_primaries = ColorTrc(transfer), ColorPrimaries(primaries)
    return FrameConverter(ASSUMED_PEAK_NITS).run(frame, frame.width, frame.height)
