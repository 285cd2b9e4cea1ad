import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.app.tools.multi_view import MOST_VIEWS, MultiView
from engine.clock import RealClock
from engine.depth.capture.background import BackgroundCapture
from engine.depth.capture.runner import Capturer
from engine.frames import DepthKind
from engine.geometry.fusion import fuse
from engine.models.catalog import entry
from engine.settings import Settings
from tests.demo_views import FOV_DEG, Oracle, demo_frame, demo_view, distance_to_surfaces
from tests.depth_frames import depth_frame
from tests.synthetic import moving_pictures, tiny_any_view
from tests.waiting import LIMIT_S, wait_for


@pytest.fixture
def settings(tmp_path):
    weights = tmp_path / entry("da3-base").files[0]
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"")
    return Settings().replace(checkpoints_dir=tmp_path, multi_view=True, precision="fp32", capture_res=140)


@pytest.fixture
def survey_with():
    opened = []

    def begin(network):
        retake = BackgroundCapture(RealClock(), lambda settings, clock: network)
        opened.append(retake)
        return MultiView(retake), retake

    yield begin
    for retake in opened:
        retake.close()


def turn(survey, retake, settings):
    """Do what the window's loop does, until there is a room, which is returned, or a message."""
    room = None

    def is_over():
        nonlocal room
        is_asking = survey.is_asking
        captured = retake.take()
        if captured is not None and is_asking:
            survey.arrived(captured, settings)
        room = survey.take()
        return room is not None or survey.message or retake.message

    wait_for(is_over)
    return room


def shown(frame):
    return depth_frame(np.ones(frame.image.shape[:2]), frame.image)


def test_each_capture_adds_a_view_and_all_are_seen_together(survey_with, settings):
    oracle = Oracle()
    survey, retake = survey_with(oracle)
    sizes = []
    for index in range(3):
        survey.add(shown(demo_frame(index)), settings)
        room = turn(survey, retake, settings)
        sizes.append(len(room.points))
    assert oracle.calls == [1, 2, 3]
    assert sizes == sorted(sizes)
    assert room.first.frame.frame.image is survey.views[0].frame.image
    assert room.first.frame.camera == "predicted"
    off_m = distance_to_surfaces(room.points.places / Oracle.UNIT)
    assert np.quantile(off_m, 0.99) < 0.003


def test_a_real_network_with_filler_weights_gives_places_for_all_views(survey_with, settings):
    """Structure only: what it sees is nonsense, but there are views, cameras and confidences."""
    survey, retake = survey_with(Capturer("da3-base", tiny_any_view(), "fp32", RealClock()))
    pictures = moving_pictures(3, 60, 90)
    for picture in pictures:
        survey.add(depth_frame(np.ones((60, 90)), picture), settings)
    room = turn(survey, retake, settings.replace(least_confident=0))
    assert len(survey.views) == 3
    assert np.isfinite(room.points.places).all()
    assert 0 < len(room.points) <= 3 * 98 * 140
    assert room.first.extrinsics.shape == (3, 4)
    assert room.first.confidence.min() >= 1
    assert room.first.frame.kind is DepthKind.RELATIVE_DEPTH


def test_what_the_source_knows_is_left_to_the_network(survey_with, settings):
    """Depth and cameras must come from one mind, or the views do not fit together."""
    survey, retake = survey_with(Oracle())
    view = demo_view()
    own = depth_frame(view.depth, view.image, DepthKind.METRIC, fov_deg=30)
    survey.add(own, settings.replace(fov_deg=30))
    room = turn(survey, retake, settings)
    k = room.first.frame.intrinsics
    assert 2 * np.degrees(np.arctan(k[0, 2] / k[0, 0])) == pytest.approx(FOV_DEG)


def test_a_removed_view_is_left_out_without_asking_anew(survey_with, settings):
    oracle = Oracle()
    survey, retake = survey_with(oracle)
    for index in range(3):
        survey.add(shown(demo_frame(index)), settings)
    everything = turn(survey, retake, settings)
    calls = list(oracle.calls)
    survey.remove(0, settings)
    rest = turn(survey, retake, settings)
    assert [view.frame.image.shape for view in survey.views] == [(140, 252, 3)] * 2
    assert len(rest.points) < len(everything.points)
    assert rest.first.frame.frame.image is survey.views[0].frame.image, "another view is the first now"
    assert oracle.calls == calls
    survey.remove(1, settings)
    survey.remove(0, settings)
    assert survey.views == ()
    assert survey.take() is None


def test_the_list_shows_each_view_small(survey_with):
    survey, _ = survey_with(Oracle())
    image = np.zeros((90, 160, 3), np.uint8)
    image[:, :80], image[:, 80:] = (255, 16, 1), (0, 0, 32)
    survey.views = (shown(replace(demo_frame(0), image=image)),)
    (facts,) = survey.facts
    assert facts.thumbnail == ((0xFF0110FF,) * 16 + (0xFF200000,) * 16,) * 18  # as ImGui packs colors


def test_the_share_that_is_left_out_can_be_changed_afterwards(survey_with, settings):
    survey, retake = survey_with(Oracle())
    survey.add(shown(demo_frame(0)), settings)
    turn(survey, retake, settings)
    survey.refine(settings)
    assert survey.progress is None, "nothing has changed"
    survey.refine(settings.replace(least_confident=0.9))
    assert "joining" in survey.progress.text
    assert turn(survey, retake, settings) is not None


def test_an_old_join_that_fails_late_hides_no_newer_room(survey_with, settings, monkeypatch):
    survey, retake = survey_with(Oracle())
    survey.add(shown(demo_frame(0)), settings)
    turn(survey, retake, settings)
    goes_on = threading.Event()

    def late(views, *, least_confident):
        if least_confident == 0.9:
            goes_on.wait(LIMIT_S)
            raise ValueError("too late")
        return fuse(views, least_confident=least_confident)

    def joining():
        return [thread for thread in threading.enumerate() if thread.name == "fusion"]

    monkeypatch.setattr("engine.app.tools.multi_view.fuse", late)
    survey.refine(settings.replace(least_confident=0.9))
    (old,) = joining()
    survey.refine(settings.replace(least_confident=0.1))
    for thread in joining():
        if thread is not old:
            thread.join(LIMIT_S)
    goes_on.set()
    old.join(LIMIT_S)
    assert survey.take() is not None
    assert survey.message is None


def test_without_weights_it_says_what_to_fetch_and_adds_nothing(survey_with, settings, tmp_path):
    (tmp_path / entry("da3-base").files[0]).unlink()
    survey, _ = survey_with(Oracle())
    survey.add(shown(demo_frame(0)), settings)
    assert survey.views == ()
    assert "several views need Depth-Anything-3" in survey.message
    assert "models download da3-base" in survey.message
    survey.stop()
    assert survey.message is None


def test_there_is_an_end_to_the_views(survey_with, settings):
    survey, _ = survey_with(Oracle())
    survey.views = (shown(demo_frame(0)),) * MOST_VIEWS
    survey.add(shown(demo_frame(1)), settings)
    assert len(survey.views) == MOST_VIEWS
    assert "at most" in survey.message


def test_a_network_that_fails_keeps_the_views(survey_with, settings):
    class Broken(Oracle):
        def take(self, frames, settings):
            raise ValueError("views of a scene must be of one size")

    survey, retake = survey_with(Broken())
    survey.add(shown(demo_frame(0)), settings)
    assert turn(survey, retake, settings) is None
    assert "one size" in retake.message
    assert len(survey.views) == 1
