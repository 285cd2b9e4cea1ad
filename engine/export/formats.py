"""File formats for a frame: meshes, point clouds and depth maps."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.export.depth_files import PngScale, save_exr, save_png16
from engine.export.glb import save_fused_glb, save_glb
from engine.export.obj import save_obj
from engine.export.ply import save_ply
from engine.files.atomic import complete_file, complete_folder
from engine.frames import Capture, DepthKind, DepthMap
from engine.geometry.mesh import Fused, Surface
from engine.geometry.point_cloud import Points
from engine.geometry.units import scale_of
from engine.geometry.world import is_measured
from engine.settings import Settings
from engine.settings.presets import portable


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is written: a capture, or a live frame in the form of one."""

    capture: Capture
    surface: Surface
    """Its front layer."""
    settings: Settings
    """The settings it was shown with."""

    @property
    def depth(self) -> DepthMap:
        """(h, w), NaN where nothing was measured."""
        frame = self.capture.frame
        return np.where(is_measured(frame.depth, frame.kind is DepthKind.DISPARITY), frame.depth, np.float32(np.nan))

    @property
    def settings_tree(self) -> dict[str, Any]:
        """The settings that differ from the defaults, without those that may hold a password or a path."""
        return portable(self.settings.model_dump(mode="json", exclude_defaults=True))


Write = Callable[[Path, Subject], None]
"""Writes to a path, which is an existing folder if the format has several files. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format."""

    suffix: str
    """Empty for a folder."""
    write: Write


def _glb(path: Path, subject: Subject) -> None:
    frame = subject.capture.frame
    height, width = frame.depth.shape
    save_glb(path, subject.surface, frame.intrinsics, (height, width))


def _mesh(path: Path, subject: Subject) -> None:
    mesh = subject.surface.without_loose_points()
    save_ply(path, mesh.points, mesh.colors, mesh.triangles, comment=_unit(subject))


def _points(path: Path, subject: Subject) -> None:
    save_ply(path, subject.surface.points, subject.surface.colors, comment=_unit(subject))


def _obj(path: Path, subject: Subject) -> None:
    save_obj(path, subject.surface)


def _png16(path: Path, subject: Subject) -> None:
    low, high = np.nanmin(subject.depth), np.nanmax(subject.depth)
    save_png16(path, subject.depth, PngScale.spanning(subject.capture.frame.kind, float(low), float(high)))


def _exr(path: Path, subject: Subject) -> None:
    save_exr(path, subject.depth, subject.capture.frame.kind)


def _npz(path: Path, subject: Subject) -> None:
    capture, frame = subject.capture, subject.capture.frame
    arrays: dict[str, NDArray[Any] | None] = {
        "depth": subject.depth,
        "kind": np.array(frame.kind.value),
        "confidence": capture.confidence,
        "intrinsics": frame.intrinsics,
        "camera": np.array(frame.camera),
        "extrinsics": capture.extrinsics,
        "model": np.array(frame.model),
        "settings": np.array(json.dumps(subject.settings_tree)),
    }
    with path.open("wb") as file:
        there = {name: array for name, array in arrays.items() if array is not None}
        np.savez_compressed(file, **there)  # type: ignore[arg-type]  # its own flag comes last


def _unit(subject: Subject) -> str:
    return _unit_of(scale_of(subject.capture.frame, subject.settings.scene).units_per_m == 1)


def _unit_of(is_in_meters: bool) -> str:
    return "unit: meters" if is_in_meters else "no unit"


FORMATS = {
    "glb": Format(".glb", _glb),
    "ply": Format(".ply", _mesh),
    "points": Format("-points.ply", _points),
    "obj": Format("", _obj),
    "png16": Format("-depth.png", _png16),
    "exr": Format(".exr", _exr),
    "npz": Format(".npz", _npz),
}
"""The formats, by the names that the window shows."""


_BY_ENDING = {"-points.ply": "points", ".png": "png16", ".obj": "obj"} | {
    form.suffix: name for name, form in FORMATS.items() if form.suffix
}


def format_of(path: Path) -> Format:
    """Return the format for the ending of `path`. Raises InputError for an unknown ending."""
    endings = [ending for ending in _BY_ENDING if path.name.lower().endswith(ending)]
    if not endings:
        raise InputError(f"{path} has an unknown ending; use one of {', '.join(sorted(_BY_ENDING))}")
    return FORMATS[_BY_ENDING[max(endings, key=len)]]


def write_to(path: Path, form: Format, subject: Subject) -> None:
    """Write `subject` to `path`, which becomes a folder if the format has several files.

    Raises OutputError, and leaves nothing behind then.
    """
    with (complete_file if form.suffix else complete_folder)(path) as temporary:
        form.write(temporary, subject)


def save_fused(path: Path, fused: Fused, units: float, *, is_in_meters: bool) -> None:
    """Write what several views make together, scaled by `units`: a mesh as GLB if `path` ends so, the rest as PLY.

    Raises OutputError, and leaves nothing behind then.
    """
    with complete_file(path) as temporary:
        if isinstance(fused, Points):
            save_ply(temporary, fused.places * units, fused.colors, comment=_unit_of(is_in_meters))
        elif path.suffix == ".glb":
            save_fused_glb(temporary, fused, units)
        else:
            comment = _unit_of(is_in_meters)
            save_ply(temporary, fused.points * units, fused.colors, fused.triangles, comment=comment)


def place_of(name: str, stem: Path) -> Path:
    """Return `stem` with the ending of the format `name`."""
    return stem.with_name(stem.name + FORMATS[name].suffix)


def save_as(name: str, stem: Path, subject: Subject) -> None:
    """Write `subject` to `place_of(name, stem)`. Raises OutputError, and leaves nothing behind then."""
    write_to(place_of(name, stem), FORMATS[name], subject)
