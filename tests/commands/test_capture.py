"""`capture` from the command line to files that open."""

import json

import cv2
import numpy as np
import pytest
import trimesh
from safetensors.torch import save_file

from engine.commands.capture import main
from engine.errors import MemoryShortageError
from engine.files.gallery import Gallery
from engine.paths import gallery_file
from engine.settings import SourceSettings
from engine.sources.registry import open_source
from tests.commands.demo_recording import write_room
from tests.demo_views import distance_to_surfaces
from tests.depth_frames import checker
from tests.pipeline.test_headless import run
from tests.sources.heif import HeifWriter
from tests.sources.rgbd.folders import color, depth_m, save, write_r3d, write_tum
from tests.synthetic import PARITY, parity_module

FILES = {"color.png", "depth.png", "depth.npz", "scene.glb", "scene.ply", "view.png", "capture.json"}


def test_pictures_become_folders_that_open_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite(str(tmp_path / "a b.png"), checker(96, 54))
    phone = HeifWriter()
    phone.write(tmp_path / "tall.heic", phone.picture(checker(54, 96), tile=64))
    (tmp_path / "bad.png").write_bytes(b"nothing")
    arguments = ["--capture-model", "lite", "--output-dir", "out", "--device", "cpu"]
    assert main(["a b.png", "bad.png", "tall.heic", *arguments]) == 1
    said = capsys.readouterr()
    assert "bad.png is damaged" in said.err
    assert "2 of 3 pictures" in said.err
    assert "by lite in" in said.out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a b", "tall"}
    for folder in (tmp_path / "out").iterdir():
        assert {path.name for path in folder.iterdir()} == FILES
    (mesh,) = trimesh.load(tmp_path / "out" / "tall" / "scene.glb", process=False).geometry.values()
    assert len(mesh.vertices) > 0.8 * 54 * 96  # one for each pixel, but for cut ones
    in_gallery = {(made.kind, made.path) for made in Gallery(gallery_file()).read()}
    assert in_gallery == {("capture", folder) for folder in (tmp_path / "out").iterdir()}
    facts = json.loads((tmp_path / "out" / "a b" / "capture.json").read_text())
    assert (facts["model"], facts["camera"], facts["picture_px"]) == ("lite", "assumed", [96, 54])
    view = cv2.imread(str(tmp_path / "out" / "a b" / "view.png"))
    assert view.shape == (720, 1280, 3)
    assert view.std() > 25

    source = open_source(SourceSettings(source=str(tmp_path / "out" / "a b")))
    assert np.array_equal(source.read(640).image, cv2.imread(str(tmp_path / "a b.png"))[..., ::-1])


@pytest.mark.parametrize("error", [MemoryShortageError("too large"), ValueError("broken")])
def test_one_bad_picture_does_not_stop_the_others(monkeypatch, capsys, error):
    seen = []

    def capture(path, *_):
        seen.append(path.name)
        if path.name == "b.png":
            raise error
        return path.name

    monkeypatch.setattr("engine.commands.capture._capture", capture)
    assert main(["a.png", "b.png", "c.png", "--capture-model", "lite", "--device", "cpu"]) == 1
    assert seen == ["a.png", "b.png", "c.png"]
    assert "2 of 3 pictures" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--multi-view", "--no-calibrate", "--least-confident"])
def test_what_means_nothing_for_single_pictures_is_no_option(option):
    with pytest.raises(SystemExit):
        main(["a.png", option])


