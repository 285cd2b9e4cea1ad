"""Calibration, room, camera and ruler in a real window."""

from math import dist

import cv2
import numpy as np
import pytest

from engine.app.tools.multi_view import MultiView
from engine.app.tools.ruler import RulerTool
from engine.frames import DepthKind
from engine.models.catalog import entry
from engine.status.commands import Invoke, LoadCalibration, Open, RemoveView
from engine.status.playback import Seek
from tests.demo_views import FOV_DEG, POSES, Oracle, demo_view


@pytest.fixture
def walk(tmp_path):
    """A folder of three pictures of the demo's room, from three places."""
    folder = tmp_path / "walk"
    folder.mkdir()
    for index, pose in enumerate(POSES):
        cv2.imwrite(str(folder / f"{index}.png"), demo_view(pose).image[..., ::-1])
    weights = tmp_path / entry("da3-base").files[0]
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"")
    return folder


@pytest.fixture
def session(open_viewer, walk, tmp_path):
    opened = open_viewer(
        source=str(walk), checkpoints_dir=tmp_path, encoder="lite", max_res=252, sequence_fps=2, input_size=140
    )
    opened.viewer.captures._background._make_network = lambda settings, clock: Oracle()
    opened.until(lambda: opened.app.live is not None)
    return opened


def test_a_capture_calibrates_the_live_scene_until_the_source_changes(session, walk):
    viewer, app = session.viewer, session.app
    assert viewer.snapshot().scene.camera.origin == "assumed"
    app.source.transport.toggle()
    app.source.transport.follow(
        Seek(0.0)
    )  # `lite` reads one of the other two badly: the test must not depend on which comes
    session.until(lambda: np.array_equal(app.live.frame.image, demo_view().image))
    session.drag((500, 200), (60, 0))
    session.press("x")
    session.until(lambda: viewer.view.is_capture)
    session.for_seconds(0.5)
    place = viewer.view.navigation.camera
    session.press("Escape")
    assert viewer.view.navigation.camera == place, "the live scene is now in the unit of the capture"
    assert app.live.calibration is not None
    assert app.live.calibration.kind is DepthKind.RELATIVE_DEPTH
    facts = viewer.snapshot().scene
    assert facts.camera.origin == "predicted"
    assert facts.camera.fov_deg == pytest.approx(FOV_DEG, abs=0.1)
    assert 0 < facts.calibration.residual < 0.5
    viewer.settings.change(calibrate=False)
    assert app.live.calibration is None
    assert viewer.snapshot().scene.camera.origin == "assumed"
    viewer.settings.change(calibrate=True)
    assert app.live.calibration is not None
    viewer.settings.change(source="demo")
    session.until(lambda: app.live.frame.source_id == "demo")
    assert viewer.snapshot().scene.calibration is None
    viewer.settings.change(source=str(walk))
    session.until(lambda: app.live.frame.source_id != "demo")
    assert app.live.calibration is None


def test_each_x_adds_a_view_and_the_list_removes_them(session, tmp_path):
    viewer = session.viewer
    session.press("space")  # and step from picture to picture
    viewer.settings.change(multi_view=True)
    sizes = []
    for count in (1, 2, 3):
        taken = session.app.live.frame.image
        session.press("x")
        session.until(
            lambda count=count: viewer.view.points is not None and len(session.tool(MultiView).views) == count
        )
        session.until(lambda: viewer.snapshot().capture.progress is None)
        sizes.append(len(viewer.view.points))
        assert (session.screen()[:, 400:].std() > 25).all()
        session.press("Escape")
        assert viewer.view.points is None
        session.press("period")
        session.until(lambda taken=taken: not np.array_equal(session.app.live.frame.image, taken))
    assert sizes[0] < sizes[1]
    assert sizes[0] < sizes[2]
    session.press("x")
    session.until(lambda: viewer.view.points is not None)
    viewer.do(Invoke("export_points"))
    session.until(lambda: any((tmp_path / "captures").glob("*-room.ply")))
    viewer.do(RemoveView(2))
    session.until(lambda: viewer.view.points is not None)
    session.until(lambda: len(session.tool(MultiView).views) == 3)
    viewer.do(Invoke("forget_views"))
    assert session.tool(MultiView).views == ()


def test_without_weights_for_views_it_says_what_is_missing_and_escape_puts_that_away(session, tmp_path):
    (tmp_path / entry("da3-base").files[0]).unlink()
    session.viewer.settings.change(multi_view=True)
    session.press("x")
    snapshot = session.viewer.snapshot()
    assert any("Several views need Depth-Anything-3" in message for message in snapshot.notices.warnings)
    assert snapshot.downloads.capture_offer.network == "da3-base"
    assert session.tool(MultiView).views == ()
    session.press("Escape")
    assert session.viewer.snapshot().notices.warnings == ()
    assert not session.window.is_closing


def test_the_ruler_measures_what_is_clicked(open_viewer):
    session = open_viewer(source="demo", max_res=640, subsample=2)
    viewer = session.viewer
    session.until(lambda: session.app.live is not None)
    for key in ("Tab", "space", "t"):
        session.press(key)
    assert any("Click two points" in line for line in viewer.snapshot().notices.infos)
    picture = ((-0.2, 0.95, -5.54), (0.9, 0.95, -5.54))  # on the frame on the wall
    for place in picture:
        ((u, v),) = viewer.view.project(place)
        session.click(round(u * 640), round(v * 400))
    assert session.tool(RulerTool).ruler.length_m == pytest.approx(dist(*picture), rel=0.01)
    assert session.tool(RulerTool).facts().label == f"{session.tool(RulerTool).ruler.length_m:.2f} m"
    session.drag((500, 300), (60, 0))
    assert len(session.tool(RulerTool).facts().lines[0]) == 2, "turning the scene is no click"
    session.press("Escape")
    session.press("Escape")
    assert session.tool(RulerTool).facts() is None
    assert not session.window.is_closing


def test_a_calibration_file_is_dropped_or_typed(session, tmp_path):
    viewer = session.viewer
    path = tmp_path / "camera.yml"
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    for name, value in (("image_width", 640), ("image_height", 360)):
        storage.write(name, value)
    storage.write("camera_matrix", np.array([[500.0, 0, 319.5], [0, 500, 179.5], [0, 0, 1]]))
    storage.release()
    viewer.do(Open((str(path),)))
    session.until(lambda: session.app.live.camera == "known")
    assert viewer.snapshot().scene.camera.fov_deg == pytest.approx(65.24, abs=0.1)
    viewer.do(LoadCalibration(str(tmp_path / "gone.yml")))
    assert any("gone.yml" in message for message in viewer.snapshot().notices.warnings)
    viewer.settings.change(**dict.fromkeys(("focal_length_x", "focal_length_y"), 0))
    session.until(lambda: session.app.live.camera == "assumed")
