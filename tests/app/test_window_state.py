from pathlib import Path

import pytest

from engine.app import window_state
from engine.app.window_state import RECENT_COUNT, Remembered, WindowState
from engine.jobs import JobRunner


@pytest.fixture
def begin(tmp_path: Path):
    """Opens the memory, does something with it, and waits until it is written."""

    def use(what=lambda memory: None) -> Remembered:
        ended = []
        jobs = JobRunner("files", ended.append)
        opened = WindowState(tmp_path / "window.toml", jobs)
        what(opened)
        jobs.finish()
        assert [job.message for job in ended if job.message] == []
        return window_state.load(tmp_path / "window.toml")

    return use


def test_what_is_noted_is_there_the_next_time(begin, tmp_path: Path) -> None:
    assert begin() == Remembered()
    assert not (tmp_path / "window.toml").exists()  # nothing was noted
    begin(lambda it: it.note(window_px=(1000, 600), window_at=(-20, 5), sections={"Depth": True}))
    kept = begin(lambda it: it.note(is_welcomed=True))
    assert (kept.window_px, kept.window_at, kept.is_welcomed) == ((1000, 600), (-20, 5), True)
    assert kept.sections == {"Depth": True}


def test_recent_sources_come_newest_first_and_once(begin, tmp_path: Path) -> None:
    def show(it: WindowState) -> None:
        for name in ("a.mp4", "b.mp4", "a.mp4", *(f"{n}.png" for n in range(RECENT_COUNT - 1))):
            it.note_source(name)

    assert begin(show).recent == (*(f"{n}.png" for n in reversed(range(RECENT_COUNT - 1))), "a.mp4")
    assert (tmp_path / "window.toml").stat().st_mode & 0o077 == 0  # an address may hold a password


@pytest.mark.parametrize("content", ["window_px = 3", "= nonsense", "\x00\xff", "recent = [1]"])
def test_a_damaged_file_is_no_more_than_forgotten(begin, tmp_path: Path, content: str) -> None:
    (tmp_path / "window.toml").write_text(content, encoding="latin-1")
    assert begin() == Remembered()
    assert begin(lambda it: it.note_source("a.mp4")).recent == ("a.mp4",)


def test_a_file_with_the_british_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "window.toml").write_text("is_maximized = true")
    assert window_state.load(tmp_path / "window.toml").is_maximized
