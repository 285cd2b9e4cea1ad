import cv2
import numpy as np
import pytest

from engine.errors import CalibrationError
from engine.geometry.intrinsics import Lens
from engine.sources.calibration_file import load_lens

MATRIX = np.array([[610.0, 0, 319.5], [0, 612, 239.5], [0, 0, 1]])
LENS = Lens(610, 612, 319.5, 239.5, 640, 480)


@pytest.mark.parametrize("suffix", ["yml", "yaml", "xml", "json"])
def test_what_opencv_writes(tmp_path, suffix):
    path = tmp_path / f"camera.{suffix}"
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    for name, value in (("image_width", 640), ("image_height", 480), ("camera_matrix", MATRIX)):
        storage.write(name, value)
    storage.write("distortion_coefficients", np.array([[0.1, -0.2, 0, 0, 0]]))
    storage.release()
    assert load_lens(path) == LENS


def test_what_ros_writes(tmp_path):
    path = tmp_path / "camera.yaml"
    numbers = ", ".join(str(number) for number in MATRIX.ravel())
    path.write_text(
        f"image_width: 640\nimage_height: 480\ncamera_name: left\ncamera_matrix:\n  rows: 3\n  cols: 3\n"
        f"  data: [{numbers}]\ndistortion_model: plumb_bob\n"
    )
    assert load_lens(path) == LENS


def test_plain_lists(tmp_path):
    path = tmp_path / "camera.json"
    path.write_text('{"K": [[610, 0, 319.5], [0, 612, 239.5], [0, 0, 1]], "image_size": [640, 480]}')
    assert load_lens(path) == LENS


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("camera.yml", "hello world\n", "is not valid yml"),
        ("camera.xml", "<a>", "is not valid xml"),
        ("camera.json", "", "is not valid json"),
        ("camera.txt", "610 612", "not a calibration file"),
        ("camera.json", '{"a": 1}', "no camera matrix"),
        ("camera.json", '{"K": [[1, 2], [3, 4]]}', "no camera matrix"),
        ("camera.json", '{"K": [[610, 0, 319.5], [0, 612, 239.5], [0, 0, 1]]}', "image_width"),
        ("camera.json", '{"K": [[0, 0, 1], [0, 612, 2], [0, 0, 1]], "image_size": [640, 480]}', "focal length"),
    ],
)
def test_a_file_that_does_not_help_says_why(tmp_path, name, text, reason):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CalibrationError, match=reason) as caught:
        load_lens(path)
    assert name in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(CalibrationError, match="No such file"):
        load_lens(tmp_path / "nothing.yml")
