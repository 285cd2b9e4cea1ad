"""A capture as a folder, each format by itself, and both back again."""

import json
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
import pytest
import trimesh
from PIL import Image as Pillow

from engine.errors import OutputError
from engine.export.capture_folder import free_place, save_capture
from engine.export.formats import FORMATS, Subject, place_of, save_as
from engine.files.png_metadata import DEPTH_KEY, text_of
from engine.frames import Capture, DepthKind
from engine.geometry.mesh import surface_of
from engine.navigation.camera import Camera
from engine.settings import Settings, SourceSettings
from engine.sources.depth_map import DepthMapFacts, DepthMapSource
from engine.sources.registry import open_source
from tests.depth_frames import checker, depth_frame

IMAGE = checker(128, 72)
TAKEN = datetime(2026, 5, 4, 3, 2, 1)


def subject(kind=DepthKind.RELATIVE_DEPTH, **changes):
    """A ball before a wall, as the any-view network would give it, with a place that was not measured."""
    y, x = np.mgrid[0:36, 0:64]
    depth = np.where((x - 30) ** 2 + (y - 18) ** 2 < 150, 1.0, 3.0) + 0.01 * x
    depth[:4, :4] = 0 if kind is not DepthKind.DISPARITY else depth[:4, :4]
    frame = depth_frame(depth, IMAGE, kind, (1, 2, 3))
    frame = replace(frame, model="da3-base", camera="predicted", done_s=1.5, **changes)
    capture = Capture(frame, np.full(depth.shape, 2.5, np.float32), np.eye(4)[:3], note="because")
    settings = Settings().replace(
        source="rtsp://me:secret@camera", checkpoints_dir="/home/secret/weights", depth_scale=1.5
    )
    return Subject(capture, surface_of(frame, frame.depth, settings), settings)


def test_everything_that_is_known_is_in_the_folder(tmp_path):
    place = tmp_path / "captures" / "now"
    view = checker(40, 30)
    given = subject()
    frame = replace(given.capture.frame.frame, source_id=str(tmp_path / "clip.mp4"))
    given = replace(given, capture=replace(given.capture, frame=replace(given.capture.frame, frame=frame)))
    save_capture(place, given, TAKEN, view, Camera.home(2.0))
    assert {path.name for path in place.iterdir()} == {
        "color.png", "depth.png", "depth.npz", "scene.glb", "scene.ply", "view.png", "capture.json",
    }  # fmt: skip
    assert [path.name for path in place.parent.iterdir()] == ["now"]
    np.testing.assert_array_equal(np.asarray(Pillow.open(place / "color.png")), IMAGE)
    np.testing.assert_array_equal(np.asarray(Pillow.open(place / "view.png")), view)
    facts = json.loads((place / "capture.json").read_text())
    assert (facts["model"], facts["kind"], facts["camera"], facts["seconds"]) == (
        "da3-base", "relative", "predicted", 1.5,
    )  # fmt: skip
    assert facts["source"] == "clip.mp4", "where somebody keeps their files goes into no file"
    assert facts["taken"] == "2026-05-04T03:02:01"
    assert facts["settings"] == {"scene": {"depth_scale": 1.5}}
    assert facts["view"]["distance"] == 2
    for path in place.iterdir():
        assert b"secret" not in path.read_bytes()


def test_the_depth_png_tells_its_scale_to_other_programs(tmp_path):
    for kind in DepthKind:
        given = subject(kind)
        save_as("png16", tmp_path / kind.value, given)
        path = tmp_path / f"{kind.value}-depth.png"
        png = Pillow.open(path)
        facts = json.loads(png.text["depth"])
        depth = facts["offset"] + facts["scale"] * np.asarray(png).astype(float)
        measured = np.isfinite(given.depth)
        assert (np.asarray(png)[~measured] == 0).all()
        np.testing.assert_allclose(depth[measured], given.depth[measured], atol=facts["scale"])
        assert facts["kind"] == kind.value


def test_numbers_are_exact_in_npz_and_exr(tmp_path):
    given = subject()
    for name in ("npz", "exr"):
        save_as(name, tmp_path / "a", given)
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {"depth.npy", "confidence.npy", "intrinsics.npy", "extrinsics.npy", "model.npy", "settings.npy"} <= set(
            archive.namelist()
        )
        data = archive.read("depth.npy")
    np.testing.assert_array_equal(np.frombuffer(data[-4 * given.depth.size :], "<f4"), given.depth.ravel())
    header, values = read_exr(tmp_path / "a.exr", given.depth.shape)
    np.testing.assert_array_equal(values, given.depth)
    assert b"Z is depth up to scale" in header


