"""Small targets, known pixels."""

from dataclasses import replace
from math import pi, radians, tan

import numpy as np
import pytest
from pyglm import glm

from engine.depth.transparency import without_transparent
from engine.frames import DepthKind
from engine.geometry.mesh import triangle_indices
from engine.geometry.world import pixel_rays, world_map
from engine.navigation.camera import Camera, projection_matrix
from engine.render.prepare.grid import grid_size
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame
from tests.render import scenes
from tests.render.scenes import FRONT_ONLY

BACKGROUND = (255, 0, 255)
PLAIN = Settings().replace(background="#ff00ff", subsample=1, **FRONT_ONLY)


@pytest.fixture
def draw(ctx):
    renderers = []

    def render(frame, camera=None, size=(32, 18), **settings):
        renderer = Renderer(ctx, size)
        renderers.append(renderer)
        renderer.draw(frame, camera or Camera.home(2), PLAIN.replace(**settings))
        return renderer.read()

    yield render
    for renderer in renderers:
        renderer.release()


def projection_of(frame, camera, size):
    height, width = frame.depth.shape
    return projection_matrix(frame.intrinsics, (width, height), size) * camera.view_matrix()


def is_background(picture):
    return (picture == BACKGROUND).all(-1)


def test_no_frame_yet_is_the_background(draw):
    assert is_background(draw(None)).all()


@pytest.mark.parametrize("projection", ["perspective", "relief"])
@pytest.mark.parametrize("subsample", [1, 2, 3, 8])
@pytest.mark.parametrize("kind", DepthKind)
def test_flat_depth_from_home_is_the_picture_itself(draw, projection, subsample, kind):
    image = checker(32, 18)
    far = 1.0 if kind is DepthKind.DISPARITY else 3.0  # where relief stands on its plane
    frame = depth_frame(np.full((18, 32), far), image, kind, span=(1, 2, 3))
    assert np.array_equal(draw(frame, projection=projection, subsample=subsample), image)


def test_any_depth_from_home_is_the_picture_where_nothing_is_cut(draw, rng):
    image = checker(32, 18)
    frame = depth_frame(rng.uniform(1, 3, (18, 32)), image)
    picture = draw(frame, edge_cut=0).astype(int)
    assert np.abs(picture - image).max() <= 1


def test_the_top_of_the_picture_is_on_top(draw):
    image = np.zeros((18, 32, 3), np.uint8)
    image[:9] = (10, 200, 30)
    image[9:, :16] = (200, 0, 0)
    assert np.array_equal(draw(depth_frame(np.full((18, 32), 2.0), image)), image)


def test_readback_is_independent_of_row_alignment(draw):
    image = checker(31, 17)
    assert np.array_equal(draw(depth_frame(np.full((17, 31), 2.0), image), size=(31, 17)), image)


