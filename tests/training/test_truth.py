"""True disparity from pictures of a board before a wall, both of which are drawn where they are known to be."""

import cv2
import numpy as np
import pytest

from training import truth

WIDTH_PX, HEIGHT_PX, FOCAL_PX = 640, 480, 560.0
BASELINE, WALL = 3.0, 30.0
"""In squares of the board, as all lengths here."""
CELL_PX = 40
CAMERA = np.array([[FOCAL_PX, 0, WIDTH_PX / 2], [0, FOCAL_PX, HEIGHT_PX / 2], [0, 0, 1]])


@pytest.fixture(scope="module")
def poses():
    """A turn and a shift of the board for each pair; upright and straight ahead in the first."""
    rng = np.random.default_rng(2)
    turns = [np.zeros(3), *rng.uniform(-0.45, 0.45, (len(truth.PAIRS) - 1, 3))]
    middles = [(2.0, 0, 16), *rng.uniform((-1, -1.5, 15), (4, 1.5, 19), (len(truth.PAIRS) - 1, 3))]
    return list(zip(turns, middles, strict=True))


@pytest.fixture(scope="module")
def folder(poses, tmp_path_factory):
    made = tmp_path_factory.mktemp("pairs")
    wall = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 256, (1200, 1600)).astype(np.uint8), (0, 0), 1.5)
    wall = cv2.normalize(wall, None, 0, 255, cv2.NORM_MINMAX)
    for number, pose in zip(truth.PAIRS, poses, strict=True):
        for side, x in (("left", 0.0), ("right", BASELINE)):
            cv2.imwrite(str(made / f"{side}{number:02d}.jpg"), drawn(wall, *pose, x), [cv2.IMWRITE_JPEG_QUALITY, 98])
    return made


def board():
    """Its picture, a white margin of one square around it, and where its pixels lie."""
    columns, rows = truth.BOARD[0] + 1, truth.BOARD[1] + 1
    squares = np.indices((rows, columns)).sum(0) % 2 * 255
    cells = np.pad(squares, 1, constant_values=255).astype(np.uint8)
    return np.kron(cells, np.ones((CELL_PX, CELL_PX), np.uint8))


def drawn(wall, turn, middle, camera_x):
    """The board before the wall, seen from `camera_x`."""
    eye = np.array([camera_x, 0, 0])
    wall_px = 40.0 / wall.shape[1]
    scene = warped(wall, np.diag([wall_px, wall_px, 1]), np.eye(3), np.array([-20, -15, WALL]) - eye)
    picture = board()
    to_squares = np.array([[1 / CELL_PX, 0, -2], [0, 1 / CELL_PX, -2], [0, 0, 1]])  # the first inner corner is 0, 0
    matrix = cv2.Rodrigues(np.asarray(turn, float))[0]
    origin = np.asarray(middle, float) - matrix @ [(truth.BOARD[0] - 1) / 2, (truth.BOARD[1] - 1) / 2, 0] - eye
    seen = warped(picture, to_squares, matrix, origin)
    covered = warped(np.full_like(picture, 255), to_squares, matrix, origin)
    return np.where(covered > 127, seen, scene)


def warped(picture, to_plane, turn, shift):
    plane_to_px = CAMERA @ np.column_stack([turn[:, 0], turn[:, 1], shift])
    return cv2.warpPerspective(picture, plane_to_px @ to_plane, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_AREA)


def test_board_and_wall_have_the_disparity_of_their_distance(folder, poses):
    found = truth.board_pairs(folder)
    assert len(found.pictures) == len(found.disparities) == len(poses)
    disparity = found.disparities[0]
    board_x, board_y = (round(side / 2 + FOCAL_PX * at / 16) for side, at in ((WIDTH_PX, 2.0), (HEIGHT_PX, 0)))
    on_board = disparity[board_y - 20 : board_y + 20, board_x - 20 : board_x + 20]
    wall = disparity[400:470, 250:480]  # what both cameras can match
    assert (wall > 0).mean() > 0.8
    wall_px = FOCAL_PX * BASELINE / WALL
    assert np.median(wall[wall > 0]) == pytest.approx(wall_px, rel=0.05)
    assert np.median(on_board) / np.median(wall[wall > 0]) == pytest.approx(WALL / 16, rel=0.02)


def test_a_match_that_is_not_mutual_is_unknown():
    rng = np.random.default_rng(4)
    left = rng.integers(0, 256, (120, 800, 3)).astype(np.uint8)
    right = np.roll(left, -20, 1)  # everything 20 px nearer
    right[:, 400:450] = rng.integers(0, 256, (120, 50, 3))  # seen by one camera only
    disparity = truth._matched(left, right)
    assert np.median(disparity[20:100, 200:260]) == 20
    assert (disparity[20:100, 425:465] == 0).mean() > 0.9


def test_a_picture_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"left01\.jpg: missing; unpack"):
        truth.board_pairs(tmp_path)
