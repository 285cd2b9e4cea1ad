"""Sources of frames: one file per kind, behind one interface. Decoders load when they are needed."""

from engine.sources.base import Source
from engine.sources.reader import SourceReader
from engine.sources.registry import open_source
from engine.sources.switch import SourceSwitch

__all__ = ["Source", "SourceReader", "SourceSwitch", "open_source"]
