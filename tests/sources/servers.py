"""Live things to read from: an MJPEG server, and a display whose pixels the test sets."""

import hashlib
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

FPS = 30


def need(tool: str) -> str:
    """The path of a program that a test runs. Without it the test is skipped; in CI it fails."""
    path = shutil.which(tool)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"{tool} is missing; see tools/setup.sh")
        pytest.skip(f"{tool} is missing")
    return path


def jpeg(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", rgb[..., ::-1])[1].tobytes()


class MjpegServer:
    """Sends what `picture(n)` gives, JPEG bytes, for n = 0, 1, 2 … to whoever asks; silent while `is_stalled`.

    raw: what to send for n instead, with whatever separates the pictures.
    digest: user and password that are asked for.
    """

    def __init__(
        self,
        picture: Callable[[int], bytes],
        port: int = 0,
        authorization: str | None = None,
        *,
        raw: Callable[[int], bytes] | None = None,
        period_s: float = 1 / FPS,
        digest: tuple[str, str] | None = None,
    ) -> None:
        self.picture = picture
        self._raw, self._period_s, self._digest = raw, period_s, digest
        self.is_stalled = False
        self.sent_s: dict[int, float] = {}
        """When each picture was sent last, by `time.monotonic`."""
        self.requests: list[bytes] = []
        self._authorization = authorization
        self._sockets: list[socket.socket] = []
        self._is_running = True
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/camera"

    def kill(self) -> None:
        self._is_running = False
        for open_socket in (self._listener, *self._sockets):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()

    def _accept(self) -> None:
        while self._is_running:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            request = connection.recv(4096)
            self.requests.append(request)
            if self._authorization and f"Authorization: Basic {self._authorization}".encode() not in request:
                connection.sendall(b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="a"\r\n\r\n')
                connection.close()
                return
            if self._digest and not _is_digest_of(*self._digest, request):
                challenge = b'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth"\r\n'
                connection.sendall(b"HTTP/1.0 401 Unauthorized\r\n" + challenge + b"\r\n")
                connection.close()
                return
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=next\r\n\r\n")
            n = 0
            while self._is_running:
                if not self.is_stalled:
                    connection.sendall(self._part(self.picture(n)) if self._raw is None else self._raw(n))
                    self.sent_s[n] = time.monotonic()
                    n += 1
                time.sleep(self._period_s)
        except OSError:
            pass

    def _part(self, data: bytes) -> bytes:
        head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data + b"\r\n"


def _is_digest_of(user: str, password: str, request: bytes) -> bool:
    """Whether a request carries the answer to a challenge (RFC 7616, with MD5)."""
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', request.decode().partition("Authorization: Digest ")[2]))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    if not fields:
        return False
    secret, path = md5(f"{user}:a:{password}"), md5(f"GET:{fields['uri']}")
    return fields["response"] == md5(f"{secret}:b:{fields['nc']}:{fields['cnonce']}:auth:{path}")


class Display:
    """An X server of the test's own. What is written into `rgb` (H, W, 3), a view, is on the screen at once."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        readable, writable = os.pipe()
        self._server = subprocess.Popen(
            [need("Xvfb"), "-displayfd", str(writable), "-noreset", "-nolisten", "tcp",
             "-screen", "0", f"{width}x{height}x24", "-fbdir", str(folder)],
            pass_fds=[writable], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writable)
        with os.fdopen(readable) as pipe:
            self.name = f":{pipe.readline().strip()}"
        path = folder / "Xvfb_screen0"  # in the format of xwd
        header = struct.unpack(">25I", path.read_bytes()[:100])
        line_bytes, colors = header[12], header[19]
        pixels = np.memmap(path, np.uint8, "r+", header[0] + 12 * colors, (height, line_bytes))
        self.rgb = pixels[:, : 4 * width].reshape(height, width, 4)[..., 2::-1]

    def set_monitors(self, **monitors: str) -> None:
        """Split the screen into monitors, given as WIDTHxHEIGHT+X+Y; that called primary is it."""
        for name, geometry in monitors.items():
            size, x, y = geometry.split("+")
            width, height = size.split("x")
            argument = ("*" if name == "primary" else "") + name
            output = "screen" if name == next(iter(monitors)) else "none"
            subprocess.run(
                [need("xrandr"), "-d", self.name, "--setmonitor", argument, f"{width}/9x{height}/9+{x}+{y}", output],
                check=True, capture_output=True,
            )  # fmt: skip

    def kill(self) -> None:
        # a signal that comes just before the server goes to sleep is not seen until its next timer, in ten minutes
        while self._server.poll() is None:
            self._server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(1)
