"""RGB-D folders in the layout of the TUM benchmark (docs/recordings.md)."""

import logging
from pathlib import Path

import cv2
import numpy as np

from engine.export.depth_files import PngScale
from engine.export.image_file import png_of
from engine.frames import DepthFrame, DepthKind, DepthMap, scale_intrinsics
from engine.geometry.pose import quaternion_of
from engine.geometry.world import is_measured, world_map
from engine.settings import SceneSettings

log = logging.getLogger(__name__)

STEP_M = 1 / 5000
FARTHEST_M = 65535 * STEP_M


class TumFolder:
    """A folder that is being filled, and complete after a `with` block. Its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        """`folder`: an empty one."""
        self._folder = folder
        self._colors, self._depths, self._poses = (
            ["# color images"],
            ["# depth maps, 1/5000 m"],
            ["# timestamp tx ty tz qx qy qz qw, camera to world"],
        )
        self._reaches_farther = False
        for name in ("rgb", "depth"):
            (folder / name).mkdir()

    def write(self, frame: DepthFrame, depth: DepthMap) -> None:
        """Add a frame, and its `depth` at the size of its image (H, W). Times must rise."""
        is_there = is_measured(depth, frame.kind is DepthKind.DISPARITY)
        distances = np.where(is_there, world_map(frame, SceneSettings()).view_distance(depth), np.nan)
        if len(self._colors) == 1:
            self._begin(frame)
        too_far = distances > FARTHEST_M
        if too_far.any() and not self._reaches_farther:
            self._reaches_farther = True
            log.warning("what is farther than %.1f m is left out of %s", FARTHEST_M, self._folder.name)
        steps = PngScale(DepthKind.METRIC, STEP_M, 0.0).steps(np.where(too_far, np.nan, distances).astype(np.float32))
        stamp = f"{frame.frame.time_s:.6f}"
        encoded, data = cv2.imencode(".png", steps, [cv2.IMWRITE_PNG_COMPRESSION, 3])
        assert encoded
        for lines, name, content in (
            (self._colors, "rgb", png_of(frame.frame.image)),
            (self._depths, "depth", data.tobytes()),
        ):
            lines.append(f"{stamp} {name}/{stamp}.png")
            (self._folder / name / f"{stamp}.png").write_bytes(content)
        pose = frame.frame.pose
        if pose is not None:
            numbers = (*pose[:3, 3], *quaternion_of(pose))
            self._poses.append(" ".join([stamp, *(f"{number:.9g}" for number in numbers)]))

    def __enter__(self) -> "TumFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        for name, lines in (("rgb", self._colors), ("depth", self._depths), ("groundtruth", self._poses)):
            if len(lines) > 1:
                (self._folder / f"{name}.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")

    def _begin(self, frame: DepthFrame) -> None:
        """Write what belongs to all frames."""
        if not frame.is_metric:
            self._depths[0] = "# depth maps without a unit, 1/5000 of what the viewer shows as 1"
        if frame.camera != "assumed":
            (height, width), (h, w) = frame.frame.image.shape[:2], frame.depth.shape
            k = scale_intrinsics(frame.intrinsics, width / w, height / h)
            numbers = k[0, 0], k[1, 1], k[0, 2] - 0.5, k[1, 2] - 0.5  # the center of the first pixel is at 0
            line = " ".join(f"{number:.9g}" for number in numbers)
            (self._folder / "calibration.txt").write_text(f"# fx fy cx cy\n{line}\n", encoding="utf-8")
