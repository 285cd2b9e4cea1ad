"""A small RTSP server: one video in MPEG-2, sent in RTP over the connection it was asked for on."""

import io
import socket
import struct
import threading
import time
from contextlib import suppress
from fractions import Fraction

import av
import numpy as np

FPS = 30
PACKET_BYTES = 7 * 188
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n"
ANSWERS = {
    "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
    "DESCRIBE": f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n",
    "SETUP": "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
    "PLAY": "Session: 1\r\n",
}


def transport_stream(rgb: np.ndarray, seconds: float) -> bytes:
    """A still picture as MPEG-2 in an MPEG transport stream."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mpegts") as container:
        stream = container.add_stream("mpeg2video", rate=FPS)
        stream.height, stream.width = rgb.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.gop_size = 10
        for index in range(round(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


class RtspServer:
    """Plays `stream`, which lasts `seconds`, once to each who asks, and then hangs up."""

    def __init__(self, stream: bytes, seconds: float) -> None:
        self._packets = [stream[n : n + PACKET_BYTES] for n in range(0, len(stream), PACKET_BYTES)]
        self._pause_s = seconds / len(self._packets)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as requests:
            while line := requests.readline().decode():
                method = line.partition(" ")[0]
                headers = dict(header.decode().split(": ", 1) for header in iter(requests.readline, b"\r\n"))
                answer = f"RTSP/1.0 200 OK\r\nCSeq: {headers['CSeq'].strip()}\r\n{ANSWERS.get(method, '')}\r\n"
                connection.sendall((answer + (SDP if method == "DESCRIBE" else "")).encode())
                if method == "PLAY":
                    self._play(connection)
                    return

    def _play(self, connection: socket.socket) -> None:
        began_s = time.monotonic()
        for number, packet in enumerate(self._packets):
            ticks = int((time.monotonic() - began_s) * 90_000)
            rtp = struct.pack(">BBHII", 0x80, 33, number, ticks, 1) + packet
            connection.sendall(struct.pack(">cBH", b"$", 0, len(rtp)) + rtp)
            time.sleep(self._pause_s)
