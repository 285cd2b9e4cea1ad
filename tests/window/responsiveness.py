"""How evenly the window draws while a network runs: `python -m tests.window.responsiveness`.

One window of 1280x720 on a virtual display, whose camera always moves, so that every turn draws. In one run, taking
turns: no network (idle), one that sleeps two seconds a frame, and lite; the time between two presented pictures, and
the depth maps in a second. At the end a still picture that nobody touches: the share of a core that the program uses.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

# as `engine.cli` does; both are read when the libraries load
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("LP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))

import cv2
import numpy as np

from engine.clock import RealClock, Ticker
from tests.sources.servers import Display
from tests.window.session import Hand, Session, open_session
from tests.window.sleeper import Sleeper


def present_times(session: Session, seconds: float, fps: float) -> tuple[np.ndarray, float]:
    """Return the seconds between presented pictures while the camera swings, and depth maps per second."""
    ticker = Ticker(RealClock(), fps)
    depth_before = session.app.worker.status.depth_frames
    begin = time.monotonic()
    stamps = []
    while time.monotonic() - begin < seconds:
        now = ticker.wait()
        session.viewer.view.navigation.target = session.viewer.view.navigation.target.orbited(
            0.004 * np.sign(np.sin(now * 2)), 0.0
        )
        session.viewer.turn(now)
        stamps.append(time.monotonic())
    depth_rate = (session.app.worker.status.depth_frames - depth_before) / seconds
    return np.diff(stamps), depth_rate


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, help="a video")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--fps", type=float, default=30)
    parser.add_argument("--subsample", type=int, default=2)
    parser.add_argument("--quality", default="high", help="auto: as much as is quick enough")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        display = Display(folder, 1400, 900)
        os.environ["DISPLAY"] = display.name
        hand = Hand(display.name)
        rows: dict[str, list[tuple[float, float, float]]] = {}
        for _ in range(options.rounds):
            for what in ("idle", "sleeping", "lite"):
                session = open_session(
                    hand, folder, (1280, 720), make_estimator=Sleeper if what == "sleeping" else None,
                    source=options.source, subsample=options.subsample, quality=options.quality,
                )  # fmt: skip
                session.until(lambda s=session: s.app.live is not None)
                if what == "idle":
                    session.app.source.close()
                if options.quality == "auto":
                    present_times(session, 4, options.fps)  # until it has settled
                session.for_seconds(1)
                times, depth_rate = present_times(session, options.seconds, options.fps)
                p50, p99 = np.percentile(times, (50, 99)) * 1e3
                rows.setdefault(what, []).append((p50, p99, depth_rate))
                print(f"{what}: {session.app.display.quality}")
                session.close()
        print(f"{'':10} {'p50 ms':>18} {'p99 ms':>18} {'p99 / idle':>11} {'depth/s':>14}")
        idle_p99 = np.median([row[1] for row in rows["idle"]])
        for what, values in rows.items():
            spread = [f"{np.median(c):6.1f} ({min(c):.0f}–{max(c):.0f})" for c in zip(*values, strict=True)]
            ratio = np.median([row[1] for row in values]) / idle_p99
            print(f"{what:10} {spread[0]:>18} {spread[1]:>18} {ratio:11.2f} {spread[2]:>14}")
        cv2.imwrite(str(folder / "still.png"), np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8))
        session = open_session(hand, folder, (1280, 720), source=str(folder / "still.png"))
        session.until(lambda: session.app.live is not None)
        session.for_seconds(2)
        ticker, cpu, begin = Ticker(RealClock(), options.fps), time.process_time(), time.monotonic()
        while time.monotonic() - begin < options.seconds:
            session.viewer.turn(ticker.wait())
        share = (time.process_time() - cpu) / (time.monotonic() - begin)
        print(f"still picture: {share:.1%} of a core")
        session.close()
        display.kill()


if __name__ == "__main__":
    main()
