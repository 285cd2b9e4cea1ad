"""Instant replay: Backspace, the controls of a recording, Ctrl+S and Esc."""

import os
from pathlib import Path

import numpy as np
import pytest

from engine.app.tools.render_film import RenderFilm
from engine.app.tools.replay import InstantReplay
from engine.geometry.depth_code import decoded
from engine.sources.recording.rgbd import RgbdSource
from engine.status.playback import Seek
from tests.clips import demo_clip
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


def shows_replay(session) -> bool:
    live = session.app.live
    return live is not None and live.frame.take < 0


def test_backspace_replays_the_last_seconds_until_esc(open_viewer, tmp_path):
    session = open_viewer(source="demo")
    tool, transport = session.tool(InstantReplay), lambda: session.app.source.transport
    session.press("BackSpace")
    session.until(lambda: session.app.live is not None)
    session.until(lambda: len(session.app.replay._keeper.ring.frames) > 20)
    session.drag((500, 200), (40, 0))
    session.for_seconds(0.5)
    camera = session.viewer.view.navigation.camera
    session.press("BackSpace")
    session.until(lambda: shows_replay(session))
    session.press("space")
    assert transport().playback.is_paused
    frames = session.app.replay.shown.frames

    session.viewer.do(Seek(0.0))
    session.until(lambda: session.viewer.view.shown.frame.position_s is None and transport().playback.position_s == 0)
    assert tool.facts().ago_s == pytest.approx(session.app.replay.shown.seconds, abs=0.06)
    first = session.app.live
    session.press("period")
    session.until(lambda: session.app.live is not first and shows_replay(session))
    session.until(lambda: transport().playback.position_s > 0)
    second = session.app.live
    assert transport().playback.position_s == pytest.approx(frames[1].time_s - frames[0].time_s)
    assert np.array_equal(second.depth, decoded(frames[1].codes, frames[1].line.low, frames[1].line.high))
    assert (second.model, second.kind, second.camera) == ("source", first.kind, "known")
    assert session.viewer.view.navigation.camera == camera, "it stays where the user went"
    if folder := os.environ.get("PICTURES"):
        from PIL import Image

        Image.fromarray(session.screen()).save(Path(folder) / "replay.png")

    session.press("ctrl+s")
    session.until(lambda: any("Recording saved" in text for text in session.viewer.snapshot().notices.infos))
    (path,) = tmp_path.glob("captures/*_rgbd.mkv")
    saved, again = RgbdSource(path), session.app.replay.shown.open()
    for _ in frames:
        assert np.array_equal(saved.read(640).depth, again.read(640).depth, equal_nan=True)
    saved.close()

    session.viewer.view.hold(session.viewer.view.shown)
    session.press("Escape")
    assert session.app.replay.shown, "one thing at a time"
    session.press("Escape")
    session.until(lambda: not shows_replay(session))
    assert (session.app.replay.shown, tool.facts(), transport()) == (None, None, None)
    assert session.viewer.view.navigation.camera == camera
    kept = len(session.app.replay._keeper.ring.frames)
    session.until(lambda: len(session.app.replay._keeper.ring.frames) > kept + 2)

    session.viewer.settings.change(replay_s=0.0)
    session.until(lambda: not session.app.replay._keeper.ring.size_bytes)
    session.press("BackSpace")
    assert any("switched off" in text for text in session.viewer.snapshot().notices.warnings)


def test_a_video_replays_from_its_own_file_and_goes_on_where_it_was(open_viewer, tmp_path):
    clip = demo_clip(tmp_path / "clip.mp4", frames=90)
    session = open_viewer(Sleeper.quick, source=str(clip))
    ring = session.app.replay._keeper.ring
    session.until(lambda: len(ring.frames) > 5)
    video = session.app.source.transport
    session.press("BackSpace")
    session.until(lambda: shows_replay(session))
    assert video.playback.is_paused
    assert all(isinstance(kept.picture, float) for kept in session.app.replay.shown.frames)
    assert session.app.live.model == ring.frames[0].header.model
    session.press("shift+r")
    assert session.tool(RenderFilm).facts().source == "the replay"
    session.press("Escape")
    session.press("BackSpace")
    session.until(lambda: session.app.source.transport is video)
    session.until(lambda: not shows_replay(session))
    assert not video.playback.is_paused
