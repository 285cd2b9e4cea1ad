"""Photographs become films: the command as users run it, on tiny pictures."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from engine.commands.render import main
from tests.sources.media import quarters

QUICK = ("--capture-model", "lite", "--device", "cpu", "--quality", "low")


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ünï pictures") / "a b.jpg"
    cv2.imwrite(str(path), cv2.resize(quarters(64, 36), (97, 55))[..., ::-1])
    return path


def render(folder: Path, *arguments: object) -> int:
    return main([*map(str, arguments), *QUICK, "--output-dir", str(folder)])


def frames_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]).astype(int)


def test_a_photograph_swings(tmp_path, photo, capsys):
    assert render(tmp_path / "new" / "out", photo, "--seconds", 1, "--fps", 8) == 0
    assert [path.name for path in (tmp_path / "new" / "out").iterdir()] == ["a b_swing.mp4"]
    frames = frames_of(tmp_path / "new" / "out" / "a b_swing.mp4")
    assert frames.shape == (8, 56, 96, 3)  # even sides
    assert "8 frames in" in capsys.readouterr().out


def test_one_bad_input_does_not_stop_the_others(tmp_path, photo, capsys):
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    pictures = (text, photo, tmp_path / "missing.jpg")
    assert render(tmp_path / "out", *pictures, "--seconds", 0.2, "--path", "zoom", "--format", "gif") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a b_zoom.gif"]
    assert "1 of 3 sources were processed" in capsys.readouterr().err
    assert render(tmp_path / "none", text) == 2
    assert not (tmp_path / "none").exists()


def test_what_would_be_overwritten_is_refused(tmp_path, photo, capsys):
    other = tmp_path / "a b.png"
    other.write_bytes(photo.read_bytes())
    assert render(tmp_path / "out", photo, other, "--seconds", 0.1) == 1
    assert "to the same file as" in capsys.readouterr().err


def test_wrong_wishes_are_named(tmp_path, photo, capsys):
    assert render(tmp_path, photo, "--path", "sing") == 2
    assert "there is no path 'sing'" in capsys.readouterr().err
    assert render(tmp_path, photo, "--format", "webm", "--codec", "h264") == 2
    assert "webm cannot hold h264" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
