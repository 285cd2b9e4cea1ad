"""Rendering a film of the photo in the window."""

import av
import cv2
import pytest

from engine.app import render_process
from engine.app.tools.render_film import RenderFilm
from engine.status.commands import ChooseFilm, Invoke, TimeKeyFrame
from tests.demo_views import demo_view
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

LIMIT_S = 240.0
"""The command is a process of its own and loads everything again, on a machine that may be busy."""


@pytest.fixture(autouse=True)
def _no_low_priority(monkeypatch):
    """Other work on the machine must not keep the command from coming to its end."""
    monkeypatch.setattr(render_process, "_NICE", ("no such program",))


def until(session, condition) -> None:
    wait_for(lambda: condition() or session.turn(1), LIMIT_S)


def test_a_photo_flies_through_key_frames_into_a_file(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "photo.png"), cv2.resize(demo_view().image, (128, 72))[..., ::-1])
    session = open_viewer(source=str(tmp_path / "photo.png"), encoder="lite", capture_model="lite", quality="low")
    session.until(lambda: session.app.live is not None)
    tool = session.tool(RenderFilm)
    session.press("shift+k")
    session.drag((480, 330), (60, 0))
    session.press("shift+k")
    session.viewer.do(TimeKeyFrame(1, 0.5))
    session.press("shift+r")
    assert tool.facts().source == "photo.png"
    session.viewer.do(ChooseFilm({"path": "keys"}))
    session.viewer.do(Invoke("render"))
    session.until(lambda: tool.facts() is not None and tool.facts().progress is not None)
    assert not tool.facts().is_open, "the window is free while it works"
    until(session, lambda: any("Rendered photo_flight.mp4" in text for text in session.viewer.snapshot().notices.infos))
    session.until(lambda: tool.facts() is None)
    with av.open(str(tmp_path / "captures" / "photo_flight.mp4")) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(frames) == 15
    assert frames[0].shape == (72, 128, 3)


def test_what_fails_is_said_and_quitting_ends_the_command(open_viewer, tmp_path):
    cv2.imwrite(str(tmp_path / "photo.png"), cv2.resize(demo_view().image, (128, 72)))
    (tmp_path / "file").write_text("")
    session = open_viewer(source=str(tmp_path / "photo.png"), encoder="lite", captures_dir=tmp_path / "file" / "x")
    session.until(lambda: session.app.source.shown_name is not None)
    session.viewer.do(Invoke("render"))
    until(session, lambda: any("cannot be written" in text for text in session.viewer.snapshot().notices.warnings))
    session.until(lambda: session.tool(RenderFilm).facts() is None)
    session.viewer.do(Invoke("render"))
    process = session.tool(RenderFilm)._process
    session.until(lambda: process._process is not None)
    session.close()
    assert process._process.poll() is not None
