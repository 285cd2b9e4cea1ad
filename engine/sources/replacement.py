"""A source that is shown in place of another for a while: the replay of what was seen."""

from dataclasses import replace

from engine.frames import Frame
from engine.sources.reader import SourceReader


class Replacement:
    """What is shown, and what it hides: a source that goes on unseen or, if it is a recording, pauses."""

    def __init__(self, reader: SourceReader, hidden: SourceReader, newest: Frame | None) -> None:
        """`newest`: the newest frame of the hidden source."""
        self.reader = reader
        self.unseen = newest
        """The newest frame of the hidden source."""
        transport = hidden.transport
        self._paused = transport if transport is not None and not transport.playback.is_paused else None
        if self._paused is not None:
            self._paused.toggle()

    def end(self) -> None:
        """Let the hidden source go on."""
        if self._paused is not None and self._paused.playback.is_paused:
            self._paused.toggle()


def apart(frame: Frame) -> Frame:
    """Return a frame of a replay: of no take that its source counts, and at no place in its file."""
    return replace(frame, take=-1 - frame.take, position_s=None)
