"""What is written is read back by a program that we did not write."""

import json
import struct
from dataclasses import replace

import cv2
import numpy as np
import pytest
import trimesh

from engine.depth.tsdf.mesh import fuse_mesh
from engine.errors import OutputError
from engine.export.formats import save_fused
from engine.export.glb import save_glb
from engine.export.obj import save_obj
from engine.export.ply import save_ply
from engine.frames import DepthKind
from engine.geometry.fusion import fuse
from engine.geometry.mesh import surface_of
from engine.settings import Settings
from tests.demo_views import POSES, demo_view
from tests.depth_frames import checker, depth_frame

IMAGE = checker(64, 36)


@pytest.fixture(scope="module")
def frame():
    """A plate at 1 m before a wall at 3 m, with a corner that was not measured."""
    depth = np.full((36, 64), 3.0)
    depth[8:28, 16:48] = 1.0
    depth[:6, :6] = 0
    return depth_frame(depth, IMAGE, DepthKind.METRIC, (1, 2, 3))


@pytest.fixture(scope="module")
def surface(frame):
    return surface_of(frame, frame.depth[::2, ::2], Settings())


def test_the_surface_is_cut_round_what_is_near_and_where_nothing_was_measured(surface):
    pieces = trimesh.Trimesh(surface.points, surface.triangles, process=False).split(only_watertight=False)
    assert sorted(round(float(piece.vertices[:, 2].mean()), 5) for piece in pieces) == [-3, -1]
    assert len(surface.points) == 18 * 32 - 9
    assert np.isfinite(surface.points).all()
    x, y = surface.points[:, 0] / -surface.points[:, 2], surface.points[:, 1] / -surface.points[:, 2]
    assert x.max() == pytest.approx(-x.min()) == pytest.approx(np.tan(np.radians(30)))  # the picture's whole width
    assert y.max() > 0 > y.min()
    normals = trimesh.Trimesh(surface.points, surface.triangles, process=False).face_normals
    np.testing.assert_allclose(normals, np.tile([0, 0, 1], (len(normals), 1)), atol=1e-6)  # towards the camera


def test_no_cut_is_one_piece(frame):
    sheet = surface_of(frame, frame.depth[::2, ::2], Settings().replace(edge_cut=0))
    assert len(trimesh.Trimesh(sheet.points, sheet.triangles, process=False).split(only_watertight=False)) == 1


def same_mesh(mesh, surface):
    """Whether the corners of all triangles are the same, in order, whatever their numbers are."""
    expected = surface.points[surface.triangles]
    np.testing.assert_allclose(mesh.vertices[mesh.faces], expected, atol=2e-5)


def test_glb(tmp_path, surface, frame):
    path = tmp_path / "scene.glb"
    save_glb(path, surface, frame.intrinsics, frame.depth.shape)
    scene = trimesh.load(path, process=False)
    (mesh,) = scene.geometry.values()
    same_mesh(mesh, surface)
    uv = np.stack([mesh.visual.uv[:, 0], 1 - mesh.visual.uv[:, 1]], 1)  # trimesh turns it upside down
    np.testing.assert_allclose(uv[mesh.faces], surface.uv[surface.triangles], atol=1e-6)
    np.testing.assert_array_equal(np.asarray(mesh.visual.material.baseColorTexture.convert("RGB")), IMAGE)
    data = path.read_bytes()
    magic, version, length, json_length = struct.unpack_from("<4sIII", data)
    content = json.loads(data[20 : 20 + json_length])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    assert content["cameras"][0]["perspective"]["yfov"] == pytest.approx(2 * np.arctan(18 / frame.intrinsics[1, 1]))
    assert "KHR_materials_unlit" in content["materials"][0]["extensions"]
    assert all(view["byteOffset"] % 4 == 0 for view in content["bufferViews"])


def test_the_camera_of_glb_sees_the_picture_and_not_the_pixels_of_the_map(tmp_path, surface, frame):
    path = tmp_path / "scene.glb"
    wide = frame.intrinsics * np.array([[0.5], [1], [1]])  # of a map with half the columns
    save_glb(path, surface, wide, (36, 32))
    data = path.read_bytes()
    (camera,) = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])["cameras"]
    assert camera["perspective"]["aspectRatio"] == pytest.approx(64 / 36)


