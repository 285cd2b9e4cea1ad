"""The index of what the program has made."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from engine.files.gallery import Gallery, Made, remember
from engine.paths import gallery_file
from tests.conftest import ROOT
from tests.waiting import LIMIT_S

_WRITE = """
import sys
from pathlib import Path
from engine.files.gallery import Gallery
gallery, name = Gallery(Path(sys.argv[1])), sys.argv[2]
for number in range(200):
    gallery.add("film", Path(f"/films/{name}-{number}.mp4"))
"""


@pytest.fixture
def gallery(tmp_path) -> Gallery:
    return Gallery(tmp_path / "deep" / "gallery.jsonl")


def test_what_was_made_last_comes_first(gallery):
    assert (gallery.read(), gallery.stamp) == ((), (0, 0))
    gallery.add("capture", Path("/c/1"))
    before = gallery.stamp
    gallery.add("film", Path("/f/left.mp4"), Path("/f/right.mp4"))
    assert gallery.stamp != before
    assert [made.path.name for made in gallery.read()] == ["right.mp4", "left.mp4", "1"]
    assert {made.kind for made in gallery.read()} == {"capture", "film"}


def test_what_is_made_again_counts_once_and_what_is_removed_may_come_back(gallery):
    gallery.add("film", Path("/f/a.mp4"))
    gallery.add("picture", Path("/f/b.png"))
    gallery.add("film", Path("/f/a.mp4"))
    assert len(gallery.read()) == 2
    gallery.remove(Path("/f/a.mp4"))
    assert [made.path for made in gallery.read()] == [Path("/f/b.png")]
    gallery.add("film", Path("/f/a.mp4"))
    assert len(gallery.read()) == 2


def test_paths_are_absolute_and_of_any_characters(gallery, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gallery.add("picture", Path("out/ä\n☃.png"), Path("bad\udcff.png"))
    assert {made.path for made in gallery.read()} == {tmp_path / "out" / "ä\n☃.png", tmp_path / "bad\udcff.png"}


def test_damaged_lines_cost_no_others(gallery, tmp_path):
    gallery.add("film", Path("/f/first.mp4"))
    file = tmp_path / "deep" / "gallery.jsonl"
    broken = b'\n[]\n{"path": 3}\n\xff\xfe\n{"path": "/x", "kind": "song", "made_s": 1}\n{"path": "/f/cut'
    file.write_bytes(file.read_bytes() + broken)  # the last writer was killed
    gallery.add("film", Path("/f/second.mp4"))
    assert {made.path.name for made in gallery.read()} == {"first.mp4", "second.mp4"}


def test_thousands_are_read_newest_first(gallery, tmp_path):
    file = tmp_path / "deep" / "gallery.jsonl"
    file.parent.mkdir()
    lines = [{"path": f"/f/{number}.mp4", "kind": "film", "made_s": 1e9 + number} for number in range(5000)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    read = gallery.read()
    assert len(read) == 5000
    assert read[0] == Made(Path("/f/4999.mp4"), "film", 1e9 + 4999)


def test_two_processes_write_at_once(gallery, tmp_path):
    file = tmp_path / "deep" / "gallery.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITE, str(file), name], cwd=ROOT) for name in ("one", "other")]
    assert [writer.wait(LIMIT_S) for writer in writers] == [0, 0]
    assert len(file.read_bytes().splitlines()) == len(gallery.read()) == 400


def test_an_index_that_cannot_be_written_stops_nothing(caplog):
    gallery_file().parent.mkdir(parents=True, exist_ok=True)
    gallery_file().mkdir()
    with caplog.at_level(logging.INFO):
        remember("capture", Path("/c/1"))
    assert "/c/1 is not in the gallery" in caplog.text
    assert Gallery(gallery_file()).read() == ()
