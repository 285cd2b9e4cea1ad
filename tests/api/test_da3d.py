import re
import threading
from dataclasses import replace

import cv2
import numpy as np
import pytest
import trimesh

import da3d
from engine import errors
from engine.frames import default_intrinsics


@pytest.fixture(scope="module")
def found(demo):
    return da3d.depth(demo[0], device="cpu")


@pytest.fixture
def scene(demo):
    image, depth, intrinsics = demo
    return da3d.Scene(image, depth, kind="metric", intrinsics=intrinsics)


def test_depth_of_an_array_and_of_a_path(found, photo):
    assert found.depth.shape == (448, 800)
    assert found.depth.dtype == np.float32
    assert (found.kind, found.camera, found.model) == (da3d.DepthKind.DISPARITY, "assumed", "lite")
    assert found.range.low < found.range.median < found.range.high
    np.testing.assert_allclose(found.intrinsics[:2, 2], [400, 224])
    np.testing.assert_array_equal(da3d.depth(photo, device="cpu").depth, found.depth)
    np.testing.assert_array_equal(da3d.depth(str(photo), "lite", device="cpu").depth, found.depth)


def test_bars_are_cut_off_when_asked_for(demo):
    barred = cv2.copyMakeBorder(demo[0], 90, 90, 0, 0, cv2.BORDER_CONSTANT)
    assert da3d.depth(barred, device="cpu").frame.image.shape == barred.shape
    assert da3d.depth(barred, device="cpu", crop="auto").frame.image.shape == demo[0].shape


def test_a_known_field_of_view_is_used(demo):
    seen = da3d.depth(demo[0], fov_deg=90)
    assert seen.camera == "known"
    assert seen.intrinsics[0, 0] == pytest.approx(400)


def test_what_is_wrong_with_a_call_is_said(demo, tmp_path, monkeypatch):
    with pytest.raises(da3d.SourceError, match=r"nowhere\.jpg cannot be read"):
        da3d.depth(tmp_path / "nowhere.jpg")
    with pytest.raises(da3d.InputError, match="of float64"):
        da3d.depth(demo[0] / 255)
    with pytest.raises(da3d.CheckpointError, match="there is no model 'big'"):
        da3d.depth(demo[0], "big")
    with pytest.raises(da3d.CheckpointError, match="the weights of vda-vitb are not on this machine"):
        da3d.depth(demo[0], "vitb")
    with pytest.raises(errors.SettingsError, match="fov_deg"):
        da3d.depth(demo[0], fov_deg=400)
    with pytest.raises(errors.SettingsError, match="device"):
        da3d.depth(demo[0], device="gpu")
    with pytest.raises(AttributeError, match="Scenes"):
        da3d.Scenes  # noqa: B018


def test_depth_by_a_registered_network(demo):
    class Half:
        kind = "metric"

        def depth(self, image):
            return [[1, 2, 3, 4], [5, 6, 7, 8]] if image.shape == (90, 160, 3) else None

    da3d.register_network("half", lambda device: Half())
    seen = da3d.depth(demo[0], "half", fov_deg=90)
    assert seen.depth.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert (seen.kind, seen.camera, seen.model) == (da3d.DepthKind.METRIC, "known", "half")
    assert seen.intrinsics[0, 0] == pytest.approx(2)


def test_a_scene_is_drawn_as_large_as_asked_from_where_asked(demo, found):
    scene = da3d.Scene(demo[0], found)
    home = scene.render((160, 90))
    assert (home.shape, home.dtype) == ((90, 160, 3), np.uint8)
    assert np.abs(home.astype(int) - demo[0]).mean() < 12, "from where it was taken it is the picture"
    side = scene.render((240, 160), yaw=14, pitch=5)
    assert side.shape == (160, 240, 3)
    assert np.abs(cv2.resize(side, (160, 90)).astype(int) - home).mean() > 5
    np.testing.assert_array_equal(scene.render((160, 90)), home)
    assert np.abs(scene.render((160, 90), distance=5.0).astype(int) - home).mean() > 5


def test_scenes_know_nothing_of_each_other(demo, scene):
    alone = scene.render((160, 90), yaw=12)
    other = da3d.Scene(255 - demo[0], demo[1], kind="metric", intrinsics=demo[2])
    other.render((160, 90), yaw=-12)
    np.testing.assert_array_equal(scene.render((160, 90), yaw=12), alone)


