"""Folders and files of 7-Scenes, ScanNet and Record3D."""

import json
from zipfile import ZipFile

import cv2
import lzfse
import numpy as np
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.errors import SourceError
from engine.frames import DepthFrame
from engine.geometry.pose import FLIPPED, placed, quaternion_of
from engine.geometry.world import pixel_rays, world_map
from engine.settings import SceneSettings, SourceSettings
from engine.sources.registry import open_source
from tests.demo_views import POSES, TIME_S, distance_to_surfaces
from tests.sources.rgbd.folders import COUNT, HEIGHT, WIDTH, color, save, write_r3d, write_scannet, write_seven_scenes


def read_all(path, max_res=4096):
    source = open_source(SourceSettings(source=str(path), crop="off"))
    frames = [source.read(max_res) for _ in range(COUNT)]
    source.close()
    return frames


def test_seven_scenes_have_the_depth_of_what_the_color_camera_sees(tmp_path):
    frames = read_all(write_seven_scenes(tmp_path / "seq-01"))
    for index, frame in enumerate(frames):
        np.testing.assert_array_equal(frame.image, color(index))
        assert frame.time_s == pytest.approx(index / 30)
        np.testing.assert_allclose(frame.pose[:3, 3], [0.1 * index, 0, 0])
        # the depth camera sees 57 degrees, the color camera 63: what lies beyond is not measured
        margin = round(WIDTH / 2 * (1 - 525 / 585)) - 1
        assert np.isnan(frame.depth[:, :margin]).all()
        assert np.isnan(frame.depth[:, -margin:]).all()
        middle = frame.depth[HEIGHT // 2 + 1]
        np.testing.assert_allclose(middle[margin + 1 : WIDTH // 2 - 1], (2000 + index) / 1000, rtol=1e-6)
        np.testing.assert_allclose(middle[WIDTH // 2 + 1 : -margin - 1], 3, rtol=1e-6)
        assert np.isnan(frame.depth[HEIGHT // 2, : margin + 4]).all()  # 65535 is no distance
        assert frame.intrinsics[0, 0] == pytest.approx(525 / 10)


@pytest.mark.parametrize("color_px", [(1296, 968), (64, 48)])
def test_scannet_is_read_whatever_size_its_pictures_have(tmp_path, color_px):
    frames = read_all(write_scannet(tmp_path / "scene0000_00", color_px))
    assert [frame.pose is None for frame in frames] == [False, False, True, False, False]
    for index, frame in enumerate(frames):
        assert frame.image.shape[1::-1] == color_px
        assert frame.time_s == pytest.approx(index * 10 / 30)
        assert not (frame.depth[0] > 0).any()
        assert frame.depth[20, 60] == pytest.approx(2 - 0.1 * index, abs=1e-3)
        np.testing.assert_allclose(frame.intrinsics[0, 0], 1170 * color_px[0] / 1296)
        np.testing.assert_allclose(frame.intrinsics[0, 2], color_px[0] / 2)


@pytest.mark.parametrize("is_new", [True, False])
def test_record3d_is_upright_with_its_poses(tmp_path, is_new):
    frames = read_all(write_r3d(tmp_path / "take.r3d", is_new=is_new))
    for index, frame in enumerate(frames):
        assert frame.image.shape == (64, 48, 3)
        assert np.abs(frame.image.astype(int) - color(index, (48, 64))).mean() < 3
        assert frame.depth.shape == (16, 12)
        assert not (frame.depth[0] > 0).any()
        assert np.isnan(frame.depth[-1]).all()  # of the lowest confidence
        assert frame.depth[8, 11] == np.float32(2) - np.float32(0.1 * index)
        np.testing.assert_allclose(frame.intrinsics[0], [50 + index * is_new, 0, 24])
        assert frame.time_s == pytest.approx(index / (60 if is_new else 30))
    np.testing.assert_allclose(frames[2].pose[:3, 3], [0.2, 0, 0])
    # it turned about its x axis, and now looks down: in OpenCV's axes, where y points down
    np.testing.assert_allclose(frames[-1].pose[:3, :3] @ [0, 0, 1], [0, 1, 0], atol=1e-7)


def test_a_damaged_recording_is_refused_by_name(tmp_path):
    path = tmp_path / "take.r3d"
    path.write_bytes(b"PK nothing")
    with pytest.raises(SourceError, match=r"take\.r3d is no complete file"):
        read_all(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("metadata", json.dumps({"poses": []}))
    with pytest.raises(SourceError, match=r"take\.r3d has no picture"):
        read_all(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("metadata", json.dumps([1]))
    with pytest.raises(SourceError, match=r"take\.r3d cannot be read"):
        read_all(path)


def test_damaged_depth_is_skipped_like_a_picture(tmp_path, caplog):
    path = write_r3d(tmp_path / "take.r3d")
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["rgbd/1.depth"] = b"bvx2 nothing"
    with ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert len(read_all(path)) == COUNT
    assert "rgbd/1.depth is damaged" in caplog.text


def walk():
    """Views of the demo from two places: picture, depth, camera (3, 3), and camera to world in OpenGL's axes."""
    for position, yaw, pitch in POSES[:2]:
        camera = SceneCamera.at(60, 80, position_m=position, yaw_rad=yaw, pitch_rad=pitch, fov_deg=50)
        yield *render(camera, TIME_S), camera.intrinsics, np.linalg.inv(np.vstack([camera.world_to_camera[:3], LAST]))


LAST = [[0.0, 0.0, 0.0, 1.0]]


def as_r3d(path):
    views = list(walk())
    k = views[0][2]
    facts = {"w": 60, "h": 80, "dw": 60, "dh": 80, "fps": 30, "K": (k - [[0, 0, 0.5], [0, 0, 0.5], [0] * 3]).T.ravel()}
    facts["K"] = facts["K"].tolist()
    facts["poses"] = [[*quaternion_of(pose), *pose[:3, 3]] for *_, pose in views]
    with ZipFile(path.with_suffix(".r3d"), "w") as archive:
        archive.writestr("metadata", json.dumps(facts))
        for index, (image, depth, _, _) in enumerate(views):
            archive.writestr(f"rgbd/{index}.jpg", cv2.imencode(".jpg", image)[1].tobytes())
            archive.writestr(f"rgbd/{index}.depth", lzfse.compress(depth.tobytes()))
    return path.with_suffix(".r3d")


def as_seven_scenes(path):
    """With the depth that a camera of this data set would have measured there."""
    for index, (position, yaw, pitch) in enumerate(POSES[:2]):
        fov_deg = np.degrees(2 * np.arctan(320 / 585))
        camera = SceneCamera.at(320, 240, position_m=position, yaw_rad=yaw, pitch_rad=pitch, fov_deg=fov_deg)
        image, depth = render(camera, TIME_S)
        save(path / f"frame-{index:06d}.color.png", image)
        save(path / f"frame-{index:06d}.depth.png", np.round(depth * 1000).astype(np.uint16))
        pose = np.linalg.inv(np.vstack([camera.world_to_camera[:3], LAST]))
        pose = FLIPPED @ pose @ FLIPPED
        (path / f"frame-{index:06d}.pose.txt").write_text("\n".join(" ".join(map(str, row)) for row in pose))
    return path


@pytest.mark.parametrize("write_one", [as_r3d, as_seven_scenes])
def test_poses_and_cameras_put_every_pixel_where_the_surfaces_are(tmp_path, write_one):
    source = open_source(SourceSettings(source=str(write_one(tmp_path / "walk")), crop="off"))
    for _ in POSES[:2]:
        frame = source.read(4096)
        found = DepthFrame(frame, frame.depth, frame.kind)
        points = world_map(found, SceneSettings()).points(
            found.depth, *pixel_rays(found.intrinsics, *found.depth.shape)
        )
        places = placed(points[np.isfinite(points).all(-1)][::7], frame.pose) * (1, -1, -1)  # back to the demo's axes
        off = distance_to_surfaces(places)
        assert np.median(off) < 0.005
        assert np.percentile(off, 95) < 0.02
