"""Point clouds and meshes as binary PLY (http://paulbourke.net/dataformats/ply/), with colors."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.frames import Image

_VERTEX = np.dtype([("point", "<f4", 3), ("color", "u1", 3)])
_FACE = np.dtype([("count", "u1"), ("corners", "<u4", 3)])


def save_points(path: Path, points: NDArray[np.floating], image: Image, *, comment: str = "") -> None:
    """Write `points` (h, w, 3), except NaN, in the colors of `image` (H, W, 3). Raises OSError."""
    rows, columns = points.shape[:2]
    if image.shape[:2] != (rows, columns):
        image = np.asarray(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    there = np.isfinite(points).all(-1)
    save_ply(path, points[there], image[there], comment=comment)


def save_ply(
    path: Path,
    points: NDArray[np.floating],
    colors: NDArray[np.uint8],
    triangles: NDArray[np.unsignedinteger] | None = None,
    *,
    comment: str = "",
) -> None:
    """Write `points` (V, 3) with `colors` (V, 3), and `triangles` (T, 3) if it is a mesh. Raises OSError."""
    vertices = np.empty(len(points), _VERTEX)
    vertices["point"], vertices["color"] = points, colors
    header = ["ply", "format binary_little_endian 1.0", *([f"comment {comment}"] if comment else [])]
    header += [f"element vertex {len(points)}", *(f"property float {axis}" for axis in "xyz")]
    header += [f"property uchar {channel}" for channel in ("red", "green", "blue")]
    faces = np.empty(0 if triangles is None else len(triangles), _FACE)
    if triangles is not None:
        faces["count"], faces["corners"] = 3, triangles
        header += [f"element face {len(faces)}", "property list uchar uint vertex_indices"]
    with path.open("wb") as file:
        file.write("\n".join([*header, "end_header\n"]).encode("ascii"))
        file.write(vertices.tobytes())
        file.write(faces.tobytes())
