"""RGB-D folders as other programs write them: a room whose near wall comes closer with each picture."""

from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT, COUNT = 64, 48, 5
START_S = 1305031102.0


def color(index: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """A picture (H, W, 3), RGB, whose first pixels say its index."""
    image = np.full((size[1], size[0], 3), (200, 120, 40), np.uint8)
    image[:, size[0] // 2 :] = (30, 90, 160)
    image[: size[1] // 3, : size[0] // 4] = index * 20
    return image


def depth_m(index: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """A depth map (h, w) in meters: a wall at 3 m beside one that comes closer; nothing measured in the first row."""
    depth = np.full((size[1], size[0]), 3.0, np.float32)
    depth[:, size[0] // 2 :] = 2.0 - 0.1 * index
    depth[0] = 0
    return depth


def save(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels[..., ::-1] if pixels.ndim == 3 else pixels)
    return path


def write_tum(folder: Path, *, calibration: str | None = "70 70 31.5 23.5") -> Path:
    """Write a folder whose camera moves 0.1 m to the right with each picture, and turns a quarter by the last one."""
    colors, depths, poses = ["# color images"], ["# depth maps"], ["# ground truth"]
    for index in range(COUNT):
        time_s = START_S + index * 0.04
        save(folder / "rgb" / f"{time_s:.6f}.png", color(index))
        save(folder / "depth" / f"{time_s + 0.011:.6f}.png", np.round(depth_m(index) * 5000).astype(np.uint16))
        colors.append(f"{time_s:.6f} rgb/{time_s:.6f}.png")
        depths.append(f"{time_s + 0.011:.6f} depth/{time_s + 0.011:.6f}.png")
    for at in range(-1, COUNT + 1):  # twice as many poses as pictures, none at the same time
        for half in (-0.01, 0.01):
            share = at + half / 0.04
            angle = np.pi / 2 * share / (COUNT - 1) / 2
            numbers = 0.1 * share, 0, 1.5, 0, np.sin(angle), 0, np.cos(angle)
            poses.append(" ".join([f"{START_S + share * 0.04:.6f}", *(f"{number:.8f}" for number in numbers)]))
    colors.append(f"{START_S + 9:.6f} rgb/without-depth.png")
    (folder / "rgb.txt").write_text("\n".join(colors))
    (folder / "depth.txt").write_text("\n".join(depths))
    (folder / "groundtruth.txt").write_text("\n".join(poses))
    if calibration is not None:
        (folder / "calibration.txt").write_text(calibration)
    return folder
