"""Network streams: MJPEG over http, and what FFmpeg plays over http and rtsp."""

from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import cv2

from engine.errors import SourceError
from engine.logs import without_secrets
from engine.sources.address import SCHEMES
from engine.sources.image_file import is_too_large, turned
from engine.sources.jpeg import decode_jpeg
from engine.sources.live.mjpeg import JpegParts, open_parts
from engine.sources.live.opencv import CaptureSource

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 12.0
"""A stream that sends nothing for this long is closed and opened again. Some cameras send a picture every 5 s."""
_HEADER_BYTES = 1 << 17
"""A JPEG states its size within its first bytes, after its metadata."""


class StreamSource(CaptureSource):
    """A live stream at an address. Recordings are refused, since they would play as fast as they arrive."""

    def __init__(self, address: str, open_timeout_s: float = OPEN_TIMEOUT_S, read_timeout_s: float = READ_TIMEOUT_S):
        name = without_secrets(address)
        scheme = name.partition("://")[0]
        if scheme not in SCHEMES:
            raise SourceError(f"{name} has an unsupported protocol; use http, https, rtsp or rtsps")
        if not _has_valid_host(address):
            raise SourceError(
                f"{name} is not a valid address; in user and password, write / as %2F, ? as %3F, # as %23 and @ as %40"
            )
        parts = None
        try:
            if scheme in {"http", "https"}:
                parts = open_parts(address, open_timeout_s, read_timeout_s)
        except (OSError, HTTPException, ValueError):  # from None: the cause may name the address
            raise SourceError(_no_answer(name)) from None
        capture = parts or _open_with_ffmpeg(address, open_timeout_s, read_timeout_s)
        super().__init__(name, capture, garbage_s=read_timeout_s)
        self._is_jpeg = isinstance(capture, JpegParts) or _gives_jpegs(capture)

    def _decoded(self, data: Any) -> Any:
        if not self._is_jpeg:
            return data
        if is_too_large(data[:_HEADER_BYTES].tobytes()):
            return None
        photograph = decode_jpeg(data.tobytes())
        if photograph is not None:
            return cv2.cvtColor(turned(*photograph), cv2.COLOR_RGB2BGR)
        try:
            return cv2.imdecode(data, cv2.IMREAD_COLOR)  # it needs no end
        except cv2.error:  # no bytes, or too many pixels
            return None


def _open_with_ffmpeg(address: str, open_timeout_s: float, read_timeout_s: float) -> cv2.VideoCapture:
    """Open an address. Raises SourceError."""
    parameters = {
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: round(open_timeout_s * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC: round(read_timeout_s * 1000),
        cv2.CAP_PROP_N_THREADS: 1,  # each further thread delays the stream by one frame
    }
    flat = [number for pair in parameters.items() for number in pair]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, flat)
    if not capture.isOpened():
        raise SourceError(_no_answer(without_secrets(address)))
    if capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0:
        capture.release()
        raise SourceError(
            f"{without_secrets(address)} is a recording, not a live stream; download it and open the file"
        )
    return capture


def _gives_jpegs(capture: cv2.VideoCapture) -> bool:
    """Let MJPEG be read as it is: FFmpeg would squeeze frames that change size into the size of the first."""
    is_mjpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == cv2.VideoWriter.fourcc(*"MJPG")
    return is_mjpeg and capture.set(cv2.CAP_PROP_FORMAT, -1)


def _has_valid_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # the port is no number, or a bracket is open
        return False


def _no_answer(name: str) -> str:
    return f"{name} does not answer with a video; check the address, user and password, and that it is running"
