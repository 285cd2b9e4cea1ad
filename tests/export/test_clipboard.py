"""Pictures in the clipboard."""

import os
import sys

import cv2
import numpy as np
import pytest

from engine.errors import OutputError
from engine.export.clipboard import bitmap, copy_picture


@pytest.fixture
def picture(rng):
    return rng.integers(0, 256, (5, 7, 3), np.uint8)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="xclip is for X11")
def test_xclip_gets_the_picture_as_png(picture, tmp_path, monkeypatch):
    program = tmp_path / "xclip"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/copied.png\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    copy_picture(picture)
    assert (tmp_path / "arguments").read_text().strip() == "-selection clipboard -target image/png"
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "copied.png"))[..., ::-1], picture)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems need no program")
def test_without_a_program_it_says_what_to_install(picture, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutputError, match="install xclip"):
        copy_picture(picture)


def test_the_bitmap_for_windows_is_one(picture, tmp_path):
    data = bitmap(picture)
    head = b"BM" + np.array([14 + len(data), 0, 14 + 40], "<u4").tobytes()
    (tmp_path / "a.bmp").write_bytes(head + data)
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "a.bmp"))[..., ::-1], picture)
