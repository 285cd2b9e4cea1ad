"""Fixtures of the tests in a browser."""

from collections.abc import Iterator

import pytest

from tests.sources.servers import need
from tests.web.browser import CHROMIUM, Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    """A browser, shared by the tests of a module."""
    if CHROMIUM is None:
        need("chromium")
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as opened:
        yield opened
