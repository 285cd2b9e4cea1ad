"""Which RGB-D recording of another program a path is."""

import os
from pathlib import Path

from engine.files.rgbd_facts import Header
from engine.settings import SourceSettings
from engine.sources.recording.rgbd import recorded_in
from engine.sources.rgbd.packing import packing_of
from engine.sources.rgbd.record3d import SUFFIX, Record3dFile
from engine.sources.rgbd.scannet import ScanNetFolder, is_scannet
from engine.sources.rgbd.sequence import RgbdSequence
from engine.sources.rgbd.seven_scenes import SevenScenesFolder, is_seven_scenes
from engine.sources.rgbd.tum import TumFolder, is_tum


def open_sequence(path: Path) -> RgbdSequence | None:
    """Open a recording of another program; None if it is none. Raises SourceError."""
    if path.suffix.lower() == SUFFIX and os.path.isfile(path):
        return Record3dFile(path)
    if not path.is_dir():
        return None
    for is_meant, kind in ((is_tum, TumFolder), (is_scannet, ScanNetFolder), (is_seven_scenes, SevenScenesFolder)):
        if is_meant(path):
            return kind(path)
    return None


def own_depth_of(path: Path, settings: SourceSettings) -> Header | None:
    """Return what is known of the depth beside the pictures of a file or folder; None if there is none.

    Raises SourceError if it is a recording that cannot be read.
    """
    sequence = open_sequence(path)
    if sequence is not None:
        sequence.close()
        return sequence.header
    packing = packing_of(settings, path)
    return packing.header if packing else recorded_in(path)
