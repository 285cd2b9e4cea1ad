"""How soon the first frame of a file is on screen while the program runs: `python -m tests.bench.open`.

Starts its own virtual display. The demo plays with the depth of a network, as it would; each file is opened a few times
in turns. `cores s` is what all cores of the program worked until then, with the demo that plays on; other work on the
machine changes it less than the time on the clock.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from engine.status.commands import Open
from tests.sources.servers import Display
from tests.window.session import Hand, Session, open_session
from tests.window.source_pictures import clip_of_the_demo

AIM_S = 0.3


def files(folder: Path) -> dict[str, Path]:
    """Make what is opened."""
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    for name, size in (("small.jpg", (1280, 960)), ("12 MP.jpg", (4000, 3000))):
        cv2.imwrite(str(folder / name), cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC))
    return {
        "photo, 1.2 MP": folder / "small.jpg",
        "photo, 12 MP": folder / "12 MP.jpg",
        "video": clip_of_the_demo(folder / "clip.mp4"),
    }


def opening_s(session: Session, path: Path) -> tuple[float, float]:
    """Open `path`; return when its first frame was presented, and how long all cores had worked until then."""
    worked_s, started_s = time.process_time(), time.monotonic()
    session.viewer.do(Open((str(path),)))
    while True:
        session.turn(1)
        shown = session.viewer.view.draw_request().frame
        if shown is not None and shown.frame.source_id == str(path):
            return time.monotonic() - started_s, time.process_time() - worked_s
        time.sleep(0.005)


def main(repetitions: int = 5) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CONFIG_HOME"], os.environ["XDG_CACHE_HOME"] = name, name
        os.chdir(folder)
        display = Display(folder, 1300, 740)
        os.environ["DISPLAY"] = display.name
        paths = files(folder)
        session = open_session(Hand(display.name), folder, (1280, 720), rise_s=0.5, source="demo", demo_depth=False)
        session.until(lambda: session.app.live is not None)
        session.for_seconds(3)
        times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in paths}
        for _ in range(repetitions):
            for kind, path in paths.items():
                times[kind].append(opening_s(session, path))
                session.until(lambda path=path: session.app.live.frame.source_id == str(path))
                session.for_seconds(1)
        session.close()
        display.kill()
    print(f"{'opened':<16}{'aim s':>7}{'least s':>9}{'median s':>10}{'cores s':>9}")
    for kind, measured in times.items():
        seconds, cores = zip(*measured, strict=True)
        figures = min(seconds), statistics.median(seconds), statistics.median(cores)
        print(f"{kind:<16}{AIM_S:>7.2f}" + "".join(f"{s:>{w}.2f}" for s, w in zip(figures, (9, 10, 9), strict=True)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
