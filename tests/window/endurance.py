"""A long run of the real window, by hand: `python -m tests.window.endurance --minutes 10`.

Under Xvfb, with a stream that is killed and comes back, sources and networks that change, windows that are resized and
captures that are taken, at random but always the same. Fails if anything is logged that is not on the list below, if
memory grows, or if the window stops answering.
"""

import argparse
import logging
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from tests.sources.servers import Display, MjpegServer, jpeg
from tests.window.session import Hand, Session, open_session

EXPECTED = (
    "retrying",
    "reconnecting",
    "the weights of",
    "no camera was found",
    "cannot be reached",
    "no frame",
    "ended",
    "does not answer",
    "does not respond",
)
LONGEST_TURN_S = 3.0


class Log(logging.Handler):
    """Counts log messages, and keeps unexpected ones."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[str] = Counter()
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        self.counts[message] += 1
        if record.exc_info or not any(part in message for part in EXPECTED):
            self.unexpected.append(message)


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Person:
    """Does something else every few seconds."""

    def __init__(self, session: Session, server: MjpegServer) -> None:
        self.session, self.server = session, server
        self.random = random.Random(3)
        self.done: Counter[str] = Counter()
        camera = SceneCamera.at(320, 180)
        self.pictures = [jpeg(render(camera, n / 5)[0]) for n in range(30)]

    def act(self) -> None:
        name = self.random.choice(
            [
                "orbit",
                "orbit",
                "key",
                "key",
                "source",
                "encoder",
                "resize",
                "capture",
                "kill",
                "stall",
                "max_res",
                "leave",
            ]
        )
        self.done[name] += 1
        getattr(self, name)()

    def orbit(self) -> None:
        self.session.drag((500, 300), (self.random.randint(-80, 80), self.random.randint(-30, 30)))

    def key(self) -> None:
        self.session.press(
            self.random.choice(["p", "l", "c", "n", "bracketright", "bracketleft", "Tab", "F1", "r", "space"])
        )

    def source(self) -> None:
        self.session.viewer.settings.change(
            source=self.random.choice([self.server.address, "demo", "webcam", "screen"])
        )

    def encoder(self) -> None:
        self.session.viewer.settings.change(encoder=self.random.choice(["auto", "lite", "vits"]))

    def max_res(self) -> None:
        self.session.viewer.settings.change(max_res=self.random.choice([160, 320, 640]))

    def resize(self) -> None:
        self.session.hand.do(
            "search", "--name", "da3d", "windowsize", self.random.randint(330, 1300), self.random.randint(240, 850)
        )

    def capture(self) -> None:
        self.session.press("x")

    def leave(self) -> None:
        if self.session.viewer.view.is_held:
            self.session.press("Escape")

    def stall(self) -> None:
        self.server.is_stalled = not self.server.is_stalled

    def kill(self) -> None:
        port = self.server.port
        self.server.kill()
        self.session.for_seconds(2)
        self.server = MjpegServer(lambda n: self.pictures[n % 30], port=port)


def main() -> None:
    """Run, and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    log = Log()
    logging.getLogger("engine").addHandler(log)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        display = Display(folder, 1400, 900)
        os.environ["DISPLAY"] = display.name
        person = Person(None, MjpegServer(lambda n: person.pictures[n % 30]))
        session = person.session = open_session(
            Hand(display.name), folder, (1000, 600), source=person.server.address, max_res=320, subsample=3
        )
        longest_s, memory = 0.0, []
        end = time.monotonic() + 60 * minutes
        next_act = time.monotonic() + 5
        while time.monotonic() < end and not session.window.is_closing:
            started = time.monotonic()
            session.turn(1)
            longest_s = max(longest_s, time.monotonic() - started)
            if time.monotonic() > next_act:
                person.act()
                memory.append(rss_mb())
                next_act = time.monotonic() + person.random.uniform(0.5, 3)
            time.sleep(0.01)
        closed = session.window.is_closing
        report = session.app.report()
        session.close()
        person.server.kill()
        display.kill()
    print(f"acts {dict(person.done)}")
    print(f"depth frames {report['depth_frames']}, drawn {report['display_frames']}, errors {report['errors']}")
    quarters = [memory[len(memory) * n // 4 - 1] for n in (1, 2, 3, 4)]
    print(f"longest turn {longest_s:.2f} s; memory after each quarter: {', '.join(f'{mb:.0f}' for mb in quarters)} MB")
    for message, count in log.counts.most_common():
        print(f"  {count:4d} × {message}")
    assert not closed, "the window closed"
    assert not log.unexpected, log.unexpected
    assert longest_s < LONGEST_TURN_S


if __name__ == "__main__":
    main()
