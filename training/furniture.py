"""Furniture of Sweet Home 3D's catalogs: zipped OBJ models with a properties file, baked to soups in meters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import cv2
import numpy as np
from numpy.typing import NDArray

from training.soup import WIDTH, Soup

MAX_TRIANGLES = 16000
MAX_BYTES = 700_000
MAX_WIDTH_CM = 350.0
TRANSPARENT = 0.5
"""Materials less opaque than this are left out: their depth would be a matter of taste."""


@dataclass(frozen=True)
class Furniture:
    """One model: rows stand on y = 0 around the origin; the layer column indexes `pictures`."""

    name: str
    collection: str
    category: str
    elevation: float
    rows: Soup


class Catalog:
    """Reads every usable model of some `.sh3f` files; `pictures` collects their textures, RGB of any size."""

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self._layers: dict[tuple[str, str], int] = {}
        self.pictures: list[NDArray[np.uint8]] = []

    def __iter__(self) -> Iterator[Furniture]:
        for file in self._files:
            with ZipFile(file) as archive:
                for entry in _entries(archive):
                    model = self._model(archive, file.stem, entry)
                    if model is not None:
                        yield model

    def _model(self, archive: ZipFile, collection: str, entry: dict[str, str]) -> Furniture | None:
        path = entry.get("model", "").lstrip("/")
        if not path.endswith(".obj") or path not in archive.NameToInfo or float(entry.get("width", 1e9)) > MAX_WIDTH_CM:
            return None
        if archive.NameToInfo[path].file_size > MAX_BYTES:
            return None
        rows = self._read(archive, collection, PurePosixPath(path))
        if not 30 <= len(rows) <= 3 * MAX_TRIANGLES:
            return None
        if "modelRotation" in entry:
            turn = np.array(entry["modelRotation"].split(), np.float32).reshape(3, 3)
            rows[:, :3], rows[:, 3:6] = rows[:, :3] @ turn.T, rows[:, 3:6] @ turn.T
        low, high = rows[:, :3].min(0), rows[:, :3].max(0)
        size = np.array([float(entry[side]) for side in ("width", "height", "depth")], np.float32) / 100
        rows[:, :3] = (rows[:, :3] - (low + high) / 2) * (size / np.maximum(high - low, 1e-5))
        rows[:, 1] += size[1] / 2
        elevation = float(entry.get("elevation") or 0) / 100
        return Furniture(entry.get("name", path), collection, entry.get("category", ""), elevation, rows)

    def _read(self, archive: ZipFile, collection: str, path: PurePosixPath) -> Soup:
        """The OBJ file as rows; faces of more than three corners become fans."""
        numbers: dict[str, list[list[str]]] = {"v": [], "vt": [], "vn": []}
        corners: list[tuple[str, str, str]] = []
        material_of: list[str] = []
        materials: dict[str, tuple[NDArray[np.float32], int, float]] = {}
        material = ""
        for line in archive.read(str(path)).decode("latin1").splitlines():
            key, _, rest = line.strip().partition(" ")
            words = rest.split()
            if key in numbers:
                numbers[key].append(words[: 2 if key == "vt" else 3])
            elif key == "f":
                for i in range(1, len(words) - 1):
                    corners.append((words[0], words[i], words[i + 1]))
                    material_of.append(material)
            elif key == "usemtl":
                material = rest.strip()
            elif key == "mtllib":
                materials |= self._materials(archive, collection, path.parent / rest.strip())
        if not corners:
            return np.empty((0, WIDTH), np.float32)
        points, uvs, normals = (
            np.array(numbers[key], np.float32).reshape(-1, n) for key, n in (("v", 3), ("vt", 2), ("vn", 3))
        )
        index = np.array([[(*corner.split("/"), "0", "0")[:3] for corner in face] for face in corners])
        index = np.where(index == "", "0", index).astype(np.int64)  # (F, 3, 3): point, texture, normal; from 1
        rows = np.zeros((len(index), 3, WIDTH), np.float32)
        rows[..., :3] = points[_from_zero(index[..., 0], len(points))]
        flat = np.cross(rows[:, 1, :3] - rows[:, 0, :3], rows[:, 2, :3] - rows[:, 0, :3])
        rows[..., 3:6] = (flat / (np.linalg.norm(flat, axis=-1, keepdims=True) + 1e-9))[:, None]
        for at, values, part in ((2, normals, slice(3, 6)), (1, uvs, slice(6, 8))):
            if len(values):
                given = index[..., at] != 0
                rows[..., part][given] = values[_from_zero(index[..., at], len(values))][given]
        opaque = np.ones(len(rows), bool)
        names = np.array(material_of)
        for name in set(material_of):
            color, layer, opacity = materials.get(name, (np.full(3, 0.7, np.float32), -1, 1.0))
            mask = names == name
            rows[mask, :, 8:11], rows[mask, :, 11] = color, layer
            opaque[mask] = opacity >= TRANSPARENT
        return np.nan_to_num(rows[opaque].reshape(-1, WIDTH))

    def _materials(
        self, archive: ZipFile, collection: str, path: PurePosixPath
    ) -> dict[str, tuple[NDArray[np.float32], int, float]]:
        """Color, texture layer and opacity of each material of an MTL file."""
        found: dict[str, tuple[NDArray[np.float32], int, float]] = {}
        if str(path) not in archive.NameToInfo:
            return found
        name, color, layer, opacity = "", np.full(3, 0.7, np.float32), -1, 1.0
        for line in archive.read(str(path)).decode("latin1").splitlines():
            key, _, rest = line.strip().partition(" ")
            if key == "newmtl":
                name, color, layer, opacity = rest.strip(), np.full(3, 0.7, np.float32), -1, 1.0
            elif key == "Kd":
                color = np.array(rest.split()[:3], np.float32)
            elif key == "d":
                opacity = float(rest.split()[-1])
            elif key == "map_Kd":
                layer = self._layer(archive, collection, path.parent / rest.strip())
                color = np.ones(3, np.float32) if layer >= 0 else color
            found[name] = (color, layer, opacity)
        return found

    def _layer(self, archive: ZipFile, collection: str, path: PurePosixPath) -> int:
        key = (collection, str(path))
        if key not in self._layers:
            self._layers[key] = -1
            if str(path) in archive.NameToInfo:
                data = np.frombuffer(archive.read(str(path)), np.uint8)
                picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
                if picture is not None:
                    self._layers[key] = len(self.pictures)
                    self.pictures.append(picture.astype(np.uint8))
        return self._layers[key]


def _entries(archive: ZipFile) -> Iterator[dict[str, str]]:
    """The properties of each model, by name without its number."""
    entries: dict[int, dict[str, str]] = {}
    for line in archive.read("PluginFurnitureCatalog.properties").decode("latin1").splitlines():
        match = re.match(r"(\w+)#(\d+)=(.*)", line.strip())
        if match:
            entries.setdefault(int(match[2]), {})[match[1]] = match[3]
    yield from entries.values()


def _from_zero(index: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """OBJ counts from 1, and backwards from −1."""
    return np.clip(np.where(index > 0, index - 1, index + length), 0, length - 1)
