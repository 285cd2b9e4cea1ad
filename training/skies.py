"""Panoramas of the surroundings, linear light (H, W, 3): a library of photographs, and skies made by rule."""

import base64
import os
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training import textures

SIZE = (256, 512)
"""Rows from the zenith to the nadir, columns once around."""
OUTDOOR = {"city", "dawn", "forest", "night", "park", "sky", "sunrise", "sunset", "venice"}
"""Names in @pmndrs/assets whose upper half is sky or trees."""

Panorama = NDArray[np.float32]


def read_pmndrs(folder: Path) -> dict[str, Panorama]:
    """Every panorama of the npm package @pmndrs/assets (CC0), which keeps EXR files as base64 in modules."""
    import OpenEXR

    found = {}
    for module in sorted((folder / "hdri").glob("*.exr.js")):
        data = base64.b64decode(module.read_text().split("base64,", 1)[1].split("'", 1)[0])
        with tempfile.NamedTemporaryFile(suffix=".exr", delete=False) as file:
            file.write(data)
        try:
            with OpenEXR.File(file.name) as exr:
                pixels = np.asarray(exr.channels()["RGB"].pixels, np.float32)
        finally:
            os.unlink(file.name)
        pixels = cv2.resize(pixels, SIZE[::-1], interpolation=cv2.INTER_AREA)
        found[module.name.removesuffix(".exr.js")] = np.clip(np.nan_to_num(pixels, posinf=60), 0, 60)
    return found


def make(rng: np.random.Generator) -> Panorama:
    """A sky by rule: a gradient from horizon to zenith, clouds, haze, or a night; the lower half is dull ground."""
    rows, columns = SIZE
    height = np.linspace(1, -1, rows, dtype=np.float32)[:, None, None]  # 1 at the zenith
    zenith = np.array([0.18, 0.4, 0.9]) * rng.uniform(0.2, 1.2) + rng.normal(0, 0.06, 3)
    horizon = np.array([0.85, 0.88, 0.95]) * rng.uniform(0.4, 1.2) + rng.normal(0, 0.06, 3)
    if rng.random() < 0.2:
        horizon = np.array([1.0, 0.55, 0.3]) * rng.uniform(0.4, 1.2)
    if rng.random() < 0.25:
        zenith = horizon * rng.uniform(0.8, 1.1)  # overcast
    share = np.clip(height, 0, 1) ** rng.uniform(0.3, 1.2)
    sky = horizon * (1 - share) + zenith * share + np.zeros((rows, columns, 1))
    if rng.random() < 0.75:
        field = cv2.resize(textures.cloud(rng, int(rng.integers(4, 7)), 2.0), (columns, rows))
        field = np.clip((field - rng.uniform(-0.7, 1.2)) * rng.uniform(0.4, 2), 0, 1)[..., None]
        shade = rng.uniform(0.55, 1.3)
        sky = sky * (1 - field) + shade * np.array([1, 1, 1.02]) * (0.75 + 0.25 * field) * field
    sky = np.where(height < 0, horizon * 0.35, sky) * rng.choice([1, 1, 1, 1, 0.08])
    return np.clip(sky, 0, None).astype(np.float32)


def look_up(panorama: Panorama, rays: NDArray[np.floating[Any]], turn: float) -> NDArray[np.float32]:
    """Colors (H, W, 3) along world directions (H, W, 3), the panorama turned by `turn` around y."""
    rows, columns = panorama.shape[:2]
    rays = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    u = ((np.arctan2(rays[..., 0], rays[..., 2]) + turn) / (2 * np.pi) % 1) * columns - 0.5
    v = np.arccos(np.clip(rays[..., 1], -1, 1)) / np.pi * rows - 0.5
    return cv2.remap(panorama, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def light(panorama: Panorama, turn: float) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Mean color from above, mean color from below, and the direction (3,) of the brightest place above."""
    rows, columns = panorama.shape[:2]
    weight = np.sin((np.arange(rows) + 0.5) / rows * np.pi)[:, None, None]
    half = rows // 2
    above = (panorama[:half] * weight[:half]).sum((0, 1)) / (weight[:half].sum() * columns)
    below = (panorama[half:] * weight[half:]).sum((0, 1)) / (weight[half:].sum() * columns)
    gray = cv2.GaussianBlur(panorama[:half].mean(2), (0, 0), 4)
    row, column = np.unravel_index(int(gray.argmax()), gray.shape)
    theta, phi = (row + 0.5) / rows * np.pi, (column + 0.5) / columns * 2 * np.pi - turn
    sun = np.array([np.sin(theta) * np.sin(phi), np.cos(theta), np.sin(theta) * np.cos(phi)])
    sun[1] = max(sun[1], 0.2)
    return above.astype(np.float32), below.astype(np.float32), (sun / np.linalg.norm(sun)).astype(np.float32)


def photographs(panorama: Panorama, rng: np.random.Generator, count: int) -> list[textures.Picture]:
    """Crops of a panorama as displayed pictures, for posters, backdrops and surfaces."""
    shown = np.clip(panorama / (np.percentile(panorama, 90) + 1e-6), 0, 1) ** (1 / 2.2)
    crops = []
    for _ in range(count):
        side = int(rng.integers(64, 200))
        top, left = int(rng.integers(40, SIZE[0] - side + 1)), int(rng.integers(0, SIZE[1] - side))
        crop = shown[top : top + side, left : left + side]
        crops.append(textures.fitted((crop * 255).astype(np.uint8)))
    return crops
