"""Adapter from sources of plugins to `Source`."""

import time
from dataclasses import replace
from typing import Any

from engine.errors import EngineError, SourceError
from engine.frames import Frame, checked_image, scale_intrinsics
from engine.plugins import registered
from engine.sources.base import Source
from engine.sources.image import shrink

DEFAULT_FPS = 30.0
"""The frame rate of sources that are not live and have no `fps`."""
SHORTEST_S = 1 / 240
"""A live source that gives frames faster is slowed down: it would keep all other threads from running."""
IDLE_S = 0.005
"""The wait after a live source had no new frame."""


def open_added(name: str) -> Source:
    """Open the registered source NAME or NAME:REST. Raises SourceError."""
    kind, _, rest = name.partition(":")
    try:
        opened = registered.SOURCES[kind].open(rest)
    except EngineError as error:
        raise SourceError(f"{name}: {error}") from error
    except Exception as error:  # a plugin may raise anything
        raise SourceError(f"{name} could not be opened: {type(error).__name__}: {error}") from error
    return opened if isinstance(opened, Source) else AddedSource(name, opened)


class AddedSource(Source):
    """A source of a plugin. Its images are checked, scaled, numbered and given times."""

    def __init__(self, name: str, opened: registered.Source) -> None:
        self.source_id = name
        self.is_live = bool(getattr(opened, "is_live", True))
        self._fps = float(getattr(opened, "fps", DEFAULT_FPS))
        self._opened: registered.Source | None = opened
        self._index = 0
        self._next_s = 0.0
        """When to read a live source again at the earliest."""

    def read(self, max_res: int) -> Frame | None:
        assert self._opened is not None
        if self.is_live:
            time.sleep(max(self._next_s - time.monotonic(), 0))
            self._next_s = time.monotonic() + SHORTEST_S
        try:
            given = self._opened.read(max_res)
            if given is None:
                if self.is_live:
                    time.sleep(IDLE_S)
                return None
            frame = given if isinstance(given, Frame) else Frame(checked_image(given))
            checked_image(frame.image)
        except EngineError as error:
            raise SourceError(f"{self.source_id}: {error}") from error
        time_s = frame.time_s or (time.monotonic() if self.is_live else self._index / self._fps)
        frame = replace(_within(frame, max_res), index=self._index, time_s=time_s, source_id=self.source_id)
        self._index += 1
        return frame

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


def _within(frame: Frame, max_res: int) -> Frame:
    """Scale the image of `frame` down so that its longest side is at most `max_res`. Depth is not scaled."""
    image = shrink(frame.image, max_res)
    if image is frame.image:
        return frame
    changes: dict[str, Any] = {"image": image, "original": frame.original or (lambda: frame.image)}
    if frame.intrinsics is not None:
        (height, width), (h, w) = frame.image.shape[:2], image.shape[:2]
        changes["intrinsics"] = scale_intrinsics(frame.intrinsics, w / width, h / height)
    return replace(frame, **changes)
