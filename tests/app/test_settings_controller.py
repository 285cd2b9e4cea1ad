"""What is kept of the changes made in the window."""

from types import SimpleNamespace

import pytest

from engine.app.settings_controller import SettingsController
from engine.clock import RealClock
from engine.jobs import JobRunner
from engine.settings import Settings, store

CAMERA = {"fov_deg": 50, "calibrated_width": 640}


class Window:
    """Settings now and those remembered, as changes in the window leave them."""

    def __init__(self, path, now, remembered):
        self.path, self.settings, self.said = path, now, []
        self.jobs, notices = JobRunner("files"), SimpleNamespace(report=lambda text, kind: self.said.append(text))
        self.controller = SettingsController(self, remembered, path, self.jobs, notices, RealClock())

    def apply(self, settings, *, again=False):
        self.settings = settings

    def change(self, **values):
        self.controller.change(**values)
        self.controller.close()
        self.jobs.finish()

    @property
    def remembered(self):
        return store.load(self.path)


@pytest.fixture
def window(tmp_path):
    """One that was started with --source clip.mp4, and remembers a webcam and its camera."""
    remembered = Settings().replace(source="webcam", **CAMERA)
    return Window(tmp_path / "settings.toml", Settings().replace(source="clip.mp4"), remembered)


def test_a_camera_told_for_a_source_of_this_run_is_not_remembered_as_that_of_another(window):
    window.change(fov_deg=80, focal_length_x=900, calibrated_width=1000, subsample=3)
    assert window.settings.depth.focal_length_x == 900
    assert window.remembered == Settings().replace(source="webcam", **CAMERA, subsample=3)
    window.change(principal_point_x=700)  # the remembered camera's pictures are not so wide
    assert window.said == []
    assert window.settings.depth.principal_point_x == 700


def test_with_the_remembered_source_comes_its_camera(window):
    window.change(fov_deg=80)
    window.change(source="webcam")
    assert window.settings.depth.fov_deg == 50
    window.change(fov_deg=45)
    assert window.settings.depth.fov_deg == window.remembered.depth.fov_deg == 45


def test_with_another_source_the_camera_is_forgotten(window):
    window.change(fov_deg=80)
    window.change(source="demo")
    assert window.settings.depth.fov_deg == window.remembered.depth.fov_deg == 0
    assert window.remembered.source.source == "demo"
    window.change(fov_deg=60)
    assert window.remembered.depth.fov_deg == 60


def test_the_same_source_chosen_again_keeps_its_camera(window):
    window.change(fov_deg=80)
    window.change(source="clip.mp4")
    assert window.settings.depth.fov_deg == 80
    assert window.remembered.depth.fov_deg == 0, "it was told for that run"
