"""A capture as a folder of files that other programs can read. See docs/capture.md."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import __version__
from engine.export.depth_files import UNITS
from engine.export.formats import FORMATS, Subject, save_fused
from engine.export.image_file import png_of
from engine.files.atomic import complete_folder
from engine.frames import Image
from engine.geometry.mesh import ColoredMesh
from engine.geometry.units import scale_of
from engine.navigation.camera import Camera
from engine.paths import CAPTURE_DEPTH, CAPTURE_FACTS, CAPTURE_PICTURE, source_name

_FILES = {"depth.png": "png16", CAPTURE_DEPTH: "npz", "scene.glb": "glb", "scene.ply": "ply"}


def save_capture(
    folder: Path,
    subject: Subject,
    taken: datetime,
    view: Image | None = None,
    camera: Camera | None = None,
    fused: ColoredMesh | None = None,
) -> None:
    """Write `subject` to `folder`, which appears when it is complete.

    `view` is the scene as the user saw it, from `camera`. `fused` is the mesh of several views, which is
    written in place of that of `subject`, the first of them. Raises OutputError, and leaves nothing behind then.
    """
    with complete_folder(folder) as temporary:
        (temporary / CAPTURE_PICTURE).write_bytes(png_of(subject.capture.frame.frame.image))
        for name, form in _FILES.items():
            if fused is not None and form in ("glb", "ply"):
                units = scale_of(subject.capture.frame, subject.settings.scene).units_per_m or 1.0
                save_fused(temporary / name, fused, units, is_in_meters=units == 1.0)
            elif form != "glb" or len(subject.surface.triangles):
                FORMATS[form].write(temporary / name, subject)
        if view is not None:
            (temporary / "view.png").write_bytes(png_of(view))
        facts = {**facts_of(subject, taken), "view": asdict(camera) if camera is not None else None}
        (temporary / CAPTURE_FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def facts_of(subject: Subject, taken: datetime) -> dict[str, Any]:
    """Return the metadata of a capture, ready for JSON."""
    capture, frame = subject.capture, subject.capture.frame
    (height, width), (h, w) = frame.frame.image.shape[:2], frame.depth.shape
    return {
        "program": f"da3d {__version__}",
        "taken": taken.isoformat(timespec="seconds"),
        "source": source_name(frame.frame.source_id),
        "frame": frame.frame.index,
        "picture_px": [width, height],
        "depth_px": [w, h],
        "model": frame.model,
        "seconds": round(frame.done_s - frame.started_s, 3),
        "kind": frame.kind.value,
        "unit": UNITS[frame.kind],
        "range": asdict(frame.range),
        "camera": frame.camera,
        "intrinsics": frame.intrinsics.tolist(),
        "extrinsics": None if capture.extrinsics is None else capture.extrinsics.tolist(),
        "note": capture.note,
        "settings": subject.settings_tree,
    }


def free_place(place: Path) -> Path:
    """Return `place`, with a number appended if it exists already."""
    number, free = 2, place
    while os.path.exists(free):  # Path.exists raises where the name is too long
        number, free = number + 1, place.with_name(f"{place.name}-{number}")
    return free