@pytest.fixture(autouse=True)
def _keep_signals(monkeypatch):
    monkeypatch.setattr("signal.signal", lambda *_: None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [([], "IMAGE"), (["a.png", "--capture-model", "da4"], "da3-base")],
)
def test_wrong_arguments(tmp_path, arguments, says):
    done = run("capture", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.slow
def test_depth_anything_3_gives_confidence_and_its_camera(tmp_path, capsys):
    """Filler weights: the depth means nothing, the rest is real."""
    weights = parity_module("filler").state_dict_from_manifest(str(PARITY / "manifests/da3-small.published.json"))
    (tmp_path / "da3-small").mkdir()
    save_file(weights, tmp_path / "da3-small" / "model.safetensors")
    cv2.imwrite(str(tmp_path / "photo.png"), checker(96, 54))
    arguments = ["--capture-res", "140", "--device", "cpu", "--precision", "fp32", "--checkpoints-dir", str(tmp_path)]
    assert main([str(tmp_path / "photo.png"), "--output-dir", str(tmp_path / "out"), *arguments]) == 0
    assert "140x84 by da3-small" in capsys.readouterr().out
    facts = json.loads((tmp_path / "out" / "photo" / "capture.json").read_text())
    assert (facts["model"], facts["kind"], facts["camera"]) == ("da3-small", "relative", "predicted")
    assert "the weights of da3-base are not on this machine" in facts["note"]
    with np.load(tmp_path / "out" / "photo" / "depth.npz") as archive:
        assert archive["depth"].shape == archive["confidence"].shape == (84, 140)
        assert archive["extrinsics"].shape == (3, 4)
        assert archive["confidence"].min() >= 1


def test_recordings_keep_what_was_measured_and_need_no_network(tmp_path, monkeypatch, capsys):
    def refuse(*_, **__):
        raise AssertionError("a network is loaded")

    monkeypatch.setattr("engine.depth.capture.runner.make_capturer", refuse)
    folder, phone = write_tum(tmp_path / "take"), write_r3d(tmp_path / "phone.r3d")
    packed = write_packed(tmp_path / "packed.png")
    arguments = "--output-dir", str(tmp_path / "out"), "--crop", "off"
    assert main([str(folder), str(phone), "--at", "0.081", *arguments]) == 0
    assert main([str(packed), "--rgbd", "side-by-side", "--rgbd-far", "4", *arguments]) == 0
    assert capsys.readouterr().out.count("by source") == 3
    with np.load(tmp_path / "out" / "take" / "depth.npz") as archive:
        np.testing.assert_allclose(archive["depth"][1:], depth_m(2)[1:], atol=1e-4)
        np.testing.assert_allclose(archive["intrinsics"], [[70, 0, 32], [0, 70, 24], [0, 0, 1]])
    with np.load(tmp_path / "out" / "packed" / "depth.npz") as archive:
        np.testing.assert_allclose(archive["depth"][20, 60], 2, atol=0.02)
    (mesh,) = trimesh.load(tmp_path / "out" / "phone" / "scene.glb", process=False).geometry.values()
    assert len(mesh.vertices) > 100


def write_packed(path):
    """A picture beside gray levels: black is 4 m away."""
    gray = np.round((1 - depth_m(0) / 4) * 255).astype(np.uint8)
    return save(path, np.hstack([color(0), np.repeat(gray[..., None], 3, axis=2)]))


def test_a_recording_with_poses_becomes_one_mesh_without_a_network(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("engine.depth.capture.runner.make_capturer", None)
    recording = write_room(tmp_path / "room")
    assert main([str(recording), "--views", "8", "--output-dir", str(tmp_path / "out")]) == 0
    assert "3 views" in capsys.readouterr().out
    folder = tmp_path / "out" / "room"
    assert {path.name for path in folder.iterdir()} == FILES
    (glb,) = trimesh.load(folder / "scene.glb", process=False).geometry.values()
    ply = trimesh.load(folder / "scene.ply", process=False)
    for mesh in (glb, ply):
        off_m = distance_to_surfaces(np.asarray(mesh.vertices, np.float32))
        assert np.quantile(off_m, 0.99) < 0.03
        assert (mesh.vertices[:, 0].min(), mesh.vertices[:, 0].max()) == pytest.approx((-2.9, 2.9), abs=0.05)
    x, y, z = ply.vertices.T
    rug = (np.abs(y + 0.8) < 0.01) & (((x - 0.1) / 1.4) ** 2 + ((z + 3.3) / 1.05) ** 2 < 0.6)
    red, green, _, _ = np.median(np.asarray(ply.visual.vertex_colors)[rug], 0)
    assert red > 2 * green
    facts = json.loads((folder / "capture.json").read_text())
    assert (facts["model"], facts["camera"], facts["kind"]) == ("source", "known", "metric")
    assert cv2.imread(str(folder / "view.png")).std() > 25


def test_a_recording_without_poses_is_refused(tmp_path, capsys):
    recording = write_room(tmp_path / "room")
    (recording / "groundtruth.txt").unlink()
    assert main([str(recording), str(tmp_path), "--views", "8", "--output-dir", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "does not say where its camera was" in said
    assert "is no RGB-D recording" in said
