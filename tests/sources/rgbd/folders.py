"""RGB-D folders as other programs write them: a room whose near wall comes closer with each picture."""

import json
from pathlib import Path
from zipfile import ZipFile

import cv2
import lzfse
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


def write_tum(
    folder: Path, *, calibration: str | None = "70 70 31.5 23.5", size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Path:
    """Write a folder whose camera moves 0.1 m to the right with each picture, and turns a quarter by the last one."""
    colors, depths, poses = ["# color images"], ["# depth maps"], ["# ground truth"]
    for index in range(COUNT):
        time_s = START_S + index * 0.04
        save(folder / "rgb" / f"{time_s:.6f}.png", color(index, size))
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


def write_seven_scenes(folder: Path) -> Path:
    """Write pictures 4 to 8 of a recording, of a depth camera that sees less than the color camera."""
    for index in range(COUNT):
        name = f"frame-{index + 4:06d}"
        codes = np.full((HEIGHT, WIDTH), 2000 + index, np.uint16)
        codes[:, WIDTH // 2 :] = 3000
        codes[HEIGHT // 2, :4] = 65535
        save(folder / f"{name}.color.png", color(index))
        save(folder / f"{name}.depth.png", codes)
        pose = np.eye(4)
        pose[:3, 3] = 0.1 * index, 0, 0
        (folder / f"{name}.pose.txt").write_text("\n".join("\t ".join(f"{x: .7e}" for x in row) for row in pose))
    return folder


def write_scannet(folder: Path, color_px: tuple[int, int] = (1296, 968)) -> Path:
    """Write pictures whose third pose is lost. The calibration is that of pictures of 1296x968."""
    for index in range(COUNT):
        save(folder / "color" / f"{index * 10}.jpg", color(index, color_px))
        save(folder / "depth" / f"{index * 10}.png", np.round(depth_m(index) * 1000).astype(np.uint16))
        pose = np.eye(4) if index != 2 else np.full((4, 4), -np.inf)
        (folder / "pose").mkdir(exist_ok=True)
        (folder / "pose" / f"{index * 10}.txt").write_text("\n".join(" ".join(map(str, row)) for row in pose))
    (folder / "intrinsic").mkdir()
    for name, fx, cx, cy in (("color", 1170.0, 647.5, 483.5), ("depth", 57.8, 31.5, 23.5)):
        rows = [[fx, 0, cx, 0], [0, fx, cy, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        text = "\n".join(" ".join(f"{x:.6f}" for x in row) for row in rows)
        (folder / "intrinsic" / f"intrinsic_{name}.txt").write_text(text)
    return folder


def write_r3d(path: Path, *, is_new: bool = True, size: tuple[int, int] = (48, 64)) -> Path:
    """Write an upright recording with smaller depth maps, whose camera moves to the right and then looks down."""
    depth_size = (12, 16)
    facts = {"w": 48, "h": 64, "fps": 30, "K": [50.0, 0, 0, 0, 51.0, 0, 23.5, 31.5, 1]}
    facts["poses"] = [[0, 0, 0, 1, 0.1 * index, 0, 0] for index in range(COUNT - 1)]
    facts["poses"].append([-np.sqrt(0.5), 0, 0, np.sqrt(0.5), 0, 0, 0])
    if is_new:
        facts |= {"dw": 12, "dh": 16, "frameTimestamps": [7 + index / 60 for index in range(COUNT)]}
        facts["perFrameIntrinsicCoeffs"] = [[50.0 + index, 51.0, 23.5, 31.5] for index in range(COUNT)]
    with ZipFile(path, "w") as archive:
        archive.writestr("metadata", json.dumps(facts))
        for index in range(COUNT):
            encoded, jpeg = cv2.imencode(".jpg", color(index, size)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 100])
            assert encoded
            archive.writestr(f"rgbd/{index}.jpg", jpeg.tobytes())
            depth = depth_m(index, depth_size)
            depth[0, 0] = np.nan
            archive.writestr(f"rgbd/{index}.depth", lzfse.compress(depth.tobytes()))
            confidence = np.full(depth.shape, 2, np.uint8)
            confidence[-1] = 0
            archive.writestr(f"rgbd/{index}.conf", lzfse.compress(confidence.tobytes()))
    return path
