"""The renderer that tests of tools look at."""

from tests.render.conftest import renderer  # noqa: F401
