import cv2
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.plugins import registered


@pytest.fixture(scope="session")
def demo():
    """A frame of the demo: (90, 160, 3), its depth in meters and its camera."""
    camera = SceneCamera.at(160, 90)
    return *render(camera, 0.0), camera.intrinsics


@pytest.fixture
def photo(demo, tmp_path):
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), cv2.cvtColor(demo[0], cv2.COLOR_RGB2BGR))
    return path


@pytest.fixture(autouse=True)
def _forget_plugins():
    yield
    registered.SOURCES.clear()
    registered.NETWORKS.clear()
