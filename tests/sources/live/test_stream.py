import http.server
import threading
import time
from base64 import b64encode
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SourceError
from engine.sources.live.stream import READ_TIMEOUT_S, StreamSource
from tests.sources.conftest import Begin, Recorder, Serve
from tests.sources.media import BLUE, GRAY, GREEN, RED, corners, quarters, write_clip
from tests.sources.rtsp import RtspServer, transport_stream
from tests.sources.servers import jpeg
from tests.waiting import wait_for

JPEG_TOLERANCE = 6


def numbered(n: int) -> bytes:
    """A picture that shows `n`, up to 4095, as twelve stripes."""
    stripes = np.array([255 * (n >> bit & 1) for bit in range(12)], np.uint8)
    return jpeg(np.broadcast_to(np.repeat(stripes, 16)[None, :, None], (96, 192, 3)))


def number_on(image: np.ndarray) -> int:
    middle = image[image.shape[0] // 2].mean(-1).reshape(12, -1).mean(-1)
    return sum(int(value > 127) << bit for bit, value in enumerate(middle))


def test_pictures_arrive_in_rgb_and_are_scaled_down(serve: Serve) -> None:
    source = StreamSource(serve().address)
    asked_s = time.monotonic()
    frame = source.read(640)
    assert asked_s <= frame.time_s <= time.monotonic()
    np.testing.assert_allclose(corners(frame.image), (RED, GREEN, BLUE, GRAY), atol=JPEG_TOLERANCE)
    assert frame.image.shape == (240, 320, 3)
    assert source.read(64).image.shape == (48, 64, 3)
    source.close()


def test_a_slow_consumer_sees_new_pictures(serve: Serve, begin: Begin, box: Recorder) -> None:
    """Whoever looks seldom gets the newest picture, not the next one of a queue."""
    server = serve(numbered)
    begin(source=server.address)
    for looks in (1, 2, 3):
        wait_for(lambda looks=looks: len(server.sent_s) > 20 * looks)
        server.is_stalled = True
        wait_for(lambda: number_on(box.frames[-1].image) >= max(server.sent_s) - 1)
        frame = box.take()
        assert number_on(frame.image) >= max(server.sent_s) - 1
        server.is_stalled = False
    for frame in box.frames:
        number = number_on(frame.image)
        assert number == 0 or frame.time_s > server.sent_s[number - 1], "claims to be older than it is"


def test_a_stall_is_noticed_while_reading_blocks(
    serve: Serve, begin: Begin, box: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sources.reader.STALL_S", 0.5)
    server = serve()
    switch = begin(source=server.address)
    wait_for(lambda: switch.frames_read > 3)
    server.is_stalled = True
    wait_for(lambda: "no frame for" in (switch.message or ""))
    assert switch.is_lost
    server.is_stalled = False
    wait_for(lambda: switch.message is None and not switch.is_lost)
    assert len(server.requests) == 1  # a short silence costs no new connection


@pytest.mark.slow
def test_a_stream_that_stays_silent_is_fetched_anew(serve: Serve, begin: Begin) -> None:
    server = serve()
    switch = begin(patient=True, source=server.address, open_source=lambda s: StreamSource(s.source, 0.5, 0.5))
    wait_for(lambda: switch.frames_read > 3)
    server.is_stalled = True
    wait_for(lambda: len(server.requests) > 2 and "reconnecting" in (switch.message or ""))
    server.is_stalled = False
    wait_for(lambda: switch.message is None)


def test_a_stream_that_is_killed_and_restarted_comes_back(
    serve: Serve, begin: Begin, box: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "engine")
    server = serve()
    switch = begin(source=server.address)
    wait_for(lambda: switch.frames_read > 3)
    server.kill()
    wait_for(lambda: "does not answer" in (switch.message or ""))
    before = switch.frames_read
    assert switch.size_px == (320, 240)
    wide = jpeg(quarters(400, 100))
    serve(lambda n: wide, port=server.port)
    wait_for(lambda: switch.frames_read > before + 3)
    assert switch.message is None
    assert switch.size_px == (400, 100)
    messages = [record.message for record in caplog.records]
    assert [message.rpartition("/camera")[2] for message in messages] == [
        " stopped sending frames; retrying",
        " is available",
    ]


def test_pictures_may_change_size_in_the_middle(serve: Serve, begin: Begin, box: Recorder) -> None:
    sizes = [(320, 240), (160, 240), (400, 100)]
    pictures = [jpeg(quarters(*size)) for size in sizes]
    server = serve(lambda n: pictures[min(n // 8, 2)])
    switch = begin(source=server.address)
    wait_for(lambda: switch.size_px == sizes[2])
    seen = [frame.image.shape[1::-1] for frame in box.frames]
    assert list(dict.fromkeys(seen)) == sizes
    for frame in box.frames:
        np.testing.assert_allclose(corners(frame.image), (RED, GREEN, BLUE, GRAY), atol=JPEG_TOLERANCE)


def test_garbage_among_the_pictures_is_left_out(
    serve: Serve, begin: Begin, box: Recorder, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
) -> None:
    good = jpeg(quarters(320, 240))
    garbage = [b"", b"no picture", good[:20], good[:-500] + bytes(500), b"\xff\xd8\xff\xd9"]
    switch = begin(source=serve(lambda n: garbage[n // 2 % 5] if n % 2 else good).address)
    wait_for(lambda: switch.frames_read > 30)
    assert switch.message is None
    assert {frame.image.shape for frame in box.frames} == {(240, 320, 3)}
    assert ["an invalid frame" in record.message for record in caplog.records] == [True]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("when", ["stalled", "connecting"])
def test_closing_does_not_wait(serve: Serve, begin: Begin, when: str) -> None:
    server = serve()
    server.is_stalled = when == "connecting"
    switch = begin(source=server.address, patient=True, open_source=lambda s: StreamSource(s.source, 3600, 3600))
    wait_for(lambda: server.requests if when == "connecting" else switch.frames_read)
    server.is_stalled = True
    switch.close()  # else it would be an hour


def test_user_and_password_are_sent_and_never_shown(
    serve: Serve, begin: Begin, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    server = serve(authorization=b64encode(b"anna:s3cret").decode())
    switch = begin(source=f"http://anna:s3cret@127.0.0.1:{server.port}/camera?key=s3cret")
    wait_for(lambda: switch.frames_read > 1)
    shown = [switch.name]
    server.kill()
    wait_for(lambda: "does not answer" in (switch.message or ""))
    shown += [switch.message, caplog.text, *capfd.readouterr()]
    assert "s3cret" not in "".join(shown)
    assert "anna" not in "".join(shown)


def test_a_wrong_password_is_explained(serve: Serve) -> None:
    server = serve(authorization=b64encode(b"anna:s3cret").decode())
    with pytest.raises(SourceError, match="user and password") as caught:
        StreamSource(server.address.replace("127", "anna:wr0ng@127"))
    assert "wr0ng" not in str(caught.value)


def test_a_server_that_says_nothing_is_given_up(serve: Serve) -> None:
    server = serve()
    server.is_stalled = True
    with pytest.raises(SourceError, match="does not answer"):
        StreamSource(server.address, open_timeout_s=0.5)


def test_rtsp(begin: Begin, box: Recorder) -> None:
    """Played to its end and fetched anew."""
    server = RtspServer(transport_stream(quarters(320, 240), seconds=1.5), seconds=1.5)
    switch = begin(source=f"rtsp://anna:s3cret@127.0.0.1:{server.port}/camera")
    wait_for(lambda: switch.frames_read > 10)
    assert switch.name == f"rtsp://127.0.0.1:{server.port}/camera"
    np.testing.assert_allclose(corners(box.frames[-1].image), (RED, GREEN, BLUE, GRAY), atol=JPEG_TOLERANCE)
    wait_for(lambda: switch.is_lost)
    before = switch.frames_read
    wait_for(lambda: switch.frames_read > before)
    assert not switch.is_lost
    server.close()


def test_a_recording_is_no_stream(tmp_path: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

    write_clip(tmp_path / "clip.mp4", [quarters(96, 64)] * 20)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(SourceError, match="is a recording"):
            StreamSource(f"http://127.0.0.1:{server.server_port}/clip.mp4")
        server.shutdown()


@pytest.mark.parametrize("first", ["headers", "nothing", "boundary"])
@pytest.mark.parametrize("has_length", [True, False])
def test_pictures_without_a_boundary_before_the_first(serve: Serve, first: str, has_length: bool) -> None:
    """As sent by ESP32-CAM and Tasmota. A thumbnail in a picture has an end of its own."""
    picture = with_thumbnail(jpeg(quarters(320, 240)))
    header = b"Content-Type: image/jpeg\r\n" + b"Content-Length: %d\r\n" % len(picture) * has_length + b"\r\n"
    boundary = b"\r\n--next\r\n"
    part = {"headers": header + picture + boundary, "nothing": picture, "boundary": boundary + header + picture}[first]
    source = StreamSource(serve(raw=lambda n: part).address, 2, 2)
    for index in range(3):
        frame = source.read(640)
        assert frame.index == index
        np.testing.assert_allclose(corners(frame.image), (RED, GREEN, BLUE, GRAY), atol=JPEG_TOLERANCE)
    source.close()


@pytest.mark.parametrize("length", [b"Content-Length: %d\r\n", b""])
def test_a_picture_is_given_when_it_is_complete(serve: Serve, length: bytes) -> None:
    """It is not withheld until the next one begins."""
    picture = jpeg(quarters(320, 240))
    header = b"Content-Type: image/jpeg\r\n" + (length % len(picture) if length else b"") + b"\r\n"
    server = serve(raw=lambda n: b"" if n else b"--next\r\n" + header + picture)
    source = StreamSource(server.address, 2, 2)
    assert source.read(640) is not None
    source.close()


def test_a_camera_that_is_slow_has_not_stopped(serve: Serve, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pictures come less often than others count as lost: every 5 s, here in a tenth of the time."""
    monkeypatch.setattr("engine.sources.reader.STALL_S", 0.2)
    monkeypatch.setattr("engine.sources.live.opencv.LOST_AFTER_S", 0.1)
    server = serve(period_s=0.5)
    switch = begin(source=server.address, open_source=lambda s: StreamSource(s.source, 5, READ_TIMEOUT_S / 10))
    messages = set()
    wait_for(lambda: switch.frames_read >= 2)

    def sees_the_fourth() -> bool:
        messages.add(switch.message)
        return switch.frames_read >= 4

    wait_for(sees_the_fourth)
    assert messages == {None}
    assert len(server.requests) == 1


def test_digest_authentication(serve: Serve) -> None:
    server = serve(digest=("anna", "pa/s3cret"))
    source = StreamSource(server.address.replace("127", "anna:pa%2Fs3cret@127"))
    assert source.read(640) is not None
    source.close()
    with pytest.raises(SourceError, match="user and password"):
        StreamSource(server.address.replace("127", "anna:wr0ng@127"))


def with_thumbnail(data: bytes) -> bytes:
    """A JPEG with another one in its first segment."""
    thumbnail = jpeg(quarters(16, 12))
    segment = b"\xff\xe1" + (2 + len(thumbnail)).to_bytes(2, "big") + thumbnail
    return data[:2] + segment + data[2:]
