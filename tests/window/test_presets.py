"""Presets in the window, used by mouse and keyboard."""

import pytest

from engine.settings import presets
from engine.status.commands import Invoke

pytestmark = pytest.mark.slow

COMBO, FIRST, STEP = (280, 124), 152, 24
"""Where the combo is, and its first entry below it."""


@pytest.fixture
def session(open_viewer, monkeypatch, tmp_path):
    monkeypatch.setattr(presets, "config_file", lambda: tmp_path / "settings.toml")
    session = open_viewer(source="demo", subsample=8)
    session.until(lambda: session.app.live is not None)
    session.for_seconds(0.3)
    return session


def entry(number):
    """The place of an entry of the open combo."""
    return 200, FIRST + STEP * number


def open_combo(session):
    session.hand.do("mousemove", *COMBO)
    session.for_seconds(0.3)
    session.hand.do("click", 1)
    session.for_seconds(0.5)  # it takes two frames to find its size


def test_presets_are_chosen_kept_and_deleted(session, tmp_path):
    own = tmp_path / "presets" / "mine.toml"
    open_combo(session)
    session.click(*entry(presets.ORDER.index("real-time")))
    session.until(lambda: presets.find("real-time").matches(session.app.settings))
    session.press("bracketright")  # a coarser mesh
    open_combo(session)
    session.click(200, FIRST + STEP * len(presets.ORDER) + 12)  # the field for a name
    session.hand.do("type", "--delay", 40, "mine")
    session.for_seconds(0.5)
    session.press("Return")
    session.until(own.exists)
    assert presets.find("mine").matches(session.app.settings)

    open_combo(session)
    session.click(*entry(presets.ORDER.index("balanced")))
    session.until(lambda: session.app.settings.display.subsample == 2)
    open_combo(session)
    session.click(*entry(len(presets.ORDER)))
    session.until(lambda: session.app.settings.display.subsample == 5)
    assert any(shown.name == "mine" and shown.is_active for shown in session.viewer.snapshot().presets)

    open_combo(session)
    session.click(368, entry(len(presets.ORDER))[1])  # the bin beside it
    session.until(lambda: not own.exists())
    assert [shown.name for shown in session.viewer.snapshot().presets] == list(presets.ORDER)


def test_without_a_virtual_camera_it_says_what_to_install(session, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyvirtualcam", None)
    session.viewer.do(Invoke("toggle_virtual_camera"))
    (notice,) = session.viewer.snapshot().notices.shown
    assert notice.text == "The virtual camera needs another package."
    assert "da3d[virtualcam]" in notice.buttons[0].command.text
    assert session.viewer.snapshot().virtual_camera is None


def test_the_mouse_sways_the_camera_without_a_button(session):
    session.viewer.settings.change(mouse_control=True, sway_deg=10)
    session.hand.do("mousemove", 600, 200)
    session.for_seconds(1)
    right = session.viewer.view.camera
    session.hand.do("mousemove", 400, 200)
    session.for_seconds(1)
    assert right.yaw_rad > session.viewer.view.camera.yaw_rad + 0.05
    assert session.viewer.view.navigation.camera.yaw_rad == 0  # where the user put it, it still is
