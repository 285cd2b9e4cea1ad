"""Network streams: MJPEG over http, and rtsp."""

from typing import Any

import cv2

from engine.errors import SourceError
from engine.sources.address import SCHEMES, without_secrets
from engine.sources.live.opencv import CaptureSource

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 4.0
"""A stream that sends nothing for this long is closed and opened again. OpenCV's default is 30 s."""


class StreamSource(CaptureSource):
    """A live stream at an address. Recordings are refused, since they would play as fast as they arrive."""

    def __init__(self, address: str, open_timeout_s: float = OPEN_TIMEOUT_S, read_timeout_s: float = READ_TIMEOUT_S):
        name = without_secrets(address)
        if name.partition("://")[0] not in SCHEMES:
            raise SourceError(f"{name} has an unsupported protocol; use http, https, rtsp or rtsps")
        parameters = {
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: round(open_timeout_s * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC: round(read_timeout_s * 1000),
            cv2.CAP_PROP_N_THREADS: 1,  # each further thread delays the stream by one frame
        }
        flat = [number for pair in parameters.items() for number in pair]
        capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, flat)
        if not capture.isOpened():
            raise SourceError(
                f"{name} does not answer with a video; check the address, user and password, and that it is running"
            )
        if capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0:
            capture.release()
            raise SourceError(f"{name} is a recording, not a live stream; download it and open the file")
        super().__init__(name, capture)
        # OpenCV's FFmpeg would squeeze frames that change size into the size of the first
        is_mjpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == cv2.VideoWriter.fourcc(*"MJPG")
        self._is_jpeg = is_mjpeg and capture.set(cv2.CAP_PROP_FORMAT, -1)

    def _decoded(self, data: Any) -> Any:
        if not self._is_jpeg:
            return data
        try:
            return cv2.imdecode(data, cv2.IMREAD_COLOR)
        except cv2.error:  # no bytes, or too many pixels
            return None
