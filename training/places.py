"""Which places there are, and how often each comes."""

from dataclasses import replace

import numpy as np

from training import closeups, corridors, outdoors, roads, rooms, slides, tabletops, towns, webcams
from training.kit import Kit
from training.library import Library
from training.scene import Scene, View

SHARES = {
    webcams.webcam: 0.15, webcams.shown: 0.07, rooms.room: 0.08, rooms.centerpiece: 0.08, corridors.dim: 0.08,
    corridors.corridor: 0.06, tabletops.tabletop: 0.16, closeups.table: 0.03, closeups.from_above: 0.03,
    closeups.plant: 0.03, closeups.creature: 0.03, roads.road: 0.10, towns.street: 0.02, towns.front: 0.02,
    towns.square: 0.02, towns.aerial: 0.01, outdoors.nature: 0.015, outdoors.thin: 0.015,
}  # fmt: skip


def draw(library: Library, rng: np.random.Generator, views: int, *, clip: bool = False) -> Scene:
    """A place by chance. As a clip its views follow one path, and what can move moves."""
    place = list(SHARES)[rng.choice(len(SHARES), p=list(SHARES.values()))]
    kit = Kit(library, rng)
    if not clip:
        scene = slides.added(kit, place(kit, views))
        scene.movers = []
        return scene
    scene = slides.added(kit, place(kit, 2))
    first, last = scene.views
    way = float(np.linalg.norm(last.eye - first.eye))
    share = rng.uniform(0.0, 0.2) / max(1.0, way / max(1.0, 0.3 * scene.extent))
    scene.views = [_between(first, last, share * i / max(1, views - 1), rng) for i in range(views)]
    return scene


def _between(first: View, last: View, share: float, rng: np.random.Generator) -> View:
    """A view on the way, held by hand."""
    reach = float(np.linalg.norm(first.target - first.eye))
    return replace(
        first,
        eye=first.eye + (last.eye - first.eye) * share + rng.normal(0, 0.0008, 3) * reach,
        target=first.target + (last.target - first.target) * share + rng.normal(0, 0.0015, 3) * reach,
    )
