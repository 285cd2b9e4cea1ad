"""Bullet time: Shift+Space, recorded by Ctrl+R."""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from engine.app.tools.bullet_time import BulletTime
from engine.app.tools.recorder import Recorder

pytestmark = pytest.mark.slow


def test_shift_space_stops_the_scene_and_swings_the_camera_which_is_recorded(open_viewer, tmp_path):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    view, tool, recorder = session.viewer.view, session.tool(BulletTime), session.tool(Recorder)
    home = view.navigation.target
    session.press("ctrl+r")
    session.press("shift+space")
    frame = view.shown
    assert view.is_held
    session.until(lambda: abs(view.camera.yaw_rad - home.yaw_rad) > 0.15)
    if folder := os.environ.get("PICTURES"):
        from PIL import Image

        Image.fromarray(session.screen()).save(Path(folder) / "bullet.png")
    assert view.shown is frame
    assert session.app.live is not frame, "the source goes on"
    session.until(lambda: recorder.facts().seconds >= 2)
    session.press("ctrl+r")
    session.press("Escape")
    assert (view.is_held, tool.is_on) == (False, False)
    session.until(lambda: view.navigation.camera == home)

    session.until(lambda: any("Recording saved" in text for text in session.viewer.snapshot().notices.infos))
    (path,) = tmp_path.glob("captures/*.mp4")
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in file.decode(video=0)]
    assert max(np.abs(frame - frames[0]).mean() for frame in frames) > 5, "it swings"
