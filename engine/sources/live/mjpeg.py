"""JPEG pictures that a camera sends over http, one after another (multipart/x-mixed-replace).

FFmpeg refuses cameras that send no boundary before their first picture, as many small ones do.
"""

import ssl
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPSHandler,
    build_opener,
)

import numpy as np

_MAX_BYTES = 1 << 26
"""No picture is larger than this."""
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA


class JpegParts:
    """The pictures of an open http answer, whatever separates them."""

    def __init__(self, answer: HTTPResponse, read_timeout_s: float) -> None:
        """Wait for the first picture. Raises OSError or HTTPException if none comes."""
        self._answer = answer
        self._pending = bytearray()
        self._first: bytes | None = self._next()
        raw: Any = answer.fp.raw
        raw._sock.settimeout(read_timeout_s)  # urllib has one timeout for opening and reading

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; return whether it came, and its bytes."""
        try:
            data = self._next() if self._first is None else self._first
        except (OSError, HTTPException, ValueError):  # ValueError: a chunk has no valid length
            return False, None
        self._first = None
        return True, np.frombuffer(data, np.uint8)

    def release(self) -> None:
        """Close the connection."""
        self._answer.close()

    def _next(self) -> bytes:
        """Return the next picture. Without boundary or header, it is recognized by its first bytes."""
        length: int | None = None
        has_header = False
        while True:
            while not self._pending:
                self._fill()
            if len(self._pending) < len(_START):
                self._fill()
            if self._pending.startswith(_START):
                return self._take(self._jpeg_length() if length is None else length)
            name, colon, value = self._line().partition(b":")
            if colon:
                has_header = True
                if name.strip().lower() == b"content-length" and value.strip().isdigit():
                    length = int(value)
            elif not name.strip() and has_header and length is not None:
                return self._take(length)  # whatever it is: the caller skips what is no picture

    def _line(self) -> bytes:
        while (end := self._pending.find(b"\n")) < 0:
            self._fill()
        return self._take(end + 1)

    def _take(self, count: int) -> bytes:
        while len(self._pending) < count:
            self._fill()
        data = bytes(self._pending[:count])
        del self._pending[:count]
        return data

    def _jpeg_length(self) -> int:
        """Return the length of the picture at the beginning of what is pending, from its own segments."""
        at = len(_START)
        while True:
            while len(self._pending) < at + 4:
                self._fill()
            if self._pending[at] != 0xFF or self._pending[at + 1] == _SCAN:
                break
            at += 2 + int.from_bytes(self._pending[at + 2 : at + 4], "big")  # a thumbnail in a segment has an end, too
        while (end := self._pending.find(_END, at)) < 0:
            at = max(at, len(self._pending) - 1)
            self._fill()
        return end + len(_END)

    def _fill(self) -> None:
        data = self._answer.read1(1 << 16)
        if not data:
            raise ConnectionError("the camera closed the connection")
        self._pending += data
        if len(self._pending) > _MAX_BYTES:
            raise ConnectionError("what the camera sends is no picture")


def open_parts(address: str, open_timeout_s: float, read_timeout_s: float) -> JpegParts | None:
    """Open an http address; return its pictures, or None if it sends something else.

    Raises OSError, HTTPException or ValueError if it does not answer.
    """
    parts = urlsplit(address)
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    passwords = HTTPPasswordMgrWithDefaultRealm()
    if parts.username is not None:
        passwords.add_password(None, plain, unquote(parts.username), unquote(parts.password or ""))
    unverified = ssl.create_default_context()  # cameras sign their certificates themselves, and FFmpeg accepts that
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    opener = build_opener(
        HTTPSHandler(context=unverified), HTTPBasicAuthHandler(passwords), HTTPDigestAuthHandler(passwords)
    )
    opener.addheaders = [("User-Agent", "da3d"), ("Accept", "*/*")]
    answer = opener.open(plain, timeout=open_timeout_s)
    if answer.headers.get_content_maintype() == "multipart":
        try:
            return JpegParts(answer, read_timeout_s)
        except BaseException:
            answer.close()
            raise
    answer.close()
    return None
