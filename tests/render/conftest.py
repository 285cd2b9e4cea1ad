"""What the tests of rendering share."""

from collections.abc import Iterator

import pytest

from engine.render.renderer import Renderer


@pytest.fixture(scope="module")
def renderer(request, gl) -> Iterator[Renderer]:
    """A renderer of the module's SIZE, for all its tests; the context is `ctx`'s to make current."""
    with gl:
        made = Renderer(gl, request.module.SIZE)
    yield made
    with gl:
        made.release()
