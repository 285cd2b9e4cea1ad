"""Instant replay: the last seconds of a scene, kept, played in place of the source, and saved as a recording."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from engine.export.rgbd_video import Layout, RgbdVideo, numbered
from engine.files.atomic import complete_file
from engine.frames import DepthFrame
from engine.settings import SourceSettings
from engine.sources import SourceSwitch, open_source
from engine.sources.base import Recording
from engine.sources.recording.replay import ReplaySource
from engine.sources.recording.ring import Keeper, KeptFrame


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What was kept at one moment."""

    frames: Sequence[KeptFrame]
    """At least two, of one source."""
    settings: SourceSettings
    """Of that source."""

    @property
    def seconds(self) -> float:
        """The time from the first frame to the last."""
        return self.frames[-1].time_s - self.frames[0].time_s

    def open(self) -> ReplaySource:
        """Return it as a source. Raises SourceError if the recording that it is from cannot be opened any more."""
        if isinstance(self.frames[0].picture, bytes):
            return ReplaySource(self.frames)
        recording = open_source(self.settings)
        assert isinstance(recording, Recording)
        return ReplaySource(self.frames, recording)

    def save(self, path: Path, progress: Callable[[float], None] = lambda share: None) -> list[Path]:
        """Write it to `path`, which ends in `SUFFIX`; where size or network change, another file begins.

        Return the files. `progress` is told the share that is written, and may raise to give up.
        Raises SourceError, OutputError.
        """
        fps = Fraction((len(self.frames) - 1) / self.seconds).limit_denominator(1001)
        files: list[Path] = []
        done = 0
        with closing(self.open()) as source:
            for layout, group in groupby(self.frames, _layout):
                kept = list(group)
                files.append(numbered(path, len(files) + 1))
                with (
                    complete_file(files[-1]) as temporary,
                    RgbdVideo(temporary, layout, fps, is_live=True) as video,
                ):
                    for frame in kept:
                        image = source.picture(frame, max(frame.size)).image
                        video.write_codes(image, frame.codes, frame.line, frame.time_s - kept[0].time_s)
                        done += 1
                        progress(done / len(self.frames))
        return files


class Replay:
    """Keeps what is shown, and replays it. Main thread only."""

    def __init__(self, source: SourceSwitch) -> None:
        self._source = source
        self._keeper = Keeper()
        self._past: Past | None = None

    @property
    def shown(self) -> Past | None:
        """What is being replayed."""
        return self._past if self._source.is_replaying else None

    def keep(self, frame: DepthFrame, seconds: float) -> None:
        """Keep `frame` for `seconds`; with 0 nothing is kept. Returns at once."""
        if not seconds:
            self._keeper.ring.clear()
        elif not (frame.frame.take < 0 or frame.frame.is_still or frame.is_warped):
            self._keeper.show(frame, frame.frame.time_s, seconds)

    def past(self, live: DepthFrame | None) -> Past | None:
        """Return what is kept of the source of `live`; None if that is not more than a frame."""
        frames = self._keeper.ring.frames
        if live is None or len(frames) < 2 or frames[-1].source_id != live.frame.source_id:
            return None
        return Past(frames, self._source.settings)

    def begin(self, past: Past) -> None:
        """Show `past` in place of the source."""
        self._past = past
        self._source.replay(past.open)

    def close(self) -> None:
        """Stop keeping."""
        self._keeper.close()


def _layout(kept: KeptFrame) -> Layout:
    height, width = kept.codes.shape
    return Layout(kept.header, kept.size, (width, height))
