"""Makes the pictures of docs/rendering.md from the demo: `python -m tests.render.gallery docs/images`."""

import argparse
from collections.abc import Callable
from math import radians
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.frames import DepthFrame, DepthKind, Image
from engine.gl.context import headless_context
from engine.navigation.camera import Camera
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.presets import find
from tests.depth_frames import depth_frame

SIZE = (640, 360)
Draw = Callable[..., Image]
LAMP = {"light": 0.8, "lamp_x": 0.15, "lamp_y": 0.3, "lamp_distance": 0.45}


def frame(t_s: float = 2.6) -> DepthFrame:
    """The demo, at the moment when its box is in front."""
    image, depth = render(SceneCamera.at(*SIZE), t_s)
    span = tuple(float(value) for value in np.percentile(depth, (2, 50, 98)))
    return depth_frame(depth, image, DepthKind.METRIC, span)


def points(draw: Draw) -> list[Image]:
    """Mesh, discs, both."""
    return [
        draw(16, 6, subsample=5, **extra) for extra in ({}, {"display_mode": "pointcloud"}, {"display_mode": "hybrid"})
    ]


def light(draw: Draw) -> list[Image]:
    """Nothing, then each effect alone, then the preset."""
    kinds: list[dict[str, Any]] = [
        {}, LAMP, {"shadows": 0.9, **LAMP, "light": 0.0}, {"occlusion": 1.0}, {"fog": 0.7, "background": "#9fb4cc"},
        find("studio").values,
    ]  # fmt: skip
    return [draw(10, 5, **{"subsample": 2, **kind}) for kind in kinds]


def stereo(draw: Draw) -> list[Image]:
    """Half side by side, and for three kinds of colored glasses."""
    kinds = ("half-side-by-side", "anaglyph", "anaglyph-green-magenta", "anaglyph-amber-blue")
    return [draw(0, 0, subsample=2, stereo=kind, size=(480, 270)) for kind in kinds]


def colors(draw: Draw) -> list[Image]:
    """The four false colors."""
    return [
        draw(14, 6, subsample=1, view="depth", colormap=name, size=(320, 180))
        for name in ("turbo", "inferno", "viridis", "gray")
    ]


def panes(draw: Draw) -> list[Image]:
    """Picture, depth and scene."""
    return [draw(14, 6, subsample=2, panes="picture+depth+scene", size=(1280, 240))]


PICTURES = {
    "points": (points, 3),
    "light": (light, 3),
    "stereo": (stereo, 2),
    "colors": (colors, 4),
    "panes": (panes, 1),
}


def tiled(pictures: list[Image], columns: int) -> Image:
    """Tile pictures of one size in rows of `columns`, with gaps."""
    gap = 6
    rows = []
    for i in range(0, len(pictures), columns):
        row = [np.pad(p, ((0, gap), (0, gap), (0, 0)), constant_values=255) for p in pictures[i : i + columns]]
        rows.append(np.concatenate(row, 1))
    return np.concatenate(rows)[:-gap, :-gap]


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    ctx = headless_context()
    shown = frame()

    def draw(yaw_deg: float, pitch_deg: float, *, size=SIZE, **settings: Any) -> Image:
        camera = Camera.home(shown.range.median).orbited(radians(yaw_deg), radians(pitch_deg))
        renderer = Renderer(ctx, size)
        renderer.draw(shown, camera, Settings().replace(**settings))
        picture = renderer.read()
        renderer.release()
        return picture

    for name, (make, columns) in PICTURES.items():
        picture = tiled(make(draw), columns)
        assert cv2.imwrite(str(folder / f"rendering-{name}.png"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
