"""Where the window saves."""

import os
import sys
from pathlib import Path

import pytest

from engine.app.places import captures_dir, pictures_dir, videos_dir


@pytest.fixture
def current(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems know these folders by themselves")
def test_captures_go_to_the_documents_and_pictures_to_the_pictures(current):
    assert captures_dir(None) == Path(os.environ["XDG_DOCUMENTS_DIR"], "da3d")
    assert pictures_dir(None) == Path(os.environ["XDG_PICTURES_DIR"])
    assert videos_dir(None) == Path(os.environ["XDG_VIDEOS_DIR"])


def test_a_chosen_folder_is_used_for_all(current):
    (current / "captures").mkdir()
    for place in (captures_dir, pictures_dir, videos_dir):
        assert place(current / "mine") == current / "mine"
        assert place(Path("~/mine")) == Path.home() / "mine"


def test_a_folder_of_captures_that_is_there_is_used(current):
    (current / "captures").mkdir()
    assert captures_dir(None) == pictures_dir(None) == videos_dir(None) == Path("captures")


def test_without_folders_of_ones_own_it_is_the_current_one(current, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert captures_dir(None) == pictures_dir(None) == videos_dir(None) == Path("captures")
