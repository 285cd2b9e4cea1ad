"""A virtual display for the tests of the window."""

from collections.abc import Callable, Iterator

import pytest

from tests.sources.servers import Display, need
from tests.window.session import Hand, Session, open_session


@pytest.fixture(scope="session")
def display(tmp_path_factory) -> Iterator[str]:
    """The name of a display of our own."""
    for tool in ("xdotool", "import"):
        need(tool)
    display = Display(tmp_path_factory.mktemp("display"), 1400, 900)
    yield display.name
    display.kill()


@pytest.fixture
def hand(display) -> Hand:
    return Hand(display)


@pytest.fixture
def open_viewer(display, hand, tmp_path, monkeypatch) -> Iterator[Callable[..., Session]]:
    """Opens small, quick viewers on the virtual display, and closes them."""
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.chdir(tmp_path)
    opened = []

    def begin(make_estimator=None, **changes: object) -> Session:
        small = {"max_res": 160, "subsample": 4, "quality": "high", **changes}
        opened.append(open_session(hand, tmp_path, make_estimator=make_estimator, **small))
        return opened[-1]

    yield begin
    for session in opened:
        session.close()
