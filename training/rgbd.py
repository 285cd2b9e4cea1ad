"""A folder of real pictures with measured depth: index.json, and of each picture NAME.jpg and NAME.npz.

For evaluation only. An entry of the index has name, scene, kind and whether it is synthetic; `order_only` in its note
means that its depth is good for an order of near and far alone. NAME.npz has `depth`, or `disparity` and at times the
offset `doffs` between disparity and inverse depth; what is not positive is unknown.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training import measures
from training.measures import Fit

SHORT_SIDE = 252
"""Of the network's input."""
ALL = "all"


@dataclass(frozen=True)
class Measured:
    """A picture (H, W, 3) with inverse depth (h, w) of its own size, infinite or not positive where unknown."""

    picture: NDArray[np.uint8]
    inverse: NDArray[np.float64]
    scene: str
    kind: str
    order_only: bool


def read(folder: Path) -> list[Measured]:
    """The pictures of `folder` that are not synthetic. Raises FileNotFoundError, naming the file, if one is missing."""
    index = json.loads((folder / "index.json").read_text())
    return [_read(folder, entry) for entry in index if not entry["synthetic"]]


def by_kind(guess: Callable[[NDArray[np.uint8]], NDArray[np.float32]], pictures: list[Measured]) -> dict[str, Fit]:
    """Means over the scenes of each kind, and of ALL; of a scene, over its pictures."""
    scenes: dict[tuple[str, str], list[tuple[Measured, Fit]]] = {}
    for one in pictures:
        rows, columns = one.inverse.shape
        depth = cv2.resize(guess(one.picture), (columns, rows), interpolation=cv2.INTER_LINEAR)
        fit = measures.fit(depth, one.inverse)
        scenes.setdefault((one.kind, one.scene), []).append((one, fit))
    rows = [
        (kind, all(one.order_only for one, _ in fits), measures.mean([fit for _, fit in fits]))
        for (kind, _), fits in scenes.items()
    ]
    return {
        kind: _mean([(order_only, fit) for k, order_only, fit in rows if kind in (k, ALL)])
        for kind in (*sorted({kind for kind, _, _ in rows}), ALL)
    }


def _mean(rows: list[tuple[bool, Fit]]) -> Fit:
    """Of all, but those that are good for the order alone count for the rank correlation alone."""
    every, exact = [fit for _, fit in rows], [fit for order_only, fit in rows if not order_only]
    rank = measures.mean(every).rank
    if not exact:
        return Fit(np.nan, np.nan, rank, np.nan)
    known = measures.mean(exact)
    return Fit(known.abs_rel, known.delta1, rank, known.error)


def _read(folder: Path, entry: dict[str, Any]) -> Measured:
    path = folder / f"{entry['name']}.jpg"
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise FileNotFoundError(f"{path} is missing, but {folder / 'index.json'} names it")
    with np.load(path.with_suffix(".npz")) as data:
        if "depth" in data:
            with np.errstate(divide="ignore"):
                inverse = 1 / data["depth"].astype(np.float64)
        else:
            inverse = data["disparity"].astype(np.float64) + (float(data["doffs"]) if "doffs" in data else 0)
    order_only = "order_only" in entry.get("note", "")
    return Measured(picture.astype(np.uint8), inverse, entry["scene"], entry["kind"], order_only)
