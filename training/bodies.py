"""People of many shapes and poses, from Anny's parametric body; baked as points, and dressed anew for each scene."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.soup import WIDTH, Paint, Soup

HAND, SHIRT, TROUSERS, SHOES, SLEEVES, EYES, HEAD, HAIR = range(8)
"""What each point of a body belongs to."""

_REGION_OF_BONE = (
    (("upperleg", "lowerleg", "pelvis", "root"), TROUSERS),
    (("foot", "toe"), SHOES),
    (("spine", "clavicle", "shoulder", "upperarm", "breast"), SHIRT),
    (("lowerarm",), SLEEVES),
    (("wrist", "finger", "metacarpal", "neck"), HAND),
    (("eye.",), EYES),
)


@dataclass(frozen=True)
class Body:
    """Standing on y = 0, facing +z: points and normals (V, 3) float32 in meters, region (V,), center of the head."""

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    region: NDArray[np.uint8]
    head: NDArray[np.float32]


def make(count: int, seed: int = 0) -> tuple[NDArray[np.int32], list[Body]]:
    """Triangles (F, 3) and `count` bodies. Needs `anny` (Apache-2.0; its body data is CC0)."""
    import anny
    import roma
    import torch

    rng = np.random.default_rng(seed)
    model = anny.create_fullbody_model(triangulate_faces=True).float()
    labels = list(model.bone_labels)
    faces = np.asarray(model.faces).astype(np.int32)
    strongest = model.vertex_bone_weights.argmax(1, keepdim=True)
    bone = np.asarray(model.vertex_bone_indices.gather(1, strongest)[:, 0])
    region_of = np.array([_region(label) for label in labels], np.uint8)
    to_y_up = np.array([1, 1, -1], np.float32)
    bodies = []
    for _ in range(count):
        pose = {}
        for name, turn in _pose(rng).items():
            if name in labels:
                matrix = torch.eye(4)[None]
                matrix[0, :3, :3] = roma.rotvec_to_rotmat(torch.tensor(turn, dtype=torch.float32))
                pose[name] = matrix
        shape = {label: float(rng.uniform(0.1, 0.9)) for label in model.phenotype_labels}
        shape |= {"age": float(rng.uniform(0.45, 0.95)), "gender": float(rng.random())}
        with torch.no_grad():
            output = model(pose_parameters=pose, phenotype_kwargs=shape)
        points = output["vertices"][0].numpy()[:, [0, 2, 1]] * to_y_up
        rest = output["rest_vertices"][0].numpy()[:, [0, 2, 1]] * to_y_up
        region = _with_hair(region_of[bone], rest, rng)
        points[:, 1] -= points[:, 1].min()
        head = points[region_of[bone] == HEAD].mean(0)
        bodies.append(Body(points.astype(np.float32), normals(points, faces), region, head.astype(np.float32)))
    return faces, bodies


def normals(points: NDArray[np.floating[Any]], faces: NDArray[np.int32]) -> NDArray[np.float32]:
    """Of each point (V, 3), averaged over its triangles by area."""
    flat = np.cross(points[faces[:, 1]] - points[faces[:, 0]], points[faces[:, 2]] - points[faces[:, 0]])
    total = np.zeros_like(points)
    for corner in range(3):
        np.add.at(total, faces[:, corner], flat)
    return (total / (np.linalg.norm(total, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def coarsened(faces: NDArray[np.int32], body: Body, cell: float = 0.03) -> NDArray[np.int32]:
    """Fewer triangles over the same points: those in one cell (meters) of `body`, and of one region, become one."""
    cells = np.column_stack([np.floor(body.points / cell).astype(np.int64), body.region])
    _, first, group = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    merged = first[group.ravel()][faces]
    whole = (merged[:, 0] != merged[:, 1]) & (merged[:, 1] != merged[:, 2]) & (merged[:, 0] != merged[:, 2])
    return merged[whole].astype(np.int32)


def skull(body: Body) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Middle of the head (3,) and rotation (3, 3) from a face that looks along +z to where this one looks."""
    eyes = body.points[body.region == EYES]
    eye = eyes.mean(0) if len(eyes) else body.head + np.array([0, 0, 0.08], np.float32)
    ahead = (eye - body.head) / (np.linalg.norm(eye - body.head) + 1e-9)
    side = np.cross((0, 1, 0), ahead)
    side /= np.linalg.norm(side) + 1e-9
    turn = np.stack([side, np.cross(ahead, side), ahead], 1).astype(np.float32)
    return eye - turn @ np.array([0, 0.01, 0.075], np.float32), turn


