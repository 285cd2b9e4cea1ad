"""Choosing sources in the window: from the list, by dropping, pasting, and dragging over the screen."""

import ctypes

import cv2
import glfw
import numpy as np
import pytest

from engine.app.tools.region_picker import RegionPicker
from engine.sources.live import webcam
from tests.sources.servers import MjpegServer, jpeg
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


def drop(session, *paths: bytes) -> None:
    """Call GLFW's drop callback with the bytes that it would pass."""
    handle = session.window._handle
    library = glfw._glfw
    registered = library.glfwSetDropCallback(handle, glfw._GLFWdropfun(0))
    library.glfwSetDropCallback(handle, registered)
    registered(handle, len(paths), (ctypes.c_char_p * len(paths))(*paths))


@pytest.fixture
def cameras(tmp_path, monkeypatch):
    """Two cameras that the system lists but that do not open."""
    for number, name in ((0, "Integrated Camera"), (2, "HD Webcam")):
        folder = tmp_path / "cameras" / f"video{number}"
        folder.mkdir(parents=True)
        (folder / "name").write_text(name)
        (folder / "index").write_text("0")
    monkeypatch.setattr(webcam, "SYSTEM_CAMERAS", tmp_path / "cameras")


def picture(path, color):
    cv2.imwrite(str(path), np.full((90, 160, 3), color, np.uint8))
    return path


def test_sources_are_listed_dropped_pasted_and_dragged(open_viewer, tmp_path, cameras, request):
    red = picture(tmp_path / "röd bild.png", (0, 0, 255))
    blue = picture(tmp_path / "blue.png", (255, 0, 0))
    np.savez(tmp_path / "blue.npz", depth=np.full((90, 160), 2.0, np.float32))
    session = open_viewer(Sleeper.quick, source="demo")
    session.until(lambda: session.app.live is not None)

    drop(session, str(red).encode())
    session.until(lambda: session.app.live.frame.source_id == str(red))
    session.for_seconds(0.3)
    drop(session, str(blue).encode(), str(tmp_path / "blue.npz").encode())
    session.until(lambda: session.app.live.frame.source_id == str(blue))
    session.for_seconds(0.3)
    assert session.app.live.model == "source"  # with the depth map that was dropped with it
    drop(session, b"/nowhere/to be found.mp4")
    session.until(lambda: any("neither a file" in message for message in session.viewer.snapshot().notices.warnings))

    server = MjpegServer(lambda n: jpeg(np.full((90, 160, 3), (0, 200, 0), np.uint8)))
    request.addfinalizer(server.kill)
    glfw.set_clipboard_string(None, f" {server.address}\n")
    session.press("ctrl+v")
    session.until(lambda: session.app.live.frame.source_id == server.address)
    session.for_seconds(0.3)

    glfw.set_clipboard_string(None, red.as_uri())
    session.press("ctrl+v")
    session.until(lambda: session.app.live.frame.source_id == str(red))
    assert session.app.settings.source.depth_map is None

    session.click(280, 92)  # all settings
    session.click(60, 192)  # unfold "Source"
    session.until(lambda: session.viewer.snapshot().source.choices.is_known)
    session.for_seconds(0.3)
    choices = session.viewer.snapshot().source.choices
    assert [camera.label for camera in choices.cameras] == ["Integrated Camera", "HD Webcam"]
    assert [monitor.name for monitor in choices.monitors] == ["screen:1"]
    assert [recent.label for recent in choices.recent] == [red.name, server.address, "blue.png"]
    session.click(280, 228)  # the list
    session.hand.do("key", "--delay", 60, "Home", "Down", "Return")  # the second camera
    session.for_seconds(0.5)
    assert session.app.settings.source.source == "webcam:2"
    session.until(lambda: any("HD Webcam" in message for message in session.viewer.snapshot().notices.warnings))
    session.click(100, 92)  # the few settings
    session.click(280, 188)  # its resolution
    session.hand.do("key", "--delay", 60, "Home", "Down", "Return")
    session.for_seconds(0.5)
    assert (session.app.settings.source.camera_width, session.app.settings.source.camera_height) == (640, 480)

    session.click(280, 92)  # all settings
    session.click(90, 292)  # Region
    session.until(lambda: (session.tool(RegionPicker).facts() or 0) and session.tool(RegionPicker).facts().texture)
    session.for_seconds(0.3)
    session.drag((200, 150), (200, 100))
    session.until(lambda: session.app.settings.source.source.startswith("screen:"))
    x, _, width, height = map(int, session.app.settings.source.source.partition(":")[2].split(","))
    assert width / height == pytest.approx(2, rel=0.05)
    assert x < 1400 * 200 / 640 + 60
    assert abs(width - 200 * 1400 / 560) < 60
    assert session.tool(RegionPicker).facts() is None
    session.until(lambda: session.app.source.name.startswith("screen:"))
    assert session.viewer.window_state.value.recent == (str(red), server.address, str(blue))  # files, not the screen
