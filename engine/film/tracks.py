"""What a film takes over from its video beside the frames."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import av

from engine.export.audio_track import AudioTrack
from engine.export.encodings import CONTAINERS
from engine.export.subtitle_track import SubtitleTrack, subtitle_numbers
from engine.export.video_writer import Track

log = logging.getLogger(__name__)


def tracks_of(
    source: Path,
    container: str,
    start_s: float,
    end_s: float | None,
    offsets_s: Sequence[float],
    *,
    is_cut: bool,
) -> list[Track]:
    """Return all audio and subtitle tracks of `source` that the kind of file can hold.

    start_s: the time in the source that becomes 0; end_s: where the film ends, from there; is_cut: leave out
    what is heard before it starts.
    """
    rules = CONTAINERS[container].sound if container in CONTAINERS else None
    if rules is None:
        return []
    with av.open(os.path.abspath(source), metadata_errors="replace") as file:
        audio = len(file.streams.audio)
    tracks: list[Track] = [
        AudioTrack(source, start_s, end_s, offsets_s, number=number, rules=rules, is_cut=is_cut)
        for number in range(audio)
    ]
    numbers, left_out = subtitle_numbers(source, container)
    if left_out:
        log.warning("%s: %d of its subtitle tracks do not fit into %s; use --format mkv", source, left_out, container)
    return tracks + [SubtitleTrack(source, number, start_s, end_s) for number in numbers]
