import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine.app.captures import Captures
from engine.app.tools.multi_view import MOST_VIEWS, Cloud, MultiView
from engine.clock import RealClock
from engine.depth.capture.background import BackgroundCapture
from engine.depth.capture.runner import Capturer
from engine.frames import DepthFrame, DepthKind
from engine.geometry.fusion import fuse
from engine.geometry.mesh import ColoredMesh
from engine.geometry.point_cloud import Points
from engine.models.catalog import entry
from engine.settings import Settings
from tests.app.parts import Program
from tests.demo_views import FOV_DEG, POSES, Oracle, demo_frame, demo_view, distance_to_surfaces
from tests.depth_frames import depth_frame
from tests.synthetic import moving_pictures, tiny_any_view
from tests.waiting import LIMIT_S, wait_for


@pytest.fixture
def settings(tmp_path):
    weights = tmp_path / entry("da3-base").files[0]
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"")
    return Settings().replace(checkpoints_dir=tmp_path, multi_view=True, precision="fp32", capture_res=140)


class View:
    """What the tool shows its result on."""

    points = cloud = None
    is_capture = False

    def hold_cloud(self, first, points):
        self.points, self.cloud = points, Cloud(first, points)

    def release(self):
        self.points = None


class Walk:
    """A multi-view tool with real captures, whose loop the test turns."""

    def __init__(self, network, settings):
        self.view = View()
        program = Program(settings, view=self.view)
        program.pipeline.learn = lambda capture: None
        self.pipeline, self.notices = program.pipeline, program.notices
        self.background = BackgroundCapture(RealClock(), lambda settings, clock: network)
        saver = SimpleNamespace(save_capture=lambda capture: None)
        program.captures = self.captures = Captures(
            program.pipeline, self.view, saver, program.notices, self.background
        )
        self.tool = MultiView(program)

    def add(self, frame):
        self.view.shown = frame
        self.tool.add()

    def set(self, **changes):
        self.pipeline.settings = self.pipeline.settings.replace(**changes)

    def turn(self):
        self.captures.update()
        self.tool.update(0.0)

    def cloud(self):
        """The next point cloud, or None if there is a message instead."""
        self.view.cloud = None

        def is_over():
            self.turn()
            return self.view.cloud is not None or self.notices.status.warnings

        wait_for(is_over)
        return self.view.cloud

    def close(self):
        self.tool.close()
        self.captures.close()


@pytest.fixture
def walk_with(settings):
    opened = []

    def begin(network, settings=settings):
        opened.append(Walk(network, settings))
        return opened[-1]

    yield begin
    for walk in opened:
        walk.close()


def shown(frame):
    return depth_frame(np.ones(frame.image.shape[:2]), frame.image)


def test_each_capture_adds_a_view_and_all_are_seen_together(walk_with):
    oracle = Oracle()
    walk = walk_with(oracle)
    sizes = []
    for index in range(3):
        walk.add(shown(demo_frame(index)))
        cloud = walk.cloud()
        sizes.append(len(cloud.points))
    assert oracle.calls == [1, 2, 3]
    assert sizes == sorted(sizes)
    assert cloud.first.frame.frame.image is walk.tool.views[0].frame.image
    assert cloud.first.frame.camera == "predicted"
    off_m = distance_to_surfaces(cloud.points.places / Oracle.UNIT)
    assert np.quantile(off_m, 0.99) < 0.003


def test_a_real_network_with_filler_weights_gives_places_for_all_views(walk_with, settings):
    """Structure only: what it sees is nonsense, but there are views, cameras and confidences."""
    network = Capturer("da3-base", tiny_any_view(), "fp32", RealClock())
    walk = walk_with(network, settings.replace(least_confident=0))
    for picture in moving_pictures(3, 60, 90):
        walk.add(depth_frame(np.ones((60, 90)), picture))
    cloud = walk.cloud()
    assert len(walk.tool.views) == 3
    assert np.isfinite(cloud.points.places).all()
    assert 0 < len(cloud.points) <= 3 * 98 * 140
    assert cloud.first.extrinsics.shape == (3, 4)
    assert cloud.first.confidence.min() >= 1
    assert cloud.first.frame.kind is DepthKind.RELATIVE_DEPTH


def test_what_the_source_knows_is_left_to_the_network(walk_with, settings):
    """Depth and cameras must come from one network, or the views do not fit together."""
    walk = walk_with(Oracle(), settings.replace(fov_deg=30))
    view = demo_view()
    walk.add(depth_frame(view.depth, view.image, DepthKind.METRIC, fov_deg=30))
    k = walk.cloud().first.frame.intrinsics
    assert 2 * np.degrees(np.arctan(k[0, 2] / k[0, 0])) == pytest.approx(FOV_DEG)


