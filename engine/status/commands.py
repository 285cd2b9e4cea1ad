"""Commands: what keys and panels ask of the program. One union, carried out by one dispatcher."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.status.playback import Seek, SetLoop, SetSpeed


@dataclass(frozen=True, slots=True)
class Invoke:
    """Run a named action: one that a key or a button stands for."""

    action: str


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Change settings by name, now and for the next start."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApplyPreset:
    """Take over the settings of a preset."""

    name: str


@dataclass(frozen=True, slots=True)
class SavePreset:
    """Save the current settings as a preset of the user's own."""

    name: str


@dataclass(frozen=True, slots=True)
class DeletePreset:
    """Delete one of the user's own presets."""

    name: str


@dataclass(frozen=True, slots=True)
class Open:
    """Show files or an address that were dropped, pasted or typed."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrowseTo:
    """Show the content of a folder in the list of files, or open a file of it."""

    path: Path


@dataclass(frozen=True, slots=True)
class LoadCalibration:
    """Read the camera's intrinsics from a calibration file."""

    path: str


@dataclass(frozen=True, slots=True)
class RemoveView:
    """Remove one view of a multi-view scene."""

    index: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Close a notice."""

    number: int


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """Show a file, or a folder, in the system's file manager."""

    path: Path


@dataclass(frozen=True, slots=True)
class OpenMade:
    """Show something of the gallery as a scene."""

    path: Path


@dataclass(frozen=True, slots=True)
class RemoveMade:
    """Take something off the gallery."""

    path: Path
    to_bin: bool
    """Whether to move it to the bin of the system first."""


@dataclass(frozen=True, slots=True)
class CopyText:
    """Put a text into the clipboard."""

    text: str


@dataclass(frozen=True, slots=True)
class FillMonitor:
    """Go to full screen on a monitor."""

    number: int
    """Counted from 1."""


@dataclass(frozen=True, slots=True)
class GoToKeyFrame:
    """Move the camera to a key frame."""

    index: int


@dataclass(frozen=True, slots=True)
class SwapKeyFrames:
    """Exchange the views of a key frame and the next one; their times stay."""

    index: int


@dataclass(frozen=True, slots=True)
class TimeKeyFrame:
    """Change when a key frame is passed."""

    index: int
    at_s: float


@dataclass(frozen=True, slots=True)
class RemoveKeyFrame:
    """Remove a key frame."""

    index: int


@dataclass(frozen=True, slots=True)
class ChooseFilm:
    """Choose which film is rendered, by the fields of `FilmChoice`."""

    values: Mapping[str, Any]


Command = (
    Invoke
    | ChangeSettings
    | ApplyPreset
    | SavePreset
    | DeletePreset
    | Open
    | BrowseTo
    | LoadCalibration
    | RemoveView
    | Dismiss
    | OpenFolder
    | OpenMade
    | RemoveMade
    | CopyText
    | FillMonitor
    | GoToKeyFrame
    | SwapKeyFrames
    | TimeKeyFrame
    | RemoveKeyFrame
    | ChooseFilm
    | Seek
    | SetSpeed
    | SetLoop
)
