"""Recording what is on screen: keys, the mark in the corner, and the file."""

from pathlib import Path

import av
import numpy as np
import pytest

from engine.app.tools.recorder import Recorder
from engine.app.tools.rgbd_recorder import RgbdRecorder
from tests.clips import demo_clip
from tests.window.sleeper import Sleeper

pytestmark = pytest.mark.slow


def videos(folder: Path) -> list[Path]:
    return sorted(folder.glob("captures/*.mp4"))


def test_ctrl_r_records_the_scene_without_panels_until_it_is_pressed_again(open_viewer, tmp_path):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    recorder = session.tool(Recorder)
    session.press("ctrl+r")
    assert recorder.is_recording
    session.drag((500, 200), (80, 0))
    session.until(lambda: recorder.facts().seconds >= 2)
    marked = session.screen()
    session.press("ctrl+r")
    session.until(lambda: any("Recording saved" in text for text in session.viewer.snapshot().notices.infos))
    (notice,) = (n for n in session.viewer.snapshot().notices.shown if "Recording" in n.text)
    (path,) = videos(tmp_path)
    assert notice.buttons[0].command.path.resolve() == path
    assert recorder.facts() is None
    corner = np.abs(marked[60:110, -140:].astype(int) - session.screen()[60:110, -140:]).max(-1)
    assert (corner > 8).mean() > 0.2, "the mark was there, and is gone"

    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
        assert not file.streams.audio
    assert (frames[0].width, frames[0].height) == (640, 400)
    assert len(frames) > 5
    assert frames[-1].time >= 2
    first, last = (frame.to_ndarray(format="rgb24").astype(int) for frame in (frames[0], frames[-1]))
    drawn = session.app.display.picture().astype(int)
    assert np.abs(last - drawn).mean() < 12, "what is on screen, without the panels and the room for them"
    assert np.abs(last - first).mean() > 5, "it was turned"


def test_the_sound_of_a_video_is_recorded_and_quitting_ends_the_file(open_viewer, tmp_path):
    clip = demo_clip(tmp_path / "clip.mp4", frames=90, sound="aac")
    session = open_viewer(Sleeper.quick, source=str(clip))
    session.until(lambda: session.app.live is not None)
    session.press("ctrl+r")
    recorder = session.tool(Recorder)
    session.until(lambda: recorder.facts().seconds >= 2)
    assert session.viewer.view.shown.frame.position_s is not None
    session.close()
    (path,) = videos(tmp_path)
    with av.open(str(path)) as file:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
        seconds = file.duration / av.time_base
    assert len(samples) / 48_000 == pytest.approx(seconds, abs=0.1)
    assert seconds >= 2
    assert np.abs(samples[4800:-9600]).mean() > 0.05, "the tone of the clip"


def test_a_folder_that_cannot_be_written_to_ends_the_recording_with_a_notice(open_viewer, tmp_path):
    (tmp_path / "file").write_text("")
    session = open_viewer(source="demo", captures_dir=tmp_path / "file" / "x")
    session.until(lambda: session.app.live is not None)
    session.press("ctrl+r")
    session.until(lambda: any("cannot be written" in text for text in session.viewer.snapshot().notices.warnings))
    session.until(lambda: not session.tool(Recorder).is_recording)


def test_the_scene_is_recorded_with_its_depth_and_opens_again(open_viewer, tmp_path):
    session = open_viewer(source="demo")
    session.until(lambda: session.app.live is not None)
    recorder = session.tool(RgbdRecorder)
    session.press("ctrl+shift+r")
    session.until(lambda: recorder.facts() is not None)
    first = session.app.live
    session.until(lambda: session.app.live.frame.index > first.frame.index + 5)
    session.press("ctrl+shift+r")
    session.until(lambda: any("Recording saved" in text for text in session.viewer.snapshot().notices.infos))
    (path,) = tmp_path.glob("captures/*_rgbd.mkv")
    session.viewer.settings.change(source=str(path))
    session.until(lambda: session.app.live.frame.recorded is not None)
    live = session.app.live
    assert (live.model, live.kind, live.camera) == (first.model, first.kind, first.camera)
    assert live.depth.shape == first.depth.shape
    assert not session.app.worker.status.loading
