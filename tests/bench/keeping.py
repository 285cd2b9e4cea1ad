"""What it costs to keep what was seen: for instant replay, and in a recording with depth.

python -m tests.bench.keeping VIDEO
python -m tests.bench.keeping VIDEO --live [ROUNDS]

The first line measures what replay takes of a core, and of memory, for a source of 30 frames a second. Only the time
of its own thread counts, so other work on the machine changes little. The second one opens the window on a display of
its own, with the video as a camera of 640x360 and `lite`. It counts depth maps while nothing is kept, with replay, and
while the scene is recorded (Shift+Ctrl+R), in turns: compare them with each other only. The time of all cores for a
map is what other work on the machine changes least.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from time import thread_time

import cv2
import numpy as np

from engine.depth.lite_depth import LiteDepth
from engine.frames import DepthFrame, DepthKind, Frame
from engine.models.checkpoints import load
from engine.settings import Settings
from engine.sources.recording.ring import KeptFrame, Ring, Thinning
from engine.sources.recording.video import VideoSource

FPS = 30.0
FRAMES = 20
LIVE_PX = (640, 360)
TURN_S, PAUSE_S = 10.0, 2.0


def frames_of(video: Path) -> list[DepthFrame]:
    """The first frames of a video, 1920x1080, with the depth of `lite` at its size in the window."""
    source, network = VideoSource(video), LiteDepth(load("lite"), input_size=252)
    frames = []
    for _ in range(FRAMES):
        image = cv2.resize(source.read(1920).image, (1920, 1080), interpolation=cv2.INTER_AREA)
        depth = network.infer(cv2.resize(image, LIVE_PX, interpolation=cv2.INTER_AREA))
        frames.append(DepthFrame(Frame(image), depth, DepthKind.DISPARITY, model="lite"))
    source.close()
    return frames


def scaled(frames: list[DepthFrame], size: tuple[int, int]) -> list[DepthFrame]:
    """The same with smaller pictures."""
    images = [cv2.resize(frame.frame.image, size, interpolation=cv2.INTER_AREA) for frame in frames]
    return [replace(frame, frame=Frame(image)) for frame, image in zip(frames, images, strict=True)]


def keep(frames: list[DepthFrame], *, is_recording: bool, seconds: float) -> tuple[float, float, Ring]:
    """Keep as many seconds as the ring holds, as the program does; return cores, frames a second, and the ring."""
    ring, thinning, core_s, kept = Ring(), Thinning(), 0.0, 0
    for index, frame in enumerate(islice(cycle(frames), round(seconds * FPS))):
        if not thinning.takes(index / FPS, seconds):
            continue
        shown = replace(frame, frame=replace(frame.frame, position_s=index / FPS if is_recording else None))
        started_s = thread_time()
        one = KeptFrame.of(shown, index / FPS)
        ring.add(one, seconds)
        thinning.note(taken_s := thread_time() - started_s, one.size_bytes)
        core_s, kept = core_s + taken_s, kept + 1
    return core_s / seconds, kept / seconds, ring


def measure_replay(video: Path) -> None:
    seconds = Settings().capture.replay_s
    print(f"{'':<22}{'% of a core':>12}{'frames/s':>10}{'MB':>6}{'s':>6}   of {seconds:g} s at {FPS:g} frames/s")
    large = frames_of(video)
    for size in (LIVE_PX, (1280, 720), (1920, 1080)):
        frames = scaled(large, size)
        for name, is_recording in (("camera", False), ("video", True)):
            cores, rate, ring = keep(frames, is_recording=is_recording, seconds=seconds)
            spanned_s = ring.frames[-1].time_s - ring.frames[0].time_s
            what = f"{name} {size[0]}x{size[1]}"
            print(
                f"{what:<22}{100 * cores:>12.1f}{rate:>10.1f}{ring.size_bytes / 1e6:>6.0f}{spanned_s:>6.1f}", flush=True
            )


class Camera:
    """Pictures from memory, thirty a second."""

    def __init__(self, images: list[np.ndarray]) -> None:
        self._images, self._due_s = cycle(images), time.monotonic()

    def read(self, max_res: int) -> np.ndarray:
        self._due_s = max(self._due_s + 1 / FPS, time.monotonic() - 1 / FPS)
        time.sleep(max(self._due_s - time.monotonic(), 0.0))
        return next(self._images)

    def close(self) -> None:
        pass


def measure_live(video: Path, rounds: int) -> None:
    from engine.app.tools.rgbd_recorder import RgbdRecorder
    from engine.plugins.registered import register_source
    from tests.sources.servers import Display
    from tests.window.session import Hand, open_session

    images = [frame.frame.image for frame in scaled(frames_of(video), LIVE_PX)]
    register_source("memory", lambda rest: Camera(images))
    rates: dict[str, list[tuple[float, float]]] = {"nothing": [], "replay": [], "recording": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        display = Display(folder, 1400, 900)
        os.environ["DISPLAY"] = display.name
        try:
            session = open_session(Hand(display.name), folder, source="memory", encoder="lite", captures_dir=folder)
            session.until(lambda: session.app.worker.status.depth_frames > 20)
            recorder = session.tool(RgbdRecorder)
            for what in islice(cycle(rates), len(rates) * rounds):
                session.viewer.settings.change(replay_s=20.0 if what == "replay" else 0.0)
                if what == "recording":
                    recorder.toggle()
                session.for_seconds(PAUSE_S)
                before = session.app.worker.status.depth_frames
                started_s, cores_s = time.monotonic(), time.process_time()
                session.for_seconds(TURN_S)
                maps = session.app.worker.status.depth_frames - before
                rates[what].append((maps / (time.monotonic() - started_s), (time.process_time() - cores_s) / maps))
                if what == "recording":
                    dropped = recorder.facts().dropped
                    recorder.toggle()
                    print(f"recorded {maps} maps, dropped {dropped}", flush=True)
            session.close()
        finally:
            display.kill()
    base_per_s, base_s = np.median(rates["nothing"], axis=0)
    for what, values in rates.items():
        per_s, cores_s = np.median(values, axis=0)
        spread = " ".join(f"{value[0]:.1f}" for value in values)
        print(
            f"{what:<12}{per_s:>6.2f} maps/s {per_s / base_per_s:>6.2f}   ({spread})"
            f"{1000 * cores_s:>8.0f} ms of all cores a map {cores_s / base_s:>6.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--live", type=int, nargs="?", const=5, metavar="ROUNDS")
    options = parser.parse_args()
    if options.live is None:
        measure_replay(options.video)
    else:
        measure_live(options.video, options.live)


if __name__ == "__main__":
    main()
