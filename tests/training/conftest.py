import numpy as np
import pytest

from training import generate, library, shards
from training.renderer import Renderer

SIZE = (128, 96)


@pytest.fixture(scope="session")
def simple():
    return library.by_rule(3, textures_count=8)


@pytest.fixture(scope="session")
def drawing(simple, gl):
    with gl:
        return Renderer(gl, simple.textures, SIZE)


@pytest.fixture
def renderer(drawing, gl):
    """The renderer, its context current for the time of a test."""
    with gl:
        yield drawing


@pytest.fixture(scope="session")
def shard_folder(simple, drawing, gl, tmp_path_factory):
    """Two shards to learn from and one held out, made by rule alone."""
    folder = tmp_path_factory.mktemp("shards")
    for name, seed, count in (("train", 1, 12), ("held-out", 2, 6)):
        for number in range(2 if name == "train" else 1):
            with gl:
                made = generate.shard(simple, drawing, seed, number, count, views=3)
            shards.write(folder / name, number, *made)
    return folder


@pytest.fixture
def rng():
    return np.random.default_rng(5)
