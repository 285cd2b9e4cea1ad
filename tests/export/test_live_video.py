"""Videos of what happens now."""

import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import OutputError
from engine.export.followed_sound import RATE_HZ, Heard
from engine.export.live_video import LiveVideo
from tests.conftest import ROOT
from tests.waiting import LIMIT_S, wait_for

SIZE = (64, 36)
FPS = 25


def gray(level: int, size=SIZE) -> np.ndarray:
    return np.full((size[1], size[0], 3), level, np.uint8)


def noise(index: int) -> np.ndarray:
    return np.random.default_rng(index).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def pictures_in(path: Path) -> list[tuple[float, float]]:
    """The time and the mean brightness of each frame."""
    with av.open(str(path)) as file:
        return [(frame.time, float(frame.to_ndarray(format="gray").mean())) for frame in file.decode(video=0)]


def whole_frames_in(path: Path) -> int:
    """The number of frames up to the first that is damaged, as at the end of a file that is cut off."""
    count = 0
    with av.open(str(path)) as file, suppress(av.FFmpegError):
        for _ in file.decode(video=0):
            count += 1
    return count


def loudness_in(path: Path) -> np.ndarray:
    """The largest sample of each millisecond."""
    with av.open(str(path)) as file:
        frames = list(file.decode(audio=0))
    at = round(frames[0].time * RATE_HZ)
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    samples = np.concatenate([np.zeros(max(at, 0)), samples[max(-at, 0) :]])
    per_ms = RATE_HZ // 1000
    return np.abs(samples[: len(samples) // per_ms * per_ms]).reshape(-1, per_ms).max(1)


def clip_with_clicks(path: Path, seconds: int) -> Path:
    """Flashes and clicks at the beginning of each second. The click of second n is n + 1 times as long."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        sound = file.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono")
        for index in range(seconds * FPS):
            picture = gray(250 if index % FPS == 0 else 10)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            samples = np.zeros((1, RATE_HZ // FPS), np.int16)
            if index % FPS == 0:
                samples[:, : 480 * (1 + index // FPS)] = 20_000
            part = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            part.sample_rate, part.time_base, part.pts = RATE_HZ, Fraction(1, RATE_HZ), index * samples.shape[1]
            file.mux(sound.encode(part))
        file.mux(stream.encode())
    return path


def starts(values: np.ndarray, level: float) -> list[int]:
    """Where `values` rise above `level`, having been below it for a while."""
    high = np.flatnonzero(values > level)
    return [int(at) for index, at in enumerate(high) if index == 0 or at - high[index - 1] > 100]


def test_frames_that_find_no_room_are_dropped_and_counted(tmp_path):
    video = LiveVideo(tmp_path / "new" / "live.mp4", SIZE, FPS)
    made = []

    def picture(index: int):
        return lambda: made.append(index) or gray(index)

    for index in range(100):  # nobody writes yet
        video.show(picture(index), index / FPS)
    room = len(made)
    assert 4 <= room < 100
    assert made == list(range(room)), "what is dropped is not read back"
    assert video.status.dropped == 100 - room
    video.show(None, 4.0)
    assert video.status.dropped == 100 - room, "a repetition is nothing that is missing"
    video.stop(5.0)
    assert video.write().dropped == 100 - room
    found = pictures_in(tmp_path / "new" / "live.mp4")
    assert len(found) == room + 1
    assert found[-1][0] == pytest.approx(5.0, abs=0.001)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["live.mp4"]


def test_a_window_of_another_size_is_fitted_in(tmp_path):
    video = LiveVideo(tmp_path / "live.mp4", SIZE, FPS)
    video.show(lambda: gray(200), 0.0)
    video.show(lambda: gray(200, (80, 120)), 1.0)
    video.stop(2.0)
    video.write()
    with av.open(str(tmp_path / "live.mp4")) as file:
        first, second, _ = (frame.to_ndarray(format="rgb24") for frame in file.decode(video=0))
    assert first.shape == second.shape == (36, 64, 3)
    assert second[18, 32].mean() == pytest.approx(200, abs=12)
    assert second[18, 2].mean() < 20


def test_an_odd_size_and_full_color_are_possible(tmp_path):
    video = LiveVideo(tmp_path / "live.mp4", (63, 35), FPS, has_full_color=True)
    video.show(lambda: gray(100, (63, 35)), 0.0)
    video.stop(0.0)
    video.write()
    with av.open(str(tmp_path / "live.mp4")) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height, stream.pix_fmt) == (64, 36, "yuv444p")
        assert len(list(file.decode(video=0))) == 1


def test_what_is_there_while_it_is_written_can_be_played(tmp_path):
    video = LiveVideo(tmp_path / "live.mp4", SIZE, FPS)
    thread = threading.Thread(target=video.write)
    thread.start()
    for index in range(12 * FPS):
        wait_for(lambda: len(video._waiting) < 4)
        video.show(lambda index=index: noise(index), index / FPS)
    wait_for(lambda: not video._waiting)
    shutil.copy(tmp_path / "live.mp4", tmp_path / "cut.mp4")
    video.stop(12.0)
    thread.join(LIMIT_S)
    assert whole_frames_in(tmp_path / "cut.mp4") > 4 * FPS
    assert len(pictures_in(tmp_path / "live.mp4")) == 12 * FPS + 1


RECORDING = """
import sys, threading
from pathlib import Path
import numpy as np
from engine.export.live_video import LiveVideo
video = LiveVideo(Path(sys.argv[1]), (64, 36), 25)
video._most = 1000
for index in range(250):
    picture = np.random.default_rng(index).integers(0, 256, (36, 64, 3), np.uint8)
    video.show(lambda: picture, index / 25)
video.write()
"""


def test_a_process_that_is_killed_leaves_what_it_recorded(tmp_path):
    path = tmp_path / "live.mp4"
    with subprocess.Popen([sys.executable, "-c", RECORDING, path], cwd=ROOT) as process:
        try:
            wait_for(lambda: path.is_file() and path.stat().st_size > 200_000)  # three fragments
        finally:
            process.kill()
    assert [one.name for one in tmp_path.iterdir()] == ["live.mp4"]
    assert whole_frames_in(path) > 2 * FPS


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit to the size of files")
def test_if_the_disk_is_full_what_was_recorded_is_kept(tmp_path):
    import resource

    video = LiveVideo(tmp_path / "live.mp4", SIZE, FPS)
    video._most = 20 * FPS + 1
    for index in range(20 * FPS):
        video.show(lambda index=index: noise(index), index / FPS)
    video.stop(20.0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot be written any more .*The first \d+ s are in .*live\.mp4"):
            video.write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["live.mp4"]
    assert FPS < len(pictures_in(tmp_path / "live.mp4")) < 20 * FPS


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    video = LiveVideo(tmp_path / "file" / "live.mp4", SIZE, FPS)
    video.show(lambda: gray(0), 0.0)
    video.stop(1.0)
    with pytest.raises(OutputError, match=r"live\.mp4 cannot be written"):
        video.write()


def test_sound_is_in_step_through_a_pause_a_jump_and_uneven_pictures(tmp_path):
    clip = clip_with_clicks(tmp_path / "clip.mkv", 6)
    video = LiveVideo(tmp_path / "live.mp4", SIZE, FPS, sound=clip)
    video._most = 1000
    late = np.random.default_rng(3)

    def play(from_s: float, start_s: float, seconds: float) -> None:
        """Show the clip from `start_s` on, with pictures that come unevenly, as depth does."""
        for index in range(round(seconds * FPS)):
            position_s = start_s + index / FPS
            level = 250 if round(position_s * FPS) % FPS == 0 else 10
            time_s = from_s + index / FPS + late.uniform(0, 0.02)
            video.show(lambda level=level: gray(level), time_s, Heard(position_s))

    play(0.0, 0.4, 2.0)  # clicks at 0.6 and 1.6
    video.show(None, 2.0, Heard(2.36, is_playing=False))
    video.show(None, 3.0, Heard(2.36, is_playing=False))
    play(3.5, 2.4, 1.0)  # on it goes: a click at 4.1
    play(4.5, 0.0, 1.5)  # from the start again: 4.5 and 5.5
    video.stop(6.0)
    video.write()
    pictures = pictures_in(tmp_path / "live.mp4")
    flashes = [time_s for time_s, level in pictures if level > 128]
    loud = loudness_in(tmp_path / "live.mp4")
    clicks = [at / 1000 for at in starts(loud, 0.2)]
    assert len(clicks) == len(flashes) == 5
    assert clicks == pytest.approx(flashes, abs=1 / FPS)
    assert clicks == pytest.approx([0.6, 1.6, 4.1, 4.5, 5.5], abs=1 / FPS)
    lengths = [np.count_nonzero(loud[round(at * 1000) : round(at * 1000) + 90] > 0.2) for at in clicks]
    assert lengths == pytest.approx([20, 30, 40, 10, 20], abs=4), "each click is the one of its second"
    assert loud[2100:3900].max() < 0.05, "a pause is silent"
    assert len(loud) == pytest.approx(6000, abs=60)


def test_without_sound_there_is_no_track(tmp_path):
    silent = LiveVideo(tmp_path / "silent.mp4", SIZE, FPS)
    silent.show(lambda: gray(0), 0.0)
    silent.stop(1.0)
    silent.write()
    again = LiveVideo(tmp_path / "again.mp4", SIZE, FPS, sound=tmp_path / "silent.mp4")
    again.show(lambda: gray(0), 0.0, Heard(0.0))
    again.stop(1.0)
    again.write()
    for name in ("silent", "again"):
        with av.open(str(tmp_path / f"{name}.mp4")) as file:
            assert not file.streams.audio