def read_exr(path, shape):
    """The only channel, of 32-bit floats, as https://openexr.com/en/latest/OpenEXRFileLayout.html says it is stored: in
    blocks of 16 rows that are deflated, after the even bytes were put before the odd ones and each replaced by how
    much it differs from the one before."""
    data = path.read_bytes()
    assert data[:4] == b"\x76\x2f\x31\x01"
    at = 8
    while data[at]:  # attributes: name, type, size, value
        at = data.index(b"\0", data.index(b"\0", at) + 1) + 1
        at += 4 + struct.unpack_from("<i", data, at)[0]
    header, at = data[:at], at + 1
    rows = []
    for block in range(-(-shape[0] // 16)):
        offset = struct.unpack_from("<Q", data, at + 8 * block)[0]
        size = struct.unpack_from("<i", data, offset + 4)[0]
        packed = data[offset + 8 : offset + 8 + size]
        count = 4 * shape[1] * min(16, shape[0] - 16 * block)
        if size < count:  # else it is stored as it is
            deltas = np.frombuffer(zlib.decompress(packed), np.uint8).astype(np.int64)
            deltas[1:] -= 128
            halves = (np.cumsum(deltas) % 256).astype(np.uint8).reshape(2, -1)
            packed = halves.T.tobytes()
        rows.append(np.frombuffer(packed, "<f4").reshape(-1, shape[1]))
    return header, np.concatenate(rows)


@pytest.mark.parametrize("name", ["glb", "ply", "points", "obj"])
def test_meshes_and_points_open_elsewhere(tmp_path, name):
    given = subject()
    save_as(name, tmp_path / "a", given)
    place = place_of(name, tmp_path / "a")
    loaded = trimesh.load(place / "scene.obj" if name == "obj" else place, process=False)
    count = len(given.surface.points) if name == "points" else len(given.surface.without_loose_points().points)
    vertices = loaded.vertices if hasattr(loaded, "vertices") else next(iter(loaded.geometry.values())).vertices
    assert len(vertices) == count
    np.testing.assert_allclose(np.ptp(vertices[:, 2]), np.ptp(given.surface.points[:, 2]), rtol=1e-4)


@pytest.mark.parametrize("name", ["ply", "points"])
@pytest.mark.parametrize(
    ("kind", "scene", "unit"),
    [
        (DepthKind.METRIC, {}, b"unit: meters"),
        (DepthKind.METRIC, {"metric_depth_scale": 2.0}, b"no unit"),
        (DepthKind.METRIC, {"projection": "relief"}, b"no unit"),
        (DepthKind.METRIC, {"invert_depth": True}, b"no unit"),
        (DepthKind.RELATIVE_DEPTH, {}, b"no unit"),
        (DepthKind.DISPARITY, {}, b"no unit"),
    ],
)
def test_ply_says_meters_only_where_a_unit_is_a_meter(tmp_path, name, kind, scene, unit):
    given = subject(kind)
    given = replace(given, settings=Settings().replace(**scene))
    save_as(name, tmp_path / "a", given)
    assert b"comment " + unit + b"\n" in place_of(name, tmp_path / "a").read_bytes()[:200]


def test_a_capture_opens_again_as_it_was(tmp_path):
    given = subject()
    save_capture(tmp_path / "now", given, TAKEN)
    for place in (tmp_path / "now", tmp_path / "now" / "capture.json"):
        source = open_source(SourceSettings(source=str(place)))
        frame = source.read(640)
        np.testing.assert_array_equal(frame.image, IMAGE)
        np.testing.assert_array_equal(frame.depth, given.depth)
        assert frame.kind is DepthKind.RELATIVE_DEPTH
        np.testing.assert_allclose(np.diag([0.5, 0.5, 1]) @ frame.intrinsics, given.capture.frame.intrinsics)
        assert source.source_id == str(tmp_path / "now")


def test_an_assumed_camera_is_assumed_again(tmp_path):
    given = subject()
    given = replace(given, capture=replace(given.capture, frame=replace(given.capture.frame, camera="assumed")))
    save_capture(tmp_path / "now", given, TAKEN)
    assert open_source(SourceSettings(source=str(tmp_path / "now"))).read(640).intrinsics is None


@pytest.mark.parametrize("kind", DepthKind)
def test_a_depth_png_needs_no_explanation(tmp_path, kind):
    given = subject(kind)
    save_as("png16", tmp_path / "a", given)
    cv2.imwrite(str(tmp_path / "a.jpg"), IMAGE[..., ::-1])
    read = DepthMapSource(tmp_path / "a.jpg", tmp_path / "a-depth.png").read(640)
    assert read.kind is kind
    np.testing.assert_allclose(read.depth, given.depth, atol=0.001)
    in_millimeters = DepthMapSource(tmp_path / "a.jpg", tmp_path / "a-depth.png", DepthMapFacts(scale=0.01)).read(640)
    assert in_millimeters.kind is DepthKind.METRIC  # who says the scale knows better


def test_a_full_disk_leaves_nothing_behind_and_loses_nothing(tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("engine.export.glb._chunk", full)
        for save in (
            lambda: save_capture(tmp_path / "now", subject(), TAKEN),
            lambda: save_as("glb", tmp_path / "now", subject()),
        ):
            with pytest.raises(OutputError, match=r"now.* cannot be written: No space left"):
                save()
            assert list(tmp_path.iterdir()) == []
    save_capture(tmp_path / "now", subject(), TAKEN)
    assert (tmp_path / "now" / "scene.glb").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file.*cannot be written"):
        save_capture(tmp_path / "file" / "now", subject(), TAKEN)


def test_a_place_that_is_taken_gets_a_number(tmp_path):
    assert free_place(tmp_path / "now") == tmp_path / "now"
    (tmp_path / "now").mkdir()
    (tmp_path / "now-2").mkdir()
    assert free_place(tmp_path / "now") == tmp_path / "now-3"


def test_text_in_other_pngs(tmp_path):
    png = cv2.imencode(".png", IMAGE)[1].tobytes()
    assert text_of(png, DEPTH_KEY) is None
    assert text_of(png[:50], DEPTH_KEY) is None
    assert text_of(b"no picture", DEPTH_KEY) is None


def test_all_formats_have_places_of_their_own(tmp_path):
    assert len({place_of(name, tmp_path / "a") for name in FORMATS}) == len(FORMATS)


def test_the_window_offers_all_formats():
    from engine.ui.export_menu import EXPORTS, PAGE, WHOLE

    assert list(EXPORTS) == [*FORMATS, PAGE, WHOLE]