def test_a_metric_step_is_displaced_by_the_computed_number_of_pixels(draw):
    """A wall at 2 m whose right half stands at 4 m, seen from a step to the right."""
    width, height = 64, 36
    depth = np.full((height, width), 2.0)
    depth[:, 32:] = 4.0
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :32] = (255, 0, 0)
    image[:, 32:] = (0, 255, 0)
    focal = 32 / tan(radians(30))
    step = 10 * 2.0 / focal  # 10 px at 2 m, 5 px at 4 m
    camera = Camera(pivot=(step, 0, -2), distance=2)
    row = draw(depth_frame(depth, image, DepthKind.METRIC), camera, size=(width, height))[height // 2]
    red_ends = int(np.flatnonzero((row == (255, 0, 0)).all(-1)).max()) + 1
    green_starts = int(np.flatnonzero((row == (0, 255, 0)).all(-1)).min())
    assert red_ends == pytest.approx(32 - 10, abs=1)
    assert green_starts == pytest.approx(32 - 5, abs=1)
    assert is_background(row[red_ends + 1 : green_starts - 1]).all()


def step_frame(kind=DepthKind.DISPARITY):
    depth = np.full((18, 32), 1.0)
    depth[:, 16:] = 3.0
    return depth_frame(depth, checker(32, 18), kind)


def test_the_cut_takes_exactly_the_cells_across_the_edge(draw):
    """Seen from the left, only the rubber sheet between far and near is missing."""
    frame = step_frame()
    side = Camera.home(2).orbited(-0.5, 0)
    size = (256, 144)
    cut = is_background(draw(frame, side, size=size, edge_cut=0.1)) & ~is_background(
        draw(frame, side, size=size, edge_cut=0)
    )
    x_ray, y_ray = pixel_rays(frame.intrinsics, 18, 32)
    points = world_map(frame, PLAIN.scene).points(frame.depth, x_ray, y_ray)[9, 14:18]
    clip = [projection_of(frame, side, size) * glm.vec4(*point, 1) for point in points]
    far_end, far, near, near_end = ((c.x / c.w + 1) / 2 * size[0] for c in clip)
    columns = np.flatnonzero(cut[72])
    assert far_end < columns.min() < far + 4
    assert near - 4 < columns.max() < near_end
    assert len(columns) == columns.max() - columns.min() + 1


def test_from_home_the_cut_does_not_show(draw):
    frame = step_frame()
    assert np.abs(draw(frame, edge_cut=0.1).astype(int) - frame.frame.image).max() <= 1


def test_no_cut_is_a_closed_sheet(draw):
    side = Camera.home(2).orbited(0.15, 0)
    assert not is_background(draw(step_frame(), edge_cut=0)).any()
    middle = draw(step_frame(), side, edge_cut=0)[4:14, 8:24]
    assert not is_background(middle).any()


def test_from_the_right_one_sees_behind_what_is_near(draw):
    image = np.full((18, 32, 3), 80, np.uint8)
    depth = np.full((18, 32), 1.0)
    depth[6:12, 12:20] = 3.0
    frame = depth_frame(depth, image)
    hole = is_background(draw(frame, Camera.home(2).orbited(0.25, 0), size=(64, 36)))[14:22]
    right_of_middle = hole[:, 32:56].any()
    assert right_of_middle


def test_unmeasured_depth_is_a_hole_unless_it_is_filled(draw):
    depth = np.full((18, 32), 2.0)
    depth[6:12, 10:22] = 0
    frame = depth_frame(depth, checker(32, 18), DepthKind.METRIC, span=(1, 2, 3))
    picture = is_background(draw(frame, edge_cut=0, fill_gaps=False))
    assert picture[8:10, 12:20].all()
    assert not picture[:4].any()
    assert not is_background(draw(frame, edge_cut=0)).any()


def wall(width=32, height=18):
    return depth_frame(np.full((height, width), 2.0), np.full((height, width, 3), 200, np.uint8), DepthKind.METRIC)


def covered(picture):
    height, width = picture.shape[0] // 4, picture.shape[1] // 4
    return (~is_background(picture[height:-height, width:-width])).mean()


@pytest.mark.parametrize("projection", ["perspective", "relief"])
@pytest.mark.parametrize("distance", [2.0, 0.7])
def test_discs_are_as_large_as_their_gaps_at_any_distance(draw, projection, distance):
    camera = Camera(distance=distance)
    options = {"size": (640, 360), "display_mode": "pointcloud", "projection": projection}
    assert covered(draw(wall(), camera, point_size=1, **options)) == pytest.approx(pi / 4, abs=0.06)
    assert covered(draw(wall(), camera, point_size=0.5, **options)) == pytest.approx(pi / 16, abs=0.04)
    assert covered(draw(wall(), camera, point_size=1.5, **options)) == 1


def test_discs_lie_on_the_surface(draw):
    """On a floor at a grazing angle they leave no more gaps than on a wall."""
    y = np.arange(18) + 0.5
    depth = np.tile((20 / (y + 6))[:, None], (1, 32))
    frame = depth_frame(depth, np.full((18, 32, 3), 200, np.uint8), DepthKind.METRIC)
    camera = Camera((0, 0, -1), 0, 0.6, 1)
    mesh = ~is_background(draw(frame, camera, (320, 180), edge_cut=0))
    discs = ~is_background(draw(frame, camera, (320, 180), display_mode="pointcloud", point_size=1.5))
    inside = slice(20, 160)  # a point whose middle is beyond the border is not drawn at all
    assert (mesh & ~discs)[inside].sum() < 0.01 * mesh.sum()


def test_hybrid_is_the_mesh_with_discs_about_its_holes(draw):
    frame, side = step_frame(), Camera.home(2).orbited(-0.5, 0)
    home = [draw(frame, display_mode=mode) for mode in ("mesh", "hybrid")]
    assert np.array_equal(*home)
    mesh, hybrid = (draw(frame, side, (256, 144), display_mode=mode) for mode in ("mesh", "hybrid"))
    changed = (mesh != hybrid).any(-1)
    assert is_background(mesh[changed]).mean() > 0.7
    assert 0.1 < changed.sum() / is_background(mesh)[40:100].sum() < 1


def test_wireframe_draws_lines(draw):
    lines = is_background(draw(wall(), size=(64, 36), wireframe=True, subsample=8))
    assert 0.1 < (~lines).mean() < 0.6


def test_wireframe_does_not_leak_into_the_next_picture(ctx):
    renderer = Renderer(ctx, (32, 18))
    frame = depth_frame(np.full((18, 32), 2.0), checker(32, 18))
    renderer.draw(frame, Camera.home(2), PLAIN.replace(wireframe=True))
    renderer.draw(frame, Camera.home(2), PLAIN)
    assert np.array_equal(renderer.read(), frame.frame.image)
    renderer.release()


def test_depth_view_is_dark_blue_far_and_dark_red_near(draw):
    depth = np.tile(np.linspace(1, 3, 32), (18, 1))
    picture = draw(depth_frame(depth), view="depth", edge_cut=0).astype(int)
    far, near = picture[9, 0], picture[9, -1]
    assert far[2] > far[0]
    assert near[0] > near[2] + 60


def test_normals_of_a_wall_face_the_camera(draw):
    picture = draw(depth_frame(np.full((18, 32), 2.0), kind=DepthKind.METRIC, span=(1, 2, 3)), view="normals")
    assert np.abs(picture[2:-2, 2:-2].astype(int) - (128, 128, 255)).max() <= 1


def test_normals_of_a_curved_surface_change_smoothly_across_a_coarse_mesh(draw):
    """Not from one cell to the next: at a coarse mesh those are large blocks."""
    curve = np.tile(2 - 0.5 * np.sin(np.linspace(0, np.pi, 32)), (18, 1))
    frame = depth_frame(curve, kind=DepthKind.METRIC, span=(1, 2, 3))
    picture = draw(frame, size=(320, 180), view="normals", subsample=4, edge_cut=0)[90].astype(int)
    assert np.ptp(picture[:, 0]) > 100
    assert np.abs(np.diff(picture[16:-16, 0])).max() <= 8


def test_a_new_size_and_new_frames_of_other_sizes(ctx):
    renderer = Renderer(ctx, (16, 9))
    for size in ((32, 18), (31, 17), (8, 8)):
        renderer.resize(size)
        image = checker(*size)
        renderer.draw(depth_frame(np.full((size[1], size[0]), 2.0), image), Camera.home(2), PLAIN)
        assert np.array_equal(renderer.read(), image)
    renderer.resize((0, 0))  # a minimized window
    assert renderer.size == (8, 8)
    renderer.release()


def test_tiny_pictures_are_drawn(draw):
    assert draw(depth_frame(np.full((1, 1), 2.0), checker(1, 1)), size=(4, 4)).shape == (4, 4, 3)


def test_grid_size_and_indices():
    assert grid_size((640, 360), 2) == (320, 180)
    assert grid_size((3, 1), 8) == (2, 2)
    triangles = triangle_indices(3, 2)
    assert triangles.shape == (2, 2, 3)
    assert (triangles[:, :, 2] == [[0, 0], [1, 1]]).all()  # the provoking vertex is the top left one
    assert {tuple(sorted(t)) for t in triangles[0]} == {(0, 3, 4), (0, 1, 4)}


def test_changing_a_setting_is_seen_without_a_new_frame(ctx):
    renderer = Renderer(ctx, (32, 18))
    frame = step_frame()
    side = Camera.home(2).orbited(0.2, 0)
    renderer.draw(frame, side, PLAIN)
    before = renderer.read()
    renderer.draw(frame, side, PLAIN.replace(depth_scale=2))
    assert not np.array_equal(before, renderer.read())
    renderer.draw(frame, side, PLAIN)
    assert np.array_equal(before, renderer.read())
    renderer.release()


@pytest.mark.parametrize("units", [0.01, 100.0])
@pytest.mark.parametrize(
    "changes",
    [{}, {"display_mode": "pointcloud"}, {"light": 0.6, "shadows": 1, "occlusion": 1, "fog": 0.5}],
    ids=["mesh", "discs", "lit"],
)
def test_a_world_of_any_size_looks_the_same(ctx, units, changes):
    pictures = []
    for scale in (1.0, units):
        renderer = Renderer(ctx, (scenes.WIDTH, scenes.HEIGHT))
        settings = Settings().replace(metric_depth_scale=scale, **changes)
        renderer.draw(scenes.demo(), Camera.home(4 * scale).orbited(0.2, 0.1), settings)
        pictures.append(renderer.read().astype(int))
        renderer.release()
    assert (np.abs(pictures[1] - pictures[0]).max(-1) > 2).mean() < 0.002


def test_what_is_kilometers_away_is_drawn(draw):
    far = depth_frame(np.full((18, 32), 9000.0), checker(32, 18), DepthKind.METRIC)
    assert np.array_equal(draw(far), checker(32, 18))


@pytest.mark.parametrize("kind", [DepthKind.DISPARITY, DepthKind.METRIC])
@pytest.mark.parametrize("yaw_deg", [0, 25])
def test_nothing_is_drawn_where_an_image_is_transparent(draw, kind, yaw_deg):
    """Nor are such gaps filled, or the image continued beyond them."""
    is_opaque = np.zeros((54, 96), bool)
    is_opaque[:, :48] = True
    frame = depth_frame(np.full((54, 96), 1.0), checker(96, 54), kind, span=(1, 2, 3))
    frame = replace(frame, frame=replace(frame.frame, is_opaque=is_opaque))
    frame = replace(frame, depth=without_transparent(frame.depth, frame.frame))
    camera = Camera.home(2).orbited(radians(yaw_deg), 0)
    everything = {name: getattr(Settings().display, name) for name in ("hole_fill", "border_fill", "hole_memory_s")}
    shown = draw(frame, camera, (96, 54), fill_gaps=True, **everything)
    rows, columns = np.nonzero(~is_background(shown))
    assert 0.1 * shown[..., 0].size < len(rows) < 0.55 * shown[..., 0].size
    assert columns.max() < 54 or yaw_deg


@pytest.mark.parametrize("kind", [DepthKind.DISPARITY, DepthKind.METRIC])
@pytest.mark.parametrize("has_gap", [False, True])
def test_holes_in_a_cut_out_are_painted_and_what_alpha_cuts_stays_open(draw, kind, has_gap):
    """A wall with a post in front of it, and maybe a gap in its depth; around the wall, all is transparent."""
    is_opaque = np.zeros((54, 96), bool)
    is_opaque[6:48, 12:72] = True
    far, near = (1, 3) if kind is DepthKind.DISPARITY else (3, 1)
    wall, image = np.full((54, 96), float(far)), np.full((54, 96, 3), (60, 160, 60), np.uint8)
    post = wall.copy()
    post[:, 36:44], image[:, 36:44] = near, (200, 60, 60)
    if has_gap and kind is DepthKind.METRIC:
        post[20:30, 56:62] = 0
    camera = Camera.home(2).orbited(radians(15), 0)

    def shown(depth, **settings):
        frame = depth_frame(depth, image, kind, span=(1, 2, 3))
        frame = replace(frame, frame=replace(frame.frame, is_opaque=is_opaque))
        frame = replace(frame, depth=without_transparent(frame.depth, frame.frame))
        return ~is_background(draw(frame, camera, (192, 108), **settings))

    painted = shown(post, fill_gaps=True, hole_fill=0.2, border_fill=0.2)
    bare = shown(post, fill_gaps=False)
    row = np.flatnonzero(painted[54])
    assert len(row) == np.ptp(row) + 1
    assert len(row) > np.count_nonzero(bare[54])
    assert not (painted & ~(bare | shown(wall))).any()
