"""A textured mesh as binary glTF 2.0 (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html).

Axes and viewing direction are those of our world. The material is unlit, since the image contains the light.
"""

import json
import struct
from math import atan
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from engine.errors import OutputError
from engine.export.image_file import png_of
from engine.frames import Intrinsics
from engine.geometry.mesh import Surface

_FLOAT, _UINT32 = 5126, 5125
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

    def add_array(self, array: NDArray[Any], kind: str, component: int, target: int, *, bounds: bool = False) -> int:
        """Append an array; return the number of its accessor."""
        accessor = {
            "bufferView": self.add(array.tobytes(), target),
            "componentType": component,
            "count": array.shape[0],
            "type": kind,
        }
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
