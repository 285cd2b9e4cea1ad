"""Fixtures of the renderer's tests."""

from collections.abc import Iterator

import pytest

from engine.render.renderer import Renderer


@pytest.fixture(scope="module")
def renderer(request, gl) -> Iterator[Renderer]:
    """A renderer of the module's SIZE, shared by its tests; `ctx` makes the context current."""
    with gl:
        made = Renderer(gl, request.module.SIZE)
    yield made
    with gl:
        made.release()
