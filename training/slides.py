"""Light and paint that contradict depth: a texture thrown onto everything, as by a slide projector.

What it draws runs over edges, from what is near to what is far, and ends where nothing ends: shadows of leaves and
window bars, patches of sun, camouflage, pictures on screens and walls, reflections on glass.
"""

import numpy as np

from training.kit import Kit
from training.scene import Scene, Slide, View

SHARE = 1 / 3
"""Of all scenes."""


def added(kit: Kit, scene: Scene) -> Scene:
    """`scene`, a third of the time with a slide."""
    if kit.chance(SHARE):
        scene.slide = _slide(kit, scene.views[0])
    return scene


def _slide(kit: Kit, view: View) -> Slide:
    """From about where the camera is, so that the picture ignores depth, or from elsewhere, as shadows fall."""
    reach = float(np.linalg.norm(view.target - view.eye))
    away = kit.between(0, 0.3) if kit.chance(0.4) else kit.between(0.3, 2.0)
    eye = view.eye + kit.rng.normal(0, 0.6, 3) * (1, 0.6, 1) * away * reach
    target = view.target + kit.rng.normal(0, 0.2, 3) * reach
    from_there = View(eye, target, kit.between(30, 110), kit.between(0, 2 * np.pi))
    layer = int(kit.rng.choice(kit.library.layers))
    is_shadow = kit.chance(0.55)
    strength = kit.between(0.3, 0.9) if is_shadow else kit.between(0.3, 1.0)
    return Slide(from_there, layer, kit.between(0.5, 4), strength, is_shadow)
