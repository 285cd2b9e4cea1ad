"""Which RGB-D recording of another program a path is."""

from pathlib import Path

from engine.sources.rgbd.sequence import RgbdSequence
from engine.sources.rgbd.tum import TumFolder, is_tum


def open_sequence(path: Path) -> RgbdSequence | None:
    """Open a recording of another program; None if it is none. Raises SourceError."""
    if path.is_dir() and is_tum(path):
        return TumFolder(path)
    return None