def test_obj(tmp_path, surface):
    save_obj(tmp_path, surface)
    mesh = trimesh.load(tmp_path / "scene.obj", process=False)
    same_mesh(mesh, surface)
    uv = np.stack([mesh.visual.uv[:, 0], 1 - mesh.visual.uv[:, 1]], 1)
    np.testing.assert_allclose(uv[mesh.faces], surface.uv[surface.triangles], atol=1e-5)
    np.testing.assert_array_equal(np.asarray(mesh.visual.material.image.convert("RGB")), IMAGE)


def test_ply_as_a_mesh_and_as_points(tmp_path, surface):
    save_ply(tmp_path / "mesh.ply", surface.points, surface.colors, surface.triangles, comment="unit: meters")
    mesh = trimesh.load(tmp_path / "mesh.ply", process=False)
    same_mesh(mesh, surface)
    assert b"comment unit: meters" in (tmp_path / "mesh.ply").read_bytes()[:200]
    save_ply(tmp_path / "points.ply", surface.points, surface.colors)
    cloud = trimesh.load(tmp_path / "points.ply")
    np.testing.assert_array_equal(cloud.vertices.astype(np.float32), surface.points)
    np.testing.assert_array_equal(cloud.colors[:, :3], surface.colors)


def test_colors_are_those_of_the_pixels(surface):
    x, y = (surface.uv * (64, 36)).astype(int).T
    np.testing.assert_array_equal(surface.colors, IMAGE[np.minimum(y, 35), np.minimum(x, 63)])


def test_a_surface_without_a_single_triangle_is_no_mesh(tmp_path, frame):
    nothing = surface_of(frame, np.zeros((4, 4)), Settings())
    with pytest.raises(OutputError, match="edges cut away the whole surface"):
        save_glb(tmp_path / "a.glb", nothing, frame.intrinsics, (36, 64))


def test_the_picture_in_the_files_is_the_one_that_was_given(tmp_path, surface):
    save_obj(tmp_path, surface)
    assert np.array_equal(cv2.imread(str(tmp_path / "scene.png"))[..., ::-1], IMAGE)


def test_a_cloud_of_several_views_is_read_back_in_the_scene_s_units(tmp_path):
    cloud = fuse([demo_view(pose) for pose in POSES], least_confident=0)
    save_fused(tmp_path / "room.ply", cloud, 2.5, is_in_meters=False)
    read = trimesh.load(tmp_path / "room.ply")
    np.testing.assert_allclose(read.vertices, cloud.places * 2.5, rtol=1e-6)
    np.testing.assert_array_equal(read.colors[:, :3], cloud.colors)
    assert b"comment no unit" in (tmp_path / "room.ply").read_bytes()[:200]


@pytest.mark.parametrize("ending", ["glb", "ply"])
def test_a_mesh_of_several_views(tmp_path, ending):
    mesh = fuse_mesh([demo_view(pose) for pose in POSES], most_blocks=300)
    path = tmp_path / f"room.{ending}"
    save_fused(path, mesh, 2.5, is_in_meters=True)
    read = trimesh.load(path, process=False)
    (read,) = read.geometry.values() if ending == "glb" else (read,)
    np.testing.assert_allclose(read.vertices, mesh.points * 2.5, atol=1e-5)
    np.testing.assert_array_equal(read.faces, mesh.triangles)
    colors = read.visual.vertex_attributes["color"] if ending == "glb" else read.visual.vertex_colors
    colors = np.asarray(colors)[:, :3] / (65535 if ending == "glb" else 255)
    truth = mesh.colors / 255
    if ending == "glb":  # linear there
        truth = np.where(truth <= 0.04045, truth / 12.92, ((truth + 0.055) / 1.055) ** 2.4)
        np.testing.assert_allclose(read.vertex_normals, mesh.normals, atol=1e-4)
    np.testing.assert_allclose(colors, truth, atol=1e-4)


def test_an_empty_mesh_of_several_views_is_refused(tmp_path):
    view = demo_view()
    nothing = fuse_mesh([replace(view, depth=np.zeros_like(view.depth))])
    with pytest.raises(OutputError, match="no surface"):
        save_fused(tmp_path / "room.glb", nothing, 1, is_in_meters=True)
    assert not list(tmp_path.iterdir())
