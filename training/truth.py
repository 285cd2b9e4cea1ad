"""Real pictures with true disparity: scikit-image's motorcycle, and stereo pairs from Debian's opencv-doc.

None of them is trained on. They are few, and were looked at during development.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

BOARD = (9, 6)
"""Inner corners of the chessboard in the 13 pairs."""
PAIRS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14)

Picture = NDArray[np.uint8]
Disparity = NDArray[np.float32]


@dataclass(frozen=True)
class RealSet:
    """Pictures (H, W, 3) with disparity (H, W), 0 or infinite where unknown; inverse depth is disparity + offset."""

    name: str
    pictures: list[Picture]
    disparities: list[Disparity]
    offset: float


def real_sets(opencv_data: Path) -> list[RealSet]:
    """All three. `opencv_data` is the folder examples/data of the package opencv-doc."""
    return [motorcycle(), board_pairs(opencv_data), aloe(opencv_data)]


def motorcycle() -> RealSet:
    """Of Middlebury's 2014 stereo set, in the size that scikit-image ships; its offset is from Middlebury's file."""
    from skimage import data

    left, _, disparity = data.stereo_motorcycle()
    return RealSet("motorcycle", [left], [np.nan_to_num(disparity, posinf=0).astype(np.float32)], 31.086)


def aloe(folder: Path) -> RealSet:
    """Of Middlebury's 2006 stereo set; the offset between its disparity and inverse depth is an estimate."""
    truth = cv2.imread(str(folder / "aloeGT.png"), cv2.IMREAD_GRAYSCALE)
    assert truth is not None
    return RealSet("aloe", [_read(folder / "aloeL.jpg")], [truth.astype(np.float32)], 270.0)


def board_pairs(folder: Path) -> RealSet:
    """Someone holding a chessboard, 13 times: calibrated by it, matched both ways; the board itself from its pose."""
    left = [_read(folder / f"left{i:02d}.jpg") for i in PAIRS]
    right = [_read(folder / f"right{i:02d}.jpg") for i in PAIRS]
    rectify = _rectification(left, right)
    pictures, disparities = [], []
    straight = zip(map(rectify.left, left), map(rectify.right, right), strict=True)
    for a, b in straight:
        disparities.append(_with_board(_matched(a, b), a, rectify))
        pictures.append(a)
    return RealSet("13 pairs", pictures, disparities, 0.0)


@dataclass(frozen=True)
class _Rectification:
    maps: tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]
    camera: NDArray[np.float64]
    baseline: float
    """In units of the board's squares times the focal length."""

    def left(self, picture: Picture) -> Picture:
        return cv2.remap(picture, *self.maps[0], cv2.INTER_LINEAR).astype(np.uint8)

    def right(self, picture: Picture) -> Picture:
        return cv2.remap(picture, *self.maps[1], cv2.INTER_LINEAR).astype(np.uint8)


def _board_points() -> NDArray[np.float32]:
    points = np.zeros((BOARD[0] * BOARD[1], 3), np.float32)
    points[:, :2] = np.mgrid[: BOARD[0], : BOARD[1]].T.reshape(-1, 2)
    return points


def _corners(picture: Picture) -> NDArray[np.float32] | None:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    found, corners = cv2.findChessboardCorners(gray, BOARD)
    if not found:
        return None
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    return cv2.cornerSubPix(gray, corners, (5, 5), (-1, -1), stop).astype(np.float32)


def _rectification(left: list[Picture], right: list[Picture]) -> _Rectification:
    both = [(a, b) for a, b in zip(map(_corners, left), map(_corners, right), strict=True)
            if a is not None and b is not None]  # fmt: skip
    a, b = (list(corners) for corners in zip(*both, strict=True))
    points = [_board_points()] * len(both)
    size = left[0].shape[1::-1]
    _, k1, d1, _, _ = cv2.calibrateCamera(points, a, size, None, None)
    _, k2, d2, _, _ = cv2.calibrateCamera(points, b, size, None, None)
    _, k1, d1, k2, d2, turn, shift, _, _ = cv2.stereoCalibrate(
        points, a, b, k1, d1, k2, d2, size, flags=cv2.CALIB_FIX_INTRINSIC
    )
    r1, r2, p1, p2, *_ = cv2.stereoRectify(k1, d1, k2, d2, size, turn, shift, alpha=0)
    maps = (cv2.initUndistortRectifyMap(k1, d1, r1, p1, size, cv2.CV_32F),
            cv2.initUndistortRectifyMap(k2, d2, r2, p2, size, cv2.CV_32F))  # fmt: skip
    return _Rectification(maps, p1[:, :3], -float(p2[0, 3]))


def _matched(left: Picture, right: Picture) -> Disparity:
    """Semi-global matching, kept where the match from the right agrees within 1.5 pixels; 0 elsewhere."""
    matcher = cv2.StereoSGBM.create(0, 192, 5, 8 * 25, 32 * 25, 1, 31, 12, 100, 2, cv2.STEREO_SGBM_MODE_SGBM_3WAY)
    there = matcher.compute(left, right).astype(np.float32) / 16
    flipped = (np.ascontiguousarray(picture[:, ::-1]) for picture in (right, left))
    back = np.ascontiguousarray(matcher.compute(*flipped)[:, ::-1]).astype(np.float32) / 16
    rows, columns = there.shape
    x = (np.arange(columns, dtype=np.float32)[None] - there).astype(np.float32)
    y = np.repeat(np.arange(rows, dtype=np.float32)[:, None], columns, 1)
    agrees = np.abs(cv2.remap(back, x, y, cv2.INTER_NEAREST) - there) < 1.5
    known = ((there > 1) & agrees).astype(np.uint8)
    known[:, :8] = 0
    return np.where(cv2.morphologyEx(known, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0, there, 0)


def _with_board(disparity: Disparity, left: Picture, rectify: _Rectification) -> Disparity:
    """A chessboard defeats matching; its disparity follows from its pose, and its surroundings are left out."""
    corners = _corners(left)
    if corners is None:
        return disparity
    camera = rectify.camera
    _, turn, shift = cv2.solvePnP(_board_points(), corners, camera, None)
    outline = np.array([[-1, -1, 0], [BOARD[0], -1, 0], [BOARD[0], BOARD[1], 0], [-1, BOARD[1], 0]], np.float32)
    quad = cv2.projectPoints(outline, turn, shift, camera, None)[0].astype(np.int32)
    board = cv2.fillPoly(np.zeros(disparity.shape, np.uint8), [quad], 1)
    normal = cv2.Rodrigues(turn)[0][:, 2]
    rows, columns = disparity.shape
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    rays = np.stack([(x - camera[0, 2]) / camera[0, 0], (y - camera[1, 2]) / camera[1, 1], np.ones(x.shape)], -1)
    depth = float(normal @ shift.ravel()) / (rays @ normal)
    around = cv2.dilate(board, np.ones((25, 25), np.uint8)) > 0
    return np.where(board > 0, rectify.baseline / depth, np.where(around, 0, disparity)).astype(np.float32)


def _read(path: Path) -> Picture:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise FileNotFoundError(f"{path}: missing; unpack the Debian package opencv-doc and name its examples/data")
    return picture.astype(np.uint8)