def test_any_thread_draws(scene):
    drawn = []
    here = scene.render((160, 90))
    thread = threading.Thread(target=lambda: drawn.append(scene.render((160, 90))))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(drawn[0], here)


def test_settings_go_by_their_names(demo, found):
    flat = da3d.Scene(demo[0], found, depth_scale=0.0, background="#ff0000").render((160, 90), yaw=30)
    assert (flat == [255, 0, 0]).all(-1).any()
    with pytest.raises(errors.SettingsError, match="depth_scales"):
        da3d.Scene(demo[0], found, depth_scales=1)


def test_what_does_not_fit_together_is_refused(demo, found):
    image, depth, intrinsics = demo
    with pytest.raises(da3d.InputError, match="needs a kind"):
        da3d.Scene(image, depth)
    with pytest.raises(da3d.InputError, match="no kind of depth 'near'"):
        da3d.Scene(image, depth, kind="near")
    with pytest.raises(da3d.InputError, match="not of the same shape"):
        da3d.Scene(image.transpose(1, 0, 2), found)
    with pytest.raises(da3d.InputError, match="in pixels of the depth map"):
        da3d.Scene(image, depth[::4, ::4], kind="metric", intrinsics=intrinsics)
    with pytest.raises(da3d.InputError, match="a size is"):
        da3d.Scene(image, found).render((0, 90))


def test_an_image_of_another_size_than_the_depth_was_made_of(demo, found):
    large = cv2.resize(demo[0], (480, 270))
    scene = da3d.Scene(large, replace(found, camera="predicted"))
    assert (scene.frame.camera, scene.frame.range, scene.frame.model) == ("predicted", found.range, "lite")


def test_exports_by_suffix(scene, demo, tmp_path):
    mesh = trimesh.load(scene.export(tmp_path / "scene.glb"), force="mesh")
    assert len(mesh.vertices) > 10_000
    assert -mesh.vertices[:, 2].max() == pytest.approx(demo[1].min(), rel=0.05), "in meters"
    assert trimesh.load(scene.export(str(tmp_path / "new/scene.ply"))).faces.shape[1] == 3
    assert not hasattr(trimesh.load(scene.export(tmp_path / "scene-points.ply")), "faces")
    assert sorted(path.name for path in scene.export(tmp_path / "scene.obj").iterdir()) == [
        "scene.mtl", "scene.obj", "scene.png"
    ]  # fmt: skip
    saved = np.load(scene.export(tmp_path / "scene.npz"))
    assert str(saved["kind"]) == "metric"
    np.testing.assert_array_equal(saved["depth"], demo[1])
    assert cv2.imread(str(scene.export(tmp_path / "scene.png")), cv2.IMREAD_UNCHANGED).dtype == np.uint16
    assert scene.export(tmp_path / "scene.EXR").stat().st_size > 1000
    with pytest.raises(da3d.InputError, match=re.escape("use one of -depth.png, -points.ply, .exr, .glb, .npz")):
        scene.export(tmp_path / "scene.stl")


def test_what_a_capture_writes_is_a_scene_again(scene, tmp_path):
    saved = np.load(scene.export(tmp_path / "scene.npz"))
    again = da3d.Scene(scene.frame.frame.image, saved["depth"], kind=str(saved["kind"]), intrinsics=saved["intrinsics"])
    np.testing.assert_array_equal(again.render((160, 90), yaw=10), scene.render((160, 90), yaw=10))


def test_the_viewer_is_shown(photo, tmp_path):
    target = tmp_path / "side.png"
    da3d.show(
        photo, headless=True, frames=1, size="160x90", screenshot=target, orbit="20,5", auto_rotate=False,
        encoder="lite",
    )  # fmt: skip
    assert cv2.imread(str(target)).shape == (90, 160, 3)


def test_what_the_viewer_cannot_show_is_an_error(capsys, tmp_path):
    with pytest.raises(da3d.EngineError, match="code 2"):
        da3d.show(tmp_path / "nowhere.png", headless=True, frames=1)
    with pytest.raises(da3d.EngineError, match="code 2"):
        da3d.show("demo", subsample=99)
    with pytest.raises(da3d.EngineError, match="code 2"):
        da3d.show("demo", no_such_thing=True)
    assert "nowhere.png" in capsys.readouterr().err


def test_all_names_are_there():
    for name in dir(da3d):
        assert getattr(da3d, name) is not None
    assert default_intrinsics is da3d.default_intrinsics
