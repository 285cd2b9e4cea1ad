"""Recordings of the iPhone app Record3D: `.r3d`, a ZIP file with JPEG images and LZFSE-compressed depth.

https://github.com/marek-simonik/record3d/issues/93 lists what is in it; issues 7, 27, 33 and 36 explain the depth
maps and the poses: camera to world, with OpenGL's axes, x y z w and then the place.
"""

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import lzfse
import numpy as np
from numpy.typing import NDArray

from engine.errors import CalibrationError, InputError, SourceError
from engine.frames import DepthMap, Image, Intrinsics, Pose, scale_intrinsics
from engine.geometry.intrinsics import Lens
from engine.geometry.pose import FLIPPED, pose_of
from engine.sources.image_file import MAX_BYTES, turned
from engine.sources.jpeg import decode_jpeg
from engine.sources.rgbd.sequence import DEFAULT_FPS, Measured, RgbdSequence

SUFFIX = ".r3d"
_METADATA = "metadata"
_DEPTH = re.compile(r"rgbd/(\d+)\.depth")
_UNSURE = 0
"""The lowest confidence of three: such depth is not shown."""


class Record3dFile(RgbdSequence):
    """A file of this kind."""

    def __init__(self, path: Path) -> None:
        """Raises SourceError if it cannot be read."""
        self._archive: ZipFile | None = None
        self.path = path
        try:
            self._facts: dict[str, Any] = json.loads(self._bytes(_METADATA))
            names = set(self._opened().namelist())
            numbers = sorted(int(found[1]) for name in names if (found := _DEPTH.fullmatch(name)))
            self._numbers = [number for number in numbers if f"rgbd/{number}.jpg" in names]
            self._has_confidence = any(name.endswith(".conf") for name in names)
            super().__init__(path, self._times_of(len(self._numbers)))
            self._poses = [_pose(numbers) for numbers in self._facts.get("poses", [])]
            self._cameras = self._all_cameras()
        except (ValueError, TypeError, KeyError, AttributeError, InputError, CalibrationError) as error:
            self.close()
            raise SourceError(f"{path} cannot be read as a recording of Record3D ({error}); export it again") from error

    def image(self, place: int) -> Image:
        name = f"rgbd/{self._numbers[place]}.jpg"
        found = decode_jpeg(self._bytes(name))
        if found is None:
            raise SourceError(f"{self.path}: {name} is damaged")
        return turned(*found)

    def measured(self, place: int) -> Measured:
        depth = self._map(place)
        if self._has_confidence:
            with suppress(KeyError):  # of those that a camera for faces took, none has it
                confidence = np.frombuffer(self._unpacked(f"rgbd/{self._numbers[place]}.conf"), np.uint8)
                if confidence.size == depth.size:
                    depth = np.where(confidence.reshape(depth.shape) == _UNSURE, np.float32(np.nan), depth)
        height, width = depth.shape
        camera = self._cameras[min(place, len(self._cameras) - 1)] if self._cameras else None
        return Measured(
            depth,
            None if camera is None else scale_intrinsics(camera, width, height),
            self._poses[place] if place < len(self._poses) else None,
        )

    def close(self) -> None:
        archive, self._archive = self._archive, None
        if archive is not None:
            archive.close()

    def _times_of(self, count: int) -> list[float]:
        times = [float(time_s) for time_s in self._facts.get("frameTimestamps") or ()][:count]
        if len(times) == count and all(np.diff(times) > 0):
            return times
        fps = float(self._facts.get("fps") or DEFAULT_FPS)
        return [place / fps for place in range(count)]

    def _all_cameras(self) -> list[Intrinsics]:
        """Return the camera (3, 3) of each picture, or of all, in shares of width and height; none if unknown."""
        facts = self._facts
        height, width = self.image(0).shape[:2]
        size = int(facts.get("w") or width), int(facts.get("h") or height)
        each = facts.get("perFrameIntrinsicCoeffs") or ()
        if len(each) >= len(self._numbers):
            return [_lens(numbers, size).shares for numbers in each]
        if "K" in facts:
            k = facts["K"]  # column by column
            return [_lens((k[0], k[4], k[6], k[7]), size).shares]
        self.camera = "assumed"
        return []

    def _map(self, place: int) -> DepthMap:
        name = f"rgbd/{self._numbers[place]}.depth"
        values: NDArray[np.float32] = np.array(np.frombuffer(self._unpacked(name), "<f4"))
        width, height = int(self._facts.get("dw") or 0), int(self._facts.get("dh") or 0)
        if width * height != values.size:  # older files do not say it
            tall, wide = self.image(place).shape[:2]
            width = round((values.size * wide / tall) ** 0.5)
            height = values.size // max(width, 1)
        if not values.size or width * height != values.size:
            raise SourceError(f"{self.path}: {name} has {values.size} values, which are no map")
        return values.reshape(height, width)

    def _unpacked(self, name: str) -> bytes:
        """Raises KeyError if there is no such member, SourceError if it is damaged."""
        try:
            unpacked: bytes = lzfse.decompress(self._bytes(name))
        except lzfse.error as error:
            raise SourceError(f"{self.path}: {name} is damaged ({error})") from error
        return unpacked[: len(unpacked) // 4 * 4] if name.endswith(".depth") else unpacked

    def _bytes(self, name: str) -> bytes:
        archive = self._opened()
        if archive.getinfo(name).file_size > MAX_BYTES:
            raise SourceError(f"{self.path}: {name} has more than {MAX_BYTES >> 30} GiB")
        try:
            return archive.read(name)
        except (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise SourceError(f"{self.path}: {name} cannot be read ({error})") from error

    def _opened(self) -> ZipFile:
        if self._archive is None:
            try:
                self._archive = ZipFile(self.path)
            except (BadZipFile, OSError) as error:
                raise SourceError(f"{self.path} is no complete file of Record3D ({error}); export it again") from error
        return self._archive


def _lens(numbers: Any, size: tuple[int, int]) -> Lens:
    fx, fy, cx, cy = map(float, numbers)
    return Lens(fx, fy, cx, cy, *size)


def _pose(numbers: Any) -> Pose:
    quaternion, place = np.array(numbers[:4], np.float64), np.array(numbers[4:7], np.float64)
    return FLIPPED @ pose_of(place, quaternion) @ FLIPPED
