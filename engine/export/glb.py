"""Meshes as binary glTF 2.0 (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html).

Axes and viewing direction are those of our world. The material is unlit, since the image contains the light.
"""

import json
import struct
from math import atan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import OutputError
from engine.export.image_file import png_of
from engine.frames import Intrinsics
from engine.geometry.mesh import ColoredMesh, Surface

_FLOAT, _UINT32, _UINT16 = 5126, 5125, 5123
_VERTICES, _INDICES = 34962, 34963
_CLAMP, _LINEAR, _TRILINEAR = 33071, 9729, 9987


class _Buffer:
    """The binary chunk, with the glTF views and accessors of its parts."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(self, data: bytes, target: int | None = None) -> int:
        """Append bytes; return the number of their view."""
        self.data += bytes(-len(self.data) % 4)
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)}
        self.views.append(view if target is None else {**view, "target": target})
        self.data += data
        return len(self.views) - 1

    def add_array(
        self,
        array: NDArray[Any],
        kind: str,
        component: int,
        target: int,
        *,
        bounds: bool = False,
        normalized: bool = False,
    ) -> int:
        """Append an array; return the number of its accessor."""
        accessor = {
            "bufferView": self.add(array.tobytes(), target),
            "componentType": component,
            "count": array.shape[0],
            "type": kind,
        }
        if normalized:
            accessor["normalized"] = True
        if bounds:
            accessor |= {"min": array.min(0).tolist(), "max": array.max(0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def save_glb(path: Path, surface: Surface, intrinsics: Intrinsics, size: tuple[int, int]) -> None:
    """Write a textured mesh with its camera.

    `intrinsics` belong to an image of `size` (height, width). Raises OSError, and OutputError for an empty mesh.
    """
    mesh = surface.without_loose_points()
    if not len(mesh.triangles):
        raise OutputError(f"{path.name} was not saved: edges cut away the whole surface. Lower edge_cut.")
    height, width = size
    buffer = _Buffer()
    attributes = {
        "POSITION": buffer.add_array(mesh.points.astype("<f4"), "VEC3", _FLOAT, _VERTICES, bounds=True),
        "TEXCOORD_0": buffer.add_array(mesh.uv.astype("<f4"), "VEC2", _FLOAT, _VERTICES),
    }
    indices = buffer.add_array(mesh.triangles.astype("<u4").reshape(-1), "SCALAR", _UINT32, _INDICES)
    picture = buffer.add(png_of(mesh.image))
    across, up = width / intrinsics[0, 0], height / intrinsics[1, 1]  # pixels may not be square
    camera = {"yfov": 2 * atan(up / 2), "aspectRatio": across / up, "znear": 0.01}
    content = {
        "asset": {"version": "2.0", "generator": "da3d"},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"nodes": [0, 1]}],
        "nodes": [{"name": "capture", "mesh": 0}, {"name": "camera", "camera": 0}],
        "cameras": [{"type": "perspective", "perspective": camera}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}],
        "materials": [
            {
                "doubleSided": True,
                "extensions": {"KHR_materials_unlit": {}},
                "pbrMetallicRoughness": {
                    "baseColorTexture": {"index": 0},
                    "metallicFactor": 0.0,
                    "roughnessFactor": 1.0,
                },
            }
        ],
        "textures": [{"source": 0, "sampler": 0}],
        "images": [{"bufferView": picture, "mimeType": "image/png"}],
        "samplers": [{"magFilter": _LINEAR, "minFilter": _TRILINEAR, "wrapS": _CLAMP, "wrapT": _CLAMP}],
    }
    _write(path, content, buffer)


def save_fused_glb(path: Path, mesh: ColoredMesh, units: float) -> None:
    """Write a mesh with colors at its vertices, scaled by `units`.

    Raises OSError, and OutputError for an empty mesh.
    """
    if not len(mesh.triangles):
        raise OutputError(f"{path.name} was not saved: the views show no surface.")
    buffer = _Buffer()
    points = (mesh.points * units).astype("<f4")
    attributes = {
        "POSITION": buffer.add_array(points, "VEC3", _FLOAT, _VERTICES, bounds=True),
        "NORMAL": buffer.add_array(mesh.normals.astype("<f4"), "VEC3", _FLOAT, _VERTICES),
        "COLOR_0": buffer.add_array(_linear(mesh.colors), "VEC4", _UINT16, _VERTICES, normalized=True),
    }
    indices = buffer.add_array(mesh.triangles.astype("<u4").reshape(-1), "SCALAR", _UINT32, _INDICES)
    content = {
        "asset": {"version": "2.0", "generator": "da3d"},
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "fused views", "mesh": 0}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}],
        "materials": [
            {
                "doubleSided": True,
                "extensions": {"KHR_materials_unlit": {}},
                "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 1.0},
            }
        ],
    }
    _write(path, content, buffer)


def _linear(colors: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return sRGB colors (V, 3) as glTF wants them at vertices: (V, 4), linear, opaque. 8 bits would show steps."""
    share = np.arange(256) / 255
    table = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.full((len(colors), 4), 65535, "<u2")
    linear[:, :3] = np.rint(65535 * table).astype(np.uint16)[colors]
    return linear


def _write(path: Path, content: dict[str, Any], buffer: _Buffer) -> None:
    content |= {
        "bufferViews": buffer.views,
        "accessors": buffer.accessors,
        "buffers": [{"byteLength": len(buffer.data)}],
    }
    text = json.dumps(content, separators=(",", ":")).encode()
    chunks = _chunk(b"JSON", text, b" ") + _chunk(b"BIN\0", bytes(buffer.data), b"\0")
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)


def _chunk(kind: bytes, data: bytes, filler: bytes) -> bytes:
    data += filler * (-len(data) % 4)
    return struct.pack("<I4s", len(data), kind) + data
