"""The file manager and the clipboard around the window."""

import os
import sys
from types import SimpleNamespace

import pytest

from engine.app.desktop import Desktop, show_in_file_manager
from engine.app.plain_words import in_plain_words
from engine.errors import OutputError
from engine.status.commands import CopyText, Invoke
from tests.app.parts import Program
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have other programs")


def test_the_folder_of_a_file_is_shown(tmp_path, monkeypatch):
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/shown\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "da3d").mkdir()
    for path in (tmp_path / "da3d" / "picture.png", tmp_path / "da3d"):
        show_in_file_manager(path)
        assert (tmp_path / "shown").read_text().strip() == str(tmp_path / "da3d")
        (tmp_path / "shown").unlink()


def test_without_a_file_manager_it_says_where_the_files_are(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Documents" / "da3d").mkdir(parents=True)
    with pytest.raises(OutputError, match="no file manager") as raised:
        show_in_file_manager(tmp_path / "Documents" / "da3d" / "scene.glb")
    assert in_plain_words(str(raised.value)).endswith("The files are in Documents › da3d.")


def test_text_and_pictures_are_copied_and_that_is_said(monkeypatch, rng):
    copied = []
    monkeypatch.setattr("engine.export.clipboard.copy_picture", copied.append)
    program = Program()
    program.window.input.copy = copied.append
    program.pipeline.display = SimpleNamespace(picture=lambda: "the picture")
    desktop = Desktop(program)
    desktop.handlers()[CopyText](CopyText("a text"))
    desktop.actions()["copy_picture"]()
    wait_for(lambda: len(program.notices.status.infos) == 2)
    assert copied == ["a text", "the picture"]


def test_who_cannot_copy_a_picture_is_offered_to_save_it(monkeypatch):
    def fail(picture):
        raise OutputError("the picture cannot be copied: install xclip")

    monkeypatch.setattr("engine.export.clipboard.copy_picture", fail)
    program = Program()
    program.pipeline.display = SimpleNamespace(picture=lambda: "the picture")
    Desktop(program).actions()["copy_picture"]()
    wait_for(lambda: program.notices.status.warnings)
    (notice,) = program.notices.status.shown
    assert [button.command for button in notice.buttons] == [Invoke("screenshot")]
