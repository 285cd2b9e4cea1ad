"""What the user keeps."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.app.saving import Saver
from engine.files.gallery import Gallery
from engine.frames import Capture, DepthKind
from engine.geometry.mesh import ColoredMesh
from engine.geometry.point_cloud import Points
from engine.jobs import JobRunner
from engine.paths import gallery_file
from engine.pipeline.subject import MOST_VERTICES, as_fine_as_its_picture
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import depth_frame


def test_pictures_of_the_same_second_are_all_kept(tmp_path):
    pipeline = SimpleNamespace(
        settings=Settings().replace(captures_dir=tmp_path),
        display=SimpleNamespace(picture=lambda: np.zeros((4, 6, 3), np.uint8)),
    )
    jobs = JobRunner("files")
    saver = Saver(pipeline, None, jobs, None)
    for _ in range(3):
        saver.save_picture()
    jobs.finish()
    assert len(list(tmp_path.glob("*.png"))) == 3


@pytest.mark.parametrize(("scale", "unit"), [(1, b"unit: meters"), (2, b"no unit")])
def test_a_room_says_meters_only_where_a_unit_is_a_meter(tmp_path, scale, unit):
    first = Capture(depth_frame(np.ones((2, 2)), kind=DepthKind.METRIC))
    place = np.float32([[0, 0, -1]])
    room = Points(place, place, np.uint8([[1, 2, 3]]), np.float32([0.1]))
    pipeline = SimpleNamespace(settings=Settings().replace(captures_dir=tmp_path, metric_depth_scale=scale))
    view = SimpleNamespace(shown=first.frame, capture=first, points=room)
    jobs = JobRunner("files")
    Saver(pipeline, view, jobs, None).export("ply")
    jobs.finish()
    (path,) = tmp_path.glob("*-room.ply")
    assert b"comment " + unit + b"\n" in path.read_bytes()[:200]


@pytest.mark.parametrize(("name", "ending"), [("glb", b"glTF"), ("ply", b"ply"), ("folder", b"ply")])
def test_the_mesh_of_several_views_is_saved_as_glb_or_ply(tmp_path, name, ending):
    first = Capture(depth_frame(np.ones((2, 2)), kind=DepthKind.METRIC))
    places = np.float32([[0, 0, -1], [1, 0, -1], [0, 1, -1]])
    mesh = ColoredMesh(places, places, np.full((3, 3), 9, np.uint8), np.uint32([[0, 1, 2]]), 0.1)
    pipeline = SimpleNamespace(settings=Settings().replace(captures_dir=tmp_path))
    jobs = JobRunner("files")
    Saver(pipeline, SimpleNamespace(shown=first.frame, capture=first, points=mesh), jobs, None).export(name)
    jobs.finish()
    (path,) = tmp_path.glob("*-room.*")
    assert path.read_bytes().startswith(ending)


def test_a_page_is_saved_of_what_is_on_screen(tmp_path, ctx):
    renderer, jobs = Renderer(ctx, (64, 36)), JobRunner("files")
    pipeline = SimpleNamespace(settings=Settings().replace(captures_dir=tmp_path), renderer=renderer)
    shown = depth_frame(np.tile(np.linspace(1, 2, 64), (36, 1)))
    Saver(pipeline, SimpleNamespace(shown=shown, capture=None, points=None), jobs, None).save_page()
    jobs.finish()
    renderer.release()
    (path,) = tmp_path.glob("*.html")
    assert "<title>test</title>" in path.read_text(encoding="utf-8")
    assert [made.kind for made in Gallery(gallery_file()).read()] == ["page"]


@pytest.mark.parametrize(("side", "step"), [(10, 1), (774, 1), (775, 2), (1600, 3), (20_000, 8)])
def test_a_captured_mesh_is_as_fine_as_is_sensible(side, step):
    image = np.broadcast_to(np.uint8(0), (side, side, 3))
    settings = as_fine_as_its_picture(Capture(depth_frame(np.ones((2, 2)), image)), Settings())
    assert settings.display.subsample == step
    assert step == 8 or side**2 <= MOST_VERTICES * step**2
