import logging
import signal
from pathlib import Path

import pytest

from engine import cli, logs
from engine.errors import SourceError
from engine.logs import RepeatGuard, redacted, without_secrets
from engine.settings import SourceSettings
from engine.sources.image import load_image
from engine.sources.recording.clip import Clip
from engine.sources.registry import open_source, shown

MALFORMED = (
    "http://user:pa/SECRET@host",
    "http://user:pa#SECRET@host",
    "http://user:pa?SECRET@host/x",
    "http://user:pa SECRET@host/x",
    "http://user:12/SECRET@host",
    "http://user:SECRET",
    "http://[user:SECRET@host",
    "rtsp:/user:SECRET@h",
    "rtsp:user:SECRET@h",
    "user:SECRET@h",
    "user:SECRET@h/x?password=SECRET",
    "rtsp:\\\\user:SECRET@h",
    "file/user:SECRET@h.mp4",
    "rtsp://h/user=admin&password=SECRET",
    "rtsp://h:1/user=admin_password=SECRET_channel=1",
    "ftp://user:SECRET@h",
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rtsp://u:p@host:554/a/b?c=d#e", "rtsp://host:554/a/b"),
        ("rtsp://u:p@rst@host/a", "rtsp://host/a"),
        ("http://host", "http://host"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://[u:p@host", "http://…"),
        ("rtsp://host/user=u&password=p", "rtsp://host/user=…"),
        ("u:p@host", "…@host"),
        ("a file@home?.mp4", "a file@home?.mp4"),
        ("12:30.mp4", "12:30.mp4"),
    ],
)
def test_what_is_secret_is_left_out(name: str, shown: str) -> None:
    assert without_secrets(name) == shown


def test_a_file_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "12:30@home.mp4"
    path.touch()
    assert without_secrets(str(path)) == str(path)


@pytest.mark.parametrize("name", MALFORMED)
def test_no_password_is_in_a_name_or_an_error(name: str) -> None:
    assert "SECRET" not in without_secrets(name)
    assert "SECRET" not in shown(SourceSettings(source=name))
    if "password=" not in name:  # the others may be opened
        with pytest.raises(SourceError) as caught:
            open_source(SourceSettings(source=name))
        assert "SECRET" not in str(caught.value)
    for read in (load_image, lambda path: Clip(Path(path), max_res=64)):
        with pytest.raises(SourceError) as caught:
            read(name)
        assert "SECRET" not in str(caught.value)


def test_no_password_is_logged(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[logging.Handler] = []
    monkeypatch.setattr(logging, "basicConfig", lambda handlers, level: used.extend(handlers))
    logs.setup()
    log = logging.Logger("test")
    log.addHandler(used[0])
    try:
        raise OSError("rtsp://user:SECRET@host/a?token=SECRET cannot be opened")
    except OSError as error:
        line = RepeatGuard(log).report("reading", error)
    log.warning("http://h/x?key=%s", "SECRET")
    logs.print_error("what user:SECRET@host is")
    printed = capsys.readouterr().err
    assert "Traceback" in printed
    assert "…@host" in printed
    assert "SECRET" not in printed + line


def test_other_messages_stay_as_they_are() -> None:
    for text in ("no frame for 3 s: retrying", "a@b.com", "max(a, key=len)", "http://host:80/x is gone"):
        assert redacted(text) == text


@pytest.mark.parametrize(
    "arguments",
    [
        "{name}",
        "--source {name} --headless --frames 1 --stats {stats}",
        "video {name}",
        "clip.mp4 depth.png {name}",
        "models verify {name}",
    ],
)
def test_no_password_is_printed(
    arguments: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    stats = tmp_path / "stats.json"
    try:
        code = cli.main(arguments.format(name="rtsp:/user:SECRET@h", stats=stats).split())
    except SystemExit as left:
        code = left.code
    assert code != 0
    printed = capsys.readouterr()
    assert printed.err
    assert "SECRET" not in printed.out + printed.err
    assert not stats.exists()
