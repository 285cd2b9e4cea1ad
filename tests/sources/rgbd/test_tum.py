"""Folders in the layout of the TUM RGB-D benchmark."""

import numpy as np
import pytest

from engine.errors import SourceError
from engine.frames import DepthKind
from engine.settings import SourceSettings
from engine.sources.registry import open_source
from engine.sources.rgbd.tum import paired
from tests.sources.rgbd.folders import COUNT, color, depth_m, write_tum


def opened(folder, **settings):
    return open_source(SourceSettings(source=str(folder), crop="off", **settings))


def test_pictures_have_their_depth_their_camera_and_their_pose(tmp_path):
    source = opened(write_tum(tmp_path / "take"))
    frames = [source.read(640) for _ in range(COUNT)]
    for index, frame in enumerate(frames):
        np.testing.assert_array_equal(frame.image, color(index))
        assert frame.kind is DepthKind.METRIC
        assert not (frame.depth[0] > 0).any()  # was not measured
        np.testing.assert_allclose(frame.depth[1:], depth_m(index)[1:], atol=1e-4)
        np.testing.assert_allclose(frame.intrinsics, [[70, 0, 32], [0, 70, 24], [0, 0, 1]])
        assert frame.time_s == pytest.approx(index * 0.04, abs=1e-5)
        np.testing.assert_allclose(frame.pose[:3, 3], [0.1 * index, 0, 1.5], atol=1e-6)
    np.testing.assert_allclose(frames[0].pose[:3, :3], np.eye(3), atol=1e-6)
    # a quarter to the right: what was ahead of the first camera is at the left of the last one
    np.testing.assert_allclose(frames[-1].pose[:3, :3] @ [0, 0, 1], [1, 0, 0], atol=1e-6)
    source.close()


def test_a_smaller_picture_has_its_own_camera(tmp_path):
    source = opened(write_tum(tmp_path / "take"))
    np.testing.assert_allclose(source.read(32).intrinsics, [[35, 0, 16], [0, 35, 12], [0, 0, 1]])


def test_any_picture_can_be_sought(tmp_path):
    source = opened(write_tum(tmp_path / "take"))

    def index():
        return round(source.read(640).image[0, 0, 0] / 20)

    assert source.duration_s == pytest.approx(COUNT * 0.04)
    source.seek(0.04 * 3)
    assert [index(), index(), index()] == [3, 4, 0]
    source.step_back()
    assert index() == 0
    source.seek(0.11)
    assert index() == 2
    source.step_back()
    assert index() == 1
    source.seek(9)
    assert index() == COUNT - 1
    source.loop_s = (0.04, 0.12)
    source.seek(0.04)
    assert [index(), index(), index()] == [1, 2, 1]


def test_a_damaged_picture_is_skipped(tmp_path, caplog):
    folder = write_tum(tmp_path / "take")
    sorted((folder / "depth").iterdir())[1].write_bytes(b"nothing")
    source = opened(folder)
    assert [round(source.read(640).image[0, 0, 0] / 20) for _ in range(5)] == [0, 2, 3, 4, 0]
    assert caplog.text.count("skipped") == 1


def test_pictures_of_the_benchmark_have_its_camera(tmp_path):
    matrix = opened(write_tum(tmp_path / "desk", calibration=None, size=(640, 480))).read(640).intrinsics
    np.testing.assert_allclose(matrix, [[525, 0, 320], [0, 525, 240], [0, 0, 1]])
    assert opened(write_tum(tmp_path / "take", calibration=None)).read(640).intrinsics is None


def test_without_poses_there_are_none(tmp_path):
    folder = write_tum(tmp_path / "take")
    (folder / "groundtruth.txt").unlink()
    assert opened(folder).read(640).pose is None


def test_each_picture_gets_the_closest_depth_map():
    assert paired([0.0, 0.04, 0.08, 0.2], [0.001, 0.03, 0.045, 0.101, 0.9]) == [(0, 0), (1, 2)]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("rgb.txt", "1.0", r"rgb\.txt is damaged"),
        ("depth.txt", "soon depth/1.png", r"depth\.txt is damaged"),
        ("depth.txt", "1.0 depth/1.png", "check the times"),
        ("depth.txt", "# nothing", "no picture with depth"),
        ("groundtruth.txt", "1305031102.0 1 2 3", r"groundtruth\.txt is damaged"),
        ("calibration.txt", "70 70", r"calibration\.txt is damaged"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, name, text, complaint):
    folder = write_tum(tmp_path / "take")
    (folder / name).write_text(text)
    with pytest.raises(SourceError, match=complaint):
        opened(folder)
