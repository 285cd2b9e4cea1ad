"""The demo's room as an RGB-D recording in the layout of TUM, with true depth and poses."""

from pathlib import Path

import cv2
import numpy as np

from engine.geometry.pose import quaternion_of
from tests.demo_views import POSES, demo_view


def write_room(folder: Path, width: int = 252, height: int = 140) -> Path:
    """Write the views of `POSES`, the first of which is the world's origin but for its axes."""
    lines: dict[str, list[str]] = {"rgb": [], "depth": [], "groundtruth": []}
    for number, pose in enumerate(POSES):
        view, at = demo_view(pose, width, height), f"{number + 1:.6f}"
        for kind, pixels in (("rgb", view.image[..., ::-1]), ("depth", np.round(5000 * view.depth).astype(np.uint16))):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / kind / f"{at}.png"), pixels)
            lines[kind].append(f"{at} {kind}/{at}.png")
        world = np.linalg.inv(np.vstack([view.extrinsics, (0, 0, 0, 1)]))
        lines["groundtruth"].append(" ".join(map(str, (at, *world[:3, 3], *quaternion_of(world)))))
    for name, text in lines.items():
        (folder / f"{name}.txt").write_text("\n".join(text))
    k = demo_view(POSES[0], width, height).intrinsics
    (folder / "calibration.txt").write_text(f"{k[0, 0]} {k[1, 1]} {k[0, 2] - 0.5} {k[1, 2] - 0.5}")
    return folder
