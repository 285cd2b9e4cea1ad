"""Progress as lines of JSON, for programs that start this one."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from engine.commands import batch

Step = TypeVar("Step")

EVERY_S = 1.0


class ProgressLines:
    """Prints what is done, how fast, and how long the rest takes; at most one line each second, and one at the end."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s

    def __call__(self, steps: Iterable[Step], doing: str, total: int | None) -> Iterator[Step]:
        started_s = said_s = self._now_s()
        done = 0
        for step in steps:
            done += 1
            now_s = self._now_s()
            if now_s - said_s >= EVERY_S:
                said_s = now_s
                self._say(doing, done, total, now_s - started_s)
            yield step
        self._say(doing, done, total, self._now_s() - started_s)

    def _say(self, doing: str, done: int, total: int | None, taken_s: float) -> None:
        fps = done / taken_s if taken_s > 0 else None
        left_s = None if total is None or not fps else max(total - done, 0) / fps
        rounded = {"fps": fps and round(fps, 2), "left_s": left_s and round(left_s, 1)}
        batch.report(json.dumps({"stage": doing, "done": done, "total": total, **rounded}))
