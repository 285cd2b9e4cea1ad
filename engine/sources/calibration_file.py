"""Calibration files of cameras, as OpenCV and ROS write them, in YAML, XML or JSON."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import CalibrationError
from engine.geometry.intrinsics import CAMERA_SUFFIXES, Lens
from engine.logs import log

_MATRIX = ("camera_matrix", "cameraMatrix", "Camera_Matrix", "intrinsics", "K", "M1", "mtx")
_SIDES = (("image_width", "image_height"), ("image_Width", "image_Height"), ("width", "height"))
_SIZE = ("image_size", "imageSize")
_DISTORTION = ("distortion_coefficients", "Distortion_Coefficients", "distCoeffs", "dist_coeffs", "D", "D1", "dist")


def load_lens(path: Path) -> Lens:
    """Read a calibration file, and return the camera at the image size of the calibration.

    Lens distortion is not corrected; it is logged if the file has any. Raises CalibrationError.
    """
    storage = _opened(path)
    try:
        matrix = next((numbers for name in _MATRIX if len(numbers := _numbers(storage.getNode(name))) == 9), None)
        if matrix is None:
            raise CalibrationError(f"{path} has no camera matrix; add a 3x3 matrix called {_MATRIX[0]}")
        size = _size(storage)
        if size is None:
            raise CalibrationError(
                f"{path} does not give the image size of the calibration; add image_width and image_height"
            )
        if any(_numbers(storage.getNode(name)).any() for name in _DISTORTION):
            log.info("%s: lens distortion is not corrected; only the camera matrix is used", path)
    finally:
        storage.release()
    try:
        fx, cx, fy, cy = (float(matrix[place]) for place in (0, 2, 4, 5))
        return Lens(fx, fy, cx, cy, *size)
    except CalibrationError as error:
        raise CalibrationError(f"{path}: {error}") from None


def _opened(path: Path) -> cv2.FileStorage:
    if path.suffix.lower() not in CAMERA_SUFFIXES:
        raise CalibrationError(
            f"{path} is not a calibration file; use {', '.join(CAMERA_SUFFIXES)} as written by OpenCV"
        )
    if path.exists() and not path.is_file():
        raise CalibrationError(f"{path} is not a file; give one that OpenCV wrote")
    try:
        text = path.read_text(encoding="utf-8")
        storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    except OSError as error:
        raise CalibrationError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, cv2.error, SystemError) as error:  # SystemError wraps what OpenCV's parser throws
        raise CalibrationError(f"{path} is not valid {path.suffix.lower()[1:]}; write it with OpenCV") from error
    if not storage.isOpened():
        raise CalibrationError(f"{path} is not valid {path.suffix.lower()[1:]}; write it with OpenCV")
    return storage


def _numbers(node: cv2.FileNode) -> NDArray[np.float64]:
    """Return all numbers in a matrix or in nested lists, row by row."""
    if node.isMap():
        node = node.getNode("data")
    if node.isSeq():
        return np.concatenate([np.zeros(0), *(_numbers(node.at(i)) for i in range(node.size()))])
    return np.array([node.real()]) if node.isReal() or node.isInt() else np.zeros(0)


def _size(storage: cv2.FileStorage) -> tuple[int, int] | None:
    """Return width and height of the images."""
    pairs = [_numbers(storage.getNode(name)) for name in _SIZE]
    pairs += [np.concatenate([_numbers(storage.getNode(side)) for side in sides]) for sides in _SIDES]
    found = next((pair for pair in pairs if len(pair) == 2), None)
    return None if found is None else (int(found[0]), int(found[1]))
