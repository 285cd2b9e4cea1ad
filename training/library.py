"""Everything that scenes are made from; baked from the assets of DATA.md, or made by rule alone."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.files.atomic import complete_file
from training import bodies as people
from training import skies, soup, textures
from training.bodies import Body
from training.furniture import Furniture
from training.skies import Panorama

Item = TypeVar("Item")

HELD_OUT = 10
"""Every tenth model, body, texture and panorama is kept from training, for the held-out scenes."""


@dataclass(frozen=True)
class Library:
    """One side of the split. `layers` says which of `textures` (T, 256, 256, 3) may be put on new surfaces: none that
    furniture of the other side wears."""

    textures: NDArray[np.uint8]
    layers: NDArray[np.int64]
    furniture: list[Furniture]
    faces: NDArray[np.int32]
    coarse_faces: NDArray[np.int32]
    """A tenth of `faces`, for people far away."""
    bodies: list[Body]
    panoramas: list[Panorama] = field(default_factory=list)


def save(
    folder: Path, furniture: list[Furniture], pictures: list[textures.Picture], faces: NDArray[np.int32],
    bodies: list[Body], panoramas: dict[str, Panorama],
) -> None:  # fmt: skip
    """Write the whole library, both sides of the split, into `folder`."""
    with complete_file(folder / "textures.npy") as temporary:
        np.save(temporary, np.stack(pictures))
    with complete_file(folder / "furniture.npz") as temporary:
        np.savez(
            temporary,
            rows=np.concatenate([model.rows for model in furniture]),
            ends=np.cumsum([len(model.rows) for model in furniture]),
            notes=json.dumps([[m.name, m.collection, m.category, m.elevation] for m in furniture]),
        )
    with complete_file(folder / "bodies.npz") as temporary:
        np.savez(
            temporary,
            faces=faces,
            points=np.stack([body.points for body in bodies]),
            region=np.stack([body.region for body in bodies]),
            head=np.stack([body.head for body in bodies]),
        )
    small: dict[str, Any] = {name: panorama.astype(np.float16) for name, panorama in panoramas.items()}
    with complete_file(folder / "panoramas.npz") as temporary:
        np.savez(temporary, **small)


def load(folder: Path, *, held_out: bool) -> Library:
    """One side of the split of a baked library."""
    pictures = np.load(folder / "textures.npy", mmap_mode="r")
    with np.load(folder / "furniture.npz") as data:
        parts = np.split(data["rows"], data["ends"][:-1])
        notes = json.loads(str(data["notes"]))
    furniture = [
        Furniture(name, collection, category, elevation, rows)
        for (name, collection, category, elevation), rows in zip(notes, parts, strict=True)
    ]
    with np.load(folder / "bodies.npz") as data:
        faces = data["faces"]
        everyone = zip(data["points"], data["region"], data["head"], strict=True)
        bodies = [
            Body(points, people.normals(points, faces), region, head)
            for points, region, head in _side(list(everyone), held_out)
        ]
    with np.load(folder / "panoramas.npz") as data:
        panoramas = [data[name].astype(np.float32) for name in data.files if name in skies.OUTDOOR]
    worn = {int(layer) for model in _side(furniture, not held_out) for layer in np.unique(model.rows[:, 11])}
    layers = np.array([layer for layer in _side(list(range(len(pictures))), held_out) if layer not in worn])
    return Library(
        pictures,
        layers,
        _side(furniture, held_out),
        faces,
        people.coarsened(faces, bodies[0]),
        bodies,
        _side(panoramas, held_out),
    )


def by_rule(seed: int, *, textures_count: int = 24) -> Library:
    """A small library without any asset: boxes and turned shapes for furniture, dolls for people."""
    rng = np.random.default_rng(seed)
    pictures = np.stack([textures.make(rng) for _ in range(textures_count)])
    furniture = [_stool(rng) for _ in range(6)]
    doll = _doll()
    faces = np.arange(len(doll.points), dtype=np.int32).reshape(-1, 3)
    return Library(pictures, np.arange(textures_count), furniture, faces, faces, [doll])


def _side(items: list[Item], held_out: bool) -> list[Item]:
    return [item for i, item in enumerate(items) if (i % HELD_OUT == HELD_OUT // 2) == held_out]


def _stool(rng: np.random.Generator) -> Furniture:
    """A board on legs, of a chance size."""
    paint = soup.Paint(rng.uniform(0.1, 0.9, 3))
    w, h, d = rng.uniform(0.3, 1.4), rng.uniform(0.3, 1.0), rng.uniform(0.3, 0.8)
    parts = [soup.box((-w / 2, h - 0.05, -d / 2), (w / 2, h, d / 2), paint)]
    parts += [soup.beam((x, 0, z), (x, h, z), 0.05, paint) for x in (-w / 2.2, w / 2.2) for z in (-d / 2.2, d / 2.2)]
    return Furniture("stool", "by rule", "", 0.0, np.concatenate(parts))


def _doll() -> Body:
    """A person of ellipsoids: legs, trunk, arms and head."""
    parts = (
        (people.TROUSERS, (0, 0.45, 0), (0.16, 0.48, 0.12)), (people.SHIRT, (0, 1.15, 0), (0.22, 0.35, 0.14)),
        (people.SLEEVES, (-0.27, 1.1, 0), (0.06, 0.35, 0.06)), (people.SLEEVES, (0.27, 1.1, 0), (0.06, 0.35, 0.06)),
        (people.HEAD, (0, 1.62, 0), (0.09, 0.13, 0.11)), (people.HAIR, (0, 1.67, -0.02), (0.1, 0.11, 0.11)),
    )  # fmt: skip
    rows, regions = [], []
    for region, at, size in parts:
        part = soup.moved(soup.ball(soup.Paint((1, 1, 1)), detail=6), at, scale=size)
        rows.append(part)
        regions.append(np.full(len(part), region, np.uint8))
    every = np.concatenate(rows)
    head = np.array([0, 1.62, 0], np.float32)
    return Body(every[:, :3], every[:, 3:6], np.concatenate(regions), head)
