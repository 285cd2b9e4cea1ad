"""`share` from the command line to pages."""

import re

import cv2
import pytest

from engine.commands.capture import main as capture
from engine.commands.share import main
from tests.depth_frames import checker
from tests.sources.media import quarters, write_clip

QUICK = ("--capture-model", "lite", "--device", "cpu")


@pytest.fixture(autouse=True)
def _keep_signals(monkeypatch):
    monkeypatch.setattr("signal.signal", lambda *_: None)


def test_pictures_and_captures_become_pages(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("photo.png", checker(96, 54))
    assert main(["photo.png", "-o", "my page.html", "--caption", "here & there", *QUICK]) == 0
    assert re.fullmatch(r"photo\.png: my page\.html \(\d\.\d MB\)\n", capsys.readouterr().out)
    text = (tmp_path / "my page.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<b>here &amp; there</b>" in text
    assert "<title>photo</title>" in text

    assert capture(["photo.png", *QUICK]) == 0
    (tmp_path / "bad.png").write_bytes(b"nothing")
    assert main(["captures/photo", "bad.png", "-o", "pages"]) == 1
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["photo.html"]
    said = capsys.readouterr()
    assert "bad.png is damaged" in said.err
    assert "1 of 2 sources" in said.err


def test_what_cannot_be_a_page_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    clip = write_clip(tmp_path / "clip.mkv", [quarters(64, 36)] * 2, codec="ffv1")
    assert main([str(clip), "-o", "clip.html"]) == 2
    assert "is a video" in capsys.readouterr().err
    assert main(["gone.jpg", "-o", "gone.html"]) == 2
    assert "gone.jpg" in capsys.readouterr().err
    assert main(["a.jpg", "b.jpg", "-o", "one.html"]) == 2
    assert "same page" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.html"))
