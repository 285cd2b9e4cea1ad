"""Contact sheets: pictures above the depth of each network, near is bright."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.export.colorize import colorize
from engine.models.lite import Lite
from training import networks
from training.shards import Shard
from training.truth import RealSet

CELL = (240, 180)
COLUMNS = 8
SHOWABLE = ("astronaut", "chelsea", "coffee", "rocket")
"""Of scikit-image's photographs, those in the public domain or under CC0."""
LOOKED_AT = (
    "home.jpg", "fruits.jpg", "messi5.jpg", "leuvenA.jpg", "building.jpg", "board.jpg", "squirrel_cls.jpg", "stuff.jpg",
    "smarties.png", "rubberwhale1.png", "left01.jpg", "left05.jpg", "aero1.jpg", "basketball1.png", "box_in_scene.png",
    "licenseplate_motion.jpg", "butterfly.jpg", "baboon.jpg", "apple.jpg", "cards.png",
)  # fmt: skip
"""Of OpenCV's examples: for looking at here, not for showing elsewhere."""

Picture = NDArray[np.uint8]


def write(folder: Path, every: list[Lite], sets: list[RealSet], opencv_data: Path, held_out: Shard | None) -> None:
    """photographs.jpg (may be shown), more-photographs.png (may not) and held-out.png, its truth in the last row."""
    from skimage import data

    photographs = [np.asarray(getattr(data, name)()) for name in SHOWABLE]
    _save(folder / "photographs.jpg", [_column(picture, every) for picture in photographs])
    more = [cv2.imread(str(opencv_data / name), cv2.IMREAD_COLOR_RGB) for name in LOOKED_AT]
    for video, frame in (("vtest.avi", 0), ("Megamind.avi", 30), ("tree.avi", 10)):
        capture = cv2.VideoCapture(str(opencv_data / video))
        capture.set(cv2.CAP_PROP_POS_FRAMES, frame)
        there, picture = capture.read()
        more.append(picture[..., ::-1].copy() if there else None)
    columns = [_column(picture.astype(np.uint8), every) for picture in more if picture is not None]
    for real in sets:
        picture, disparity = real.pictures[0], real.disparities[0]
        columns.append(_column(picture, every))
        columns[-1][0] = np.where(np.indices(columns[-1][0].shape[:2])[1][..., None] < CELL[0] // 2,
                                  columns[-1][0], _colored(disparity))  # fmt: skip
    _save(folder / "more-photographs.png", columns)
    if held_out is not None:
        write_held_out(folder / "held-out.png", every, held_out)


def write_held_out(path: Path, every: list[Lite], held_out: Shard) -> None:
    """Rendered pictures; below each the depth of each network and, in the last row, the truth."""
    chosen = np.linspace(0, len(held_out) - 1, min(2 * COLUMNS, len(held_out))).astype(int)
    columns = [
        [*_column(np.asarray(held_out.pictures[i]), every), _colored(held_out.inverse[i].astype(np.float32))]
        for i in chosen
    ]
    _save(path, columns)


def _column(picture: Picture, every: list[Lite]) -> list[Picture]:
    shown = cv2.resize(picture[..., :3], CELL, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return [shown, *(_colored(networks.depth_of(network, picture[..., :3])) for network in every)]


def _colored(depth: NDArray[np.float32]) -> Picture:
    low, high = np.quantile(depth, (0.01, 0.99))
    nearness = np.clip((depth - low) / (high - low + 1e-6), 0, 1)
    return colorize(cv2.resize(nearness, CELL, interpolation=cv2.INTER_AREA), grayscale=False)


def _save(path: Path, columns: list[list[Picture]]) -> None:
    rows = []
    for start in range(0, len(columns), COLUMNS):
        part = columns[start : start + COLUMNS]
        blank = [np.zeros_like(cell) for cell in part[0]]
        part = part + [blank] * (min(COLUMNS, len(columns)) - len(part))
        rows.append(np.hstack([np.vstack(column) for column in part]))
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])