def dress(
    body: Body, faces: NDArray[np.int32], colors: NDArray[np.floating[Any]], layers: NDArray[np.integer[Any]],
    rng: np.random.Generator,
) -> Soup:  # fmt: skip
    """Rows of a body with one color (8, 3) and texture layer (8,) for each region; cloth and hair stand out."""
    thickness = np.zeros(8, np.float32)
    thickness[[SHIRT, TROUSERS]] = rng.uniform(0.003, 0.03, 2)
    thickness[SLEEVES] = thickness[SHIRT] * 0.7
    thickness[HAIR] = rng.uniform(0.004, 0.035)
    folds = 1 + 0.6 * np.sin(body.points[:, :2] @ rng.uniform(10, 40, 2) + rng.uniform(0, 6))
    points = body.points + body.normals * (thickness[body.region] * folds)[:, None]
    strands = 1 + rng.normal(0, 0.08, (len(points), 1)) * (body.region == HAIR)[:, None]
    color = np.clip(colors[body.region] * strands, 0.01, 1)
    rows = np.zeros((len(faces), 3, WIDTH), np.float32)
    rows[..., :3], rows[..., 3:6] = points[faces], body.normals[faces]
    rows[..., 6:8] = points[faces][..., :2] * rng.uniform(1, 4)
    rows[..., 8:11] = color[faces]
    rows[..., 11] = layers[body.region[faces[:, 0]]][:, None]
    return rows.reshape(-1, WIDTH)


def wardrobe(rng: np.random.Generator, cloth: list[Paint]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Colors (8, 3) and texture layers (8,) of skin, hair and clothes; `cloth` is for shirt, trousers and shoes."""
    skin = np.array([0.93, 0.72, 0.6]) * (1 - rng.random() ** 1.3 * 0.75) + rng.normal(0, 0.02, 3)
    hair = rng.choice([0.05, 0.1, 0.2, 0.45, 0.75]) * np.array([1, 0.8, 0.6]) + rng.normal(0, 0.02, 3)
    colors, layers = np.zeros((8, 3), np.float32), np.full(8, -1)
    colors[[HAND, HEAD]], colors[HAIR], colors[EYES] = skin, hair, 0.2
    for region, paint in zip((SHIRT, TROUSERS, SHOES), cloth, strict=True):
        colors[region], layers[region] = paint.color, paint.layer
    bare = rng.random() < 0.45
    colors[SLEEVES] = skin if bare else colors[SHIRT]
    layers[SLEEVES] = -1 if bare else layers[SHIRT]
    if rng.random() < 0.06:
        colors[HAIR] = skin
    return np.clip(colors, 0.01, 1), layers


def _region(label: str) -> int:
    return next((region for starts, region in _REGION_OF_BONE if label.startswith(starts)), HEAD)


def _pose(rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """Rotation vectors by bone: arms mostly down, sometimes raised; standing, or seated."""
    down = rng.uniform(0.45, 0.85) if rng.random() < 0.8 else rng.uniform(-1.0, 0.5)
    bend, seated = rng.uniform(0, 1.9, 2), bool(rng.random() < 0.4)
    hip = rng.uniform(1.2, 1.6)
    turns: dict[str, tuple[float, float, float]] = {
        "upperarm01.L": (rng.normal(0.15, 0.3), rng.normal(0, 0.2), -down),
        "upperarm01.R": (rng.normal(0.15, 0.3), rng.normal(0, 0.2), down),
        "lowerarm01.L": (bend[0], 0, 0),
        "lowerarm01.R": (bend[1], 0, 0),
    }
    for side in "LR":
        if seated:
            turns[f"upperleg01.{side}"], turns[f"lowerleg01.{side}"] = (-hip, 0, 0), (hip, 0, 0)
        else:
            turns[f"upperleg01.{side}"] = (rng.normal(0, 0.3), 0, 0)
            turns[f"lowerleg01.{side}"] = (abs(rng.normal(0, 0.3)), 0, 0)
    jittered = {name: np.array(turn) + rng.normal(0, 0.08, 3) for name, turn in turns.items()}
    for name in ("spine05", "spine03", "spine01", "neck01", "head"):
        jittered[name] = rng.normal(0, 0.13, 3)
    return jittered


def _with_hair(
    region: NDArray[np.uint8], rest: NDArray[np.floating[Any]], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The top of the head, and its back down to a chance length, become hair."""
    head = region == HEAD
    top = rest[head, 1].max()
    middle = (rest[head, 2].min() + rest[head, 2].max()) / 2
    behind = (rest[:, 2] < middle + 0.01) & (rest[:, 1] > top - rng.choice([0.16, 0.2, 0.24]))
    return np.where(head & ((rest[:, 1] > top - 0.065) | behind), HAIR, region).astype(np.uint8)