def posed(index):
    """View `index` of the demo, as a recording shows it that has measured depth and poses."""
    view = demo_view(POSES[index])
    pose = np.linalg.inv(np.vstack([view.extrinsics, (0, 0, 0, 1)]))
    return DepthFrame(replace(demo_frame(index), pose=pose), view.depth, DepthKind.METRIC, view.intrinsics)


def test_views_with_measured_depth_and_poses_become_a_mesh_without_a_network(walk_with):
    oracle = Oracle()
    walk = walk_with(oracle)
    for index in range(3):
        walk.add(posed(index))
        cloud = walk.cloud()
    assert oracle.calls == []
    assert isinstance(cloud.points, ColoredMesh)
    assert cloud.first.frame is walk.tool.views[0]
    off_m = distance_to_surfaces(cloud.points.points)
    assert np.quantile(off_m, 0.99) < cloud.points.voxel
    assert cloud.points.points[:, 0].max() - cloud.points.points[:, 0].min() > 5.7, "no view sees both walls"
    walk.add(shown(demo_frame(0)))
    assert isinstance(walk.cloud().points, Points)
    assert oracle.calls == [4], "one view without a pose, and all of them need the network"


def test_a_removed_view_is_left_out_without_another_capture(walk_with):
    oracle = Oracle()
    walk = walk_with(oracle)
    for index in range(3):
        walk.add(shown(demo_frame(index)))
    everything = walk.cloud()
    calls = list(oracle.calls)
    walk.tool.remove(0)
    rest = walk.cloud()
    assert [view.frame.image.shape for view in walk.tool.views] == [(140, 252, 3)] * 2
    assert len(rest.points) < len(everything.points)
    assert rest.first.frame.frame.image is walk.tool.views[0].frame.image, "another view is the first now"
    assert oracle.calls == calls
    walk.tool.remove(1)
    walk.tool.remove(0)
    assert walk.tool.views == ()
    assert walk.view.points is None, "the live scene is back"


def test_the_list_shows_each_view_small(walk_with):
    walk = walk_with(Oracle())
    image = np.zeros((90, 160, 3), np.uint8)
    image[:, :80], image[:, 80:] = (255, 16, 1), (0, 0, 32)
    walk.tool.views = (shown(replace(demo_frame(0), image=image)),)
    (row,) = walk.tool.facts().rows
    assert row.thumbnail == ((0xFF0110FF,) * 16 + (0xFF200000,) * 16,) * 18  # as ImGui packs colors


def test_the_share_that_is_left_out_can_be_changed_afterwards(walk_with):
    walk = walk_with(Oracle())
    walk.add(shown(demo_frame(0)))
    walk.cloud()
    walk.turn()
    assert walk.notices.status.infos == (), "nothing has changed"
    walk.set(least_confident=0.9)
    assert walk.cloud() is not None


def test_a_fusion_that_comes_too_late_changes_nothing(walk_with, monkeypatch):
    walk = walk_with(Oracle())
    walk.add(shown(demo_frame(0)))
    walk.cloud()
    has_begun, goes_on = threading.Event(), threading.Event()

    def late(views, *, least_confident):
        if least_confident == 0.9:
            has_begun.set()
            goes_on.wait(LIMIT_S)
            raise ValueError("too late")
        return fuse(views, least_confident=least_confident)

    monkeypatch.setattr("engine.app.tools.multi_view.fuse", late)
    walk.set(least_confident=0.9)
    walk.turn()
    assert has_begun.wait(LIMIT_S)
    walk.set(least_confident=0.1)
    walk.turn()
    goes_on.set()
    assert walk.cloud() is not None
    assert walk.notices.status.warnings == ()


def test_without_weights_it_says_what_to_download_and_adds_nothing(walk_with, tmp_path):
    (tmp_path / entry("da3-base").files[0]).unlink()
    walk = walk_with(Oracle())
    walk.add(shown(demo_frame(0)))
    assert walk.tool.views == ()
    (notice,) = walk.notices.status.shown
    assert "Several views need Depth-Anything-3" in notice.text
    assert "models download" not in notice.text
    assert "models download da3-base" in notice.buttons[0].command.text, "to be copied"
    assert walk.captures.is_lacking, "so the download is offered"
    assert walk.tool.escape()
    assert walk.notices.status.warnings == ()
    assert not walk.tool.escape()


def test_there_is_an_end_to_the_views(walk_with):
    walk = walk_with(Oracle())
    walk.tool.views = (shown(demo_frame(0)),) * MOST_VIEWS
    walk.add(shown(demo_frame(1)))
    assert len(walk.tool.views) == MOST_VIEWS
    assert "at most" in walk.notices.status.warnings[0]


def test_a_network_that_fails_keeps_the_views(walk_with):
    class Broken(Oracle):
        def take(self, frames, settings):
            raise ValueError("views of a scene must be of one size")

    walk = walk_with(Broken())
    walk.add(shown(demo_frame(0)))
    assert walk.cloud() is None
    assert "one size" in walk.notices.status.warnings[0]
    assert len(walk.tool.views) == 1
