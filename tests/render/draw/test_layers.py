"""The background layer and the silhouettes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.frames import DepthKind, scale_intrinsics
from engine.navigation.camera import Camera
from engine.render.draw import backdrop, background, silhouettes
from engine.render.prepare import fill, plate, resample, snap
from engine.render.prepare.hidden import TILE, hidden_tiles
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.depth_frames import depth_frame
from tests.render.scenes import FRONT_ONLY, ball, demo, steps

BACKGROUND = (255, 0, 255)
PLAIN = Settings().replace(background="#ff00ff", **FRONT_ONLY)
SIDE = Camera.home(2).orbited(0.25, 0.1)
HOME = Camera.home(2)
SIZE = (256, 144)


@pytest.fixture
def renderer(ctx):
    one = Renderer(ctx, SIZE)
    yield one
    one.release()


def drawn(renderer, frame, camera=SIDE, **settings):
    renderer.draw(frame, camera, PLAIN.replace(**settings))
    return renderer.read()


def holes(picture):
    return (picture == BACKGROUND).all(-1)


PASSES = {
    "edge_snap": (snap.SnapPass, "run"),
    "edge_feather": (silhouettes.SilhouettePass, "draw"),
    "hole_memory_s": (plate.PlatePass, "run"),
    "hole_fill": (fill.FillPass, "run"),
    "border_fill": (backdrop.BackdropPass, "draw"),
}


@pytest.mark.parametrize("name", PASSES)
def test_a_pass_at_zero_is_not_made_and_does_not_show(renderer, monkeypatch, name):
    """Turning an effect on and off restores the identical picture; at 0 its pass does not exist."""
    before = drawn(renderer, demo())
    kind, method = PASSES[name]
    assert kind not in renderer._passes._made
    changed = drawn(renderer, demo(), **{name: type(PLAIN.display).model_fields[name].default})
    assert kind in renderer._passes._made
    if name != "hole_memory_s":  # one frame is nothing to remember
        assert not np.array_equal(changed, before)
    monkeypatch.setattr(kind, method, lambda *_: pytest.fail("run for nothing"))
    assert np.array_equal(drawn(renderer, demo()), before)


def test_the_guide_at_zero_is_the_nearest_depth(renderer, monkeypatch):
    fine = demo()
    coarse = replace(
        fine, depth=fine.depth[::4, ::4].copy(), intrinsics=scale_intrinsics(fine.intrinsics, 1 / 4, 1 / 4)
    )
    before = drawn(renderer, coarse)
    assert not np.array_equal(drawn(renderer, coarse, edge_guide=1), before)
    assert np.array_equal(drawn(renderer, coarse), before)


@pytest.mark.parametrize("scene", [demo, steps])
def test_from_home_the_picture_stays_the_picture(renderer, scene):
    """Silhouettes and the background layer only show from the side."""
    frame = scene()
    default = {name: type(PLAIN.display).model_fields[name].default for name in FRONT_ONLY}
    off = np.abs(drawn(renderer, frame, HOME, subsample=2, **default).astype(int) - frame.frame.image)
    assert (off.max(-1) > 2).mean() < 0.002


def box(x, image_value=200):
    """A bright box at 1 m with its left side at `x`, in front of a wall with one color per column."""
    image = np.zeros((36, 64, 3), np.uint8)
    image[..., 1] = np.arange(64) * 3
    depth = np.full((36, 64), 3.0)
    depth[8:28, x : x + 16] = 1.0
    image[8:28, x : x + 16] = image_value
    return depth_frame(depth, image, DepthKind.METRIC, span=(1, 3, 3))


def at_time(frame, time_s, shot=0):
    return replace(frame, frame=replace(frame.frame, time_s=time_s), shot=shot)


def walk(renderer, last_x, shots=None, **settings):
    """A box that stands on the left for a while and then moves to `last_x`."""
    for n in range(8):
        drawn(renderer, at_time(box(4), n / 10), **settings)
    shot = shots if shots is not None else 0
    for n in range(8, 12):
        picture = drawn(renderer, at_time(box(last_x), n / 10, shot), **settings)
    return picture


def test_holes_show_what_was_seen_there_before(renderer):
    memory = {"hole_memory_s": 30, "subsample": 1, "edge_cut": 0.1}
    without = drawn(renderer, box(30), subsample=1, edge_cut=0.1)
    renderer._passes.release()
    renderer._passes._made.clear()
    picture = walk(renderer, 30, **memory)
    assert holes(without).sum() > 500
    assert holes(picture).sum() < 0.6 * holes(without).sum()  # the rest lies beside the picture
    revealed = picture[holes(without) & ~holes(picture)]
    assert np.median(revealed[:, 0]) < 40  # wall, not box
    assert revealed[:, 1].std() > 3


def test_a_cut_or_a_moving_camera_forgets(renderer):
    memory = {"hole_memory_s": 30, "subsample": 1, "edge_cut": 0.1}
    without = drawn(renderer, box(30), subsample=1, edge_cut=0.1)
    assert holes(walk(renderer, 30, shots=1, **memory)).sum() == holes(without).sum()


def test_one_odd_depth_map_is_not_remembered(renderer):
    memory = {"hole_memory_s": 30, "subsample": 1, "edge_cut": 0.1}
    for n in range(10):
        drawn(renderer, at_time(box(24), n / 10), **memory)
    odd = box(24)
    odd.depth[:] = 9
    drawn(renderer, at_time(odd, 1.0), **memory)
    picture = drawn(renderer, at_time(box(24), 1.1), **memory)
    without = drawn(renderer, box(24), subsample=1, edge_cut=0.1)
    assert np.array_equal(holes(picture), holes(without))


def test_what_fills_a_gap_is_not_remembered(renderer):
    """The box is not measured for a while, and drawn in its color as part of the wall; then it stands before it."""
    memory = {"hole_memory_s": 30, "subsample": 1, "edge_cut": 0.1}
    for n in range(12):
        frame = box(24)
        if n < 10:
            frame.depth[frame.depth == 1] = 0
        picture = drawn(renderer, at_time(frame, n / 10), **memory)
    without = drawn(renderer, box(24), subsample=1, edge_cut=0.1)
    assert np.array_equal(holes(picture), holes(without))


def test_what_nobody_saw_is_painted_from_the_far_side(renderer):
    without = drawn(renderer, box(24), subsample=1, edge_cut=0.1)
    picture = drawn(renderer, box(24), subsample=1, edge_cut=0.1, hole_fill=0.4)
    painted = picture[holes(without) & ~holes(picture)]
    assert len(painted) > 500
    assert np.median(painted[:, 0]) < 40
    assert (painted[:, 0] > 120).mean() < 0.05  # nothing of the box


def test_a_hole_is_painted_like_what_is_closest_behind_and_not_like_the_farthest(renderer):
    """Beside a box there are a red shelf and, below it, a green wall farther away: red stays beside red."""
    image = np.full((72, 128, 3), (20, 180, 20), np.uint8)
    depth = np.full((72, 128), 3.0)
    image[8:38, 20:108], depth[8:38, 20:108] = (200, 20, 20), 2.0
    image[16:56, 48:80], depth[16:56, 48:80] = 255, 1.0
    frame = depth_frame(depth, image, DepthKind.METRIC, span=(1, 2, 3))
    camera = Camera.home(2).orbited(0.25, 0)
    without = drawn(renderer, frame, camera, subsample=1, edge_cut=0.1)
    picture = drawn(renderer, frame, camera, subsample=1, edge_cut=0.1, hole_fill=0.4).astype(int)
    painted = holes(without)
    painted[:, :60] = painted[:, 180:] = False  # the sides of the picture
    is_red = picture[..., 0] > picture[..., 1]
    beside_shelf, beside_wall = painted[40:70], painted[88:104]
    assert beside_shelf.sum() > 200
    assert beside_wall.sum() > 200
    assert is_red[40:70][beside_shelf].mean() > 0.9
    assert is_red[88:104][beside_wall].mean() < 0.1


def test_where_two_painted_surfaces_meet_one_fades_into_the_other(renderer):
    """Beside a box there are a red shelf and below it a green wall farther away: no border between is invented."""
    image = np.full((72, 128, 3), (20, 180, 20), np.uint8)
    depth = np.full((72, 128), 3.0)
    image[8:38, 20:108], depth[8:38, 20:108] = (200, 20, 20), 2.5
    image[16:56, 48:80], depth[16:56, 48:80] = 255, 1.0
    frame = depth_frame(depth, image, DepthKind.METRIC, span=(1, 2.5, 3))
    camera = Camera.home(2).orbited(0.25, 0)
    without = drawn(renderer, frame, camera, subsample=1, edge_cut=0.04)
    picture = drawn(renderer, frame, camera, subsample=1, edge_cut=0.04, hole_fill=0.4).astype(int)
    painted = holes(without)[:, 100:150]
    steps_down = np.abs(np.diff(picture[:, 100:150], axis=0)).max(-1)[painted[1:] & painted[:-1]]
    assert steps_down.size > 1000
    assert steps_down.max() < 120


def test_nothing_is_painted_between_two_surfaces_that_are_far_apart(renderer):
    """A slope from the one to the other would show the color of the near one beside it."""
    image = np.full((72, 128, 3), (20, 180, 20), np.uint8)
    depth = np.full((72, 128), 4.0)
    image[8:38, 20:108], depth[8:38, 20:108] = (200, 20, 20), 2.0
    image[30:46, 56:72], depth[30:46, 56:72] = 255, 1.0
    frame = depth_frame(depth, image, DepthKind.METRIC, span=(1, 2, 4))
    drawn(renderer, frame, subsample=1, hole_fill=0.4)
    layer = renderer._preparation.last[2].background
    surface = np.frombuffer(layer.surface.read(), np.float32).reshape(36, 64, 4)[15:23, 28:36]
    distance = 1 / surface[..., 3]
    assert not ((distance > 2.5) & (distance < 3.4)).any()
    assert (distance[:4] < 2.5).all()  # as beside the box
    assert (distance[-2:] > 3.4).all()


def test_the_wall_behind_a_thing_is_not_lit_like_the_thing(renderer):
    """From the side, no dark teeth are left where a ball was, and what is painted is as bright as the wall."""
    image = np.full((144, 256, 3), (20, 160, 20), np.uint8)
    image[ball().depth < 3] = 160, 20, 20
    frame = depth_frame(ball().depth, image, DepthKind.METRIC)
    for yaw in (-0.2, 0.2):
        picture = drawn(renderer, frame, Camera.home(2).orbited(yaw, 0), light=0.8, hole_fill=0.25, edge_feather=1)
        red, green = picture[:, 60:196, 0], picture[:, 60:196, 1]
        is_wall = cv2.erode((green > 2.0 * red).astype(np.uint8), np.ones((5, 5))) > 0  # not the ball's outline
        assert is_wall.sum() > 8000
        assert (green[is_wall] / cv2.medianBlur(green, 11)[is_wall]).min() > 0.93


def test_the_picture_goes_on_beyond_its_border_and_fades(renderer):
    """A wall that turns from red to blue, seen from the side: beyond its left border it stays red, then fades."""
    image = np.zeros((36, 64, 3), np.uint8)
    image[..., 0], image[..., 2] = np.linspace(250, 0, 64), np.linspace(0, 250, 64)
    wall = depth_frame(np.full((36, 64), 2.0), image, DepthKind.METRIC, span=(1, 2, 3))
    camera = Camera(pivot=(-0.8, 0, -2))
    dark = {"background": "#000000", "subsample": 1}
    without = drawn(renderer, wall, camera, **dark)
    picture = drawn(renderer, wall, camera, **dark, border_fill=0.2)
    row, is_beyond = picture[72].astype(int), (without[72] == 0).all(-1)
    beyond = np.flatnonzero(is_beyond)
    assert np.array_equal(row[~is_beyond], without[72][~is_beyond])
    assert np.abs(np.diff(row, axis=0)).max() < 12, "no line at the border, no steps"
    assert row[beyond[-1], 0] > 200
    assert row[beyond[-1], 2] < 50
    assert (np.diff(row[beyond, 0]) >= 0).all()
    assert row[0].max() == 0
    u = (beyond[-1] - 3) / SIZE[0]
    assert row[beyond[-4]].max() > 100
    assert renderer.pick(u, 0.5) is None, "there is nothing to measure"


def test_holes_and_border_are_filled_independently(renderer):
    frame, camera = box(24), Camera.home(2).orbited(0.4, 0)
    look = {"subsample": 1, "edge_cut": 0.1}
    without = holes(drawn(renderer, frame, camera, **look))
    beyond = holes(drawn(renderer, frame, camera, **{**look, "edge_cut": 0}))
    near_border = cv2.dilate(beyond.astype(np.uint8), np.ones((5, 5))) > 0
    inside = without & ~near_border
    closed = holes(drawn(renderer, frame, camera, **look, hole_fill=0.01))  # no more than a texel is painted
    assert inside.sum() > 500
    assert not (closed & inside).any(), "the backdrop closes what painting leaves"
    assert closed[beyond].mean() > 0.9
    continued = holes(drawn(renderer, frame, camera, **look, border_fill=0.2))
    assert (continued & inside).sum() > 0.9 * inside.sum()
    assert continued[beyond].mean() < 0.8, "what is left has faded"


def test_beyond_the_border_goes_on_what_is_behind_things(renderer):
    """The border cuts a bright box: it ends there, and the wall behind it continues."""
    frame = box(0)
    picture = drawn(renderer, frame, Camera(pivot=(-1.2, 0, -2)), subsample=1, background="#000000", border_fill=0.25)
    without = drawn(renderer, frame, Camera(pivot=(-1.2, 0, -2)), subsample=1, background="#000000")
    beyond = picture[(without == 0).all(-1)]
    assert (beyond[:, 0] > 60).mean() < 0.01, "nothing of the box"


def test_silhouettes_are_lines_and_not_stairs(renderer):
    """The slanted side of a triangle: with silhouettes its pixels lie closer to a straight line."""
    y, x = np.mgrid[0:36, 0:64]
    depth = np.where(x < 12 + 0.5 * y, 1.0, 3.0)
    image = np.where((depth == 1)[..., None], (255, 255, 255), (0, 0, 0)).astype(np.uint8)
    frame = depth_frame(depth, image, DepthKind.METRIC, span=(1, 2, 3))
    side = Camera.home(1).orbited(-0.2, 0)  # the near sheet hides the wall's border

    def roughness(picture):
        ends = np.array([np.flatnonzero(row.max(-1) > 128).max(initial=0) for row in picture[30:110].astype(int)])
        rows = np.arange(len(ends))
        return np.abs(ends - np.polyval(np.polyfit(rows, ends, 1), rows)).mean()

    stairs = roughness(drawn(renderer, frame, side, subsample=1, edge_cut=0.1, background="#000000"))
    smooth = roughness(drawn(renderer, frame, side, subsample=1, edge_cut=0.1, background="#000000", edge_feather=0.1))
    assert smooth < 0.7 * stairs


def test_snapping_takes_a_blurred_edge_to_both_sides(renderer):
    depth = np.full((36, 256), 3.0)
    depth[:, 128:] = 1.0
    disparity = 1 / depth
    for _ in range(3):
        disparity[:, 1:-1] = (disparity[:, 2:] + disparity[:, :-2] + disparity[:, 1:-1]) / 3
    image = np.where((depth == 1)[..., None], 200, 30).astype(np.uint8) * np.ones(3, np.uint8)
    frame = replace(depth_frame(disparity, image, span=(1 / 3, 0.5, 1)), model="lite")
    settings = PLAIN.replace(subsample=1, edge_cut=0.06, depth_scale=0.5)
    blurred = renderer.grid_depth(frame, settings)[18]
    sharp = renderer.grid_depth(frame, settings.replace(edge_snap=1))[18]
    between = lambda row: ((row > 0.42) & (row < 0.92)).sum()  # noqa: E731
    assert between(blurred) >= 4
    assert between(sharp) <= 1
    assert abs(np.argmax(sharp > 0.66) - 128) <= 1  # where the color changes


@pytest.mark.parametrize("subsample", [1, 4])
def test_snapping_finds_beams_as_thin_as_their_blur(renderer, subsample):
    """A bar of four texels, blurred over five: its uneven depth and the rubber sheet beside it both disappear."""
    y, x = np.mgrid[0:144, 0:256]
    beam = abs(x - 100 - 0.3 * y) < 2
    blurred = cv2.blur(np.where(beam, 1.0, 0.2) + 0.05 * np.sin(y / 3) * beam, (5, 5))
    image = np.where(beam[..., None], 200, 30).astype(np.uint8) * np.ones(3, np.uint8)
    frame = replace(depth_frame(blurred, image, span=(0.2, 0.2, blurred.max())), model="lite")
    settings = PLAIN.replace(subsample=subsample, edge_cut=0.06)
    far, near = 0.2 + 0.1 * np.ptp(blurred), np.quantile(blurred[beam], 0.3)
    between = []
    for strength in (0, 1):
        depth = renderer.grid_depth(frame, settings.replace(edge_snap=strength))
        between.append(((depth > far) & (depth < near)).sum() / (depth >= near).sum())
    assert between[0] > 0.7
    assert between[1] < 0.15


def test_snapping_leaves_slopes_alone(renderer):
    y = np.linspace(0.2, 1, 144)[:, None] * np.ones((1, 256))
    floor = replace(depth_frame(y, span=(0.2, 0.6, 1)), model="lite")
    settings = PLAIN.replace(subsample=2)
    assert np.array_equal(
        renderer.grid_depth(floor, settings), renderer.grid_depth(floor, settings.replace(edge_snap=1))
    )


@pytest.mark.parametrize("subsample", [3, 4, 5, 6])
def test_snapping_on_fewer_texels_moves_nothing(renderer, subsample):
    """Halving or quartering a map puts pixel centers between texels: planes and edges do not move."""
    y, x = np.mgrid[0:360, 0:640] + 0.5
    is_near = x > 220 + 0.3 * y
    image = np.where(is_near[..., None], 200, 30).astype(np.uint8) * np.ones(3, np.uint8)
    edge = cv2.resize(np.where(is_near, 1, 0.2).astype(np.float32), (256, 144), interpolation=cv2.INTER_AREA)
    slope = np.linspace(0.2, 1, 448)[None, :] * np.ones((252, 1))
    settings = PLAIN.replace(subsample=subsample, edge_cut=0.06)

    def added(depth, image):
        frame = depth_frame(depth, image, span=(0.2, 0.5, 1))
        plain, snapped = (renderer.grid_depth(frame, settings.replace(edge_snap=strength)) for strength in (0, 1))
        return (snapped - plain)[2:-2, 2:-2]

    assert np.abs(added(slope, np.full_like(image, 128))).max() < 0.02 * 0.8 / 448  # a fiftieth of a texel
    assert abs(added(edge, image).mean()) < 0.1 * 0.8 / 256  # a tenth, over all rows


def test_hidden_tiles_are_near_an_edge_on_its_near_side():
    distance = np.full((64, 96), 4.0)
    distance[24:40, 40:] = 1.0
    cut = np.zeros((63, 95), bool)
    cut[23:40, 39] = True
    tiles = hidden_tiles(distance, cut, 0.2)
    assert tiles.shape == (64 // TILE, 96 // TILE)
    assert tiles[4, 5:7].all()  # the near surface beside the edge
    assert not tiles[4, 9:].any()  # too far from it
    assert not tiles[4, :3].any()  # the far surface
    assert not hidden_tiles(distance, np.zeros_like(cut), 0.2).any()
    distance[0, 0] = np.nan
    assert hidden_tiles(distance, np.zeros_like(cut), 0.2)[0, 0]


def test_passes_are_given_back(ctx):
    one = Renderer(ctx, SIZE)
    drawn(one, demo(), edge_feather=1, hole_fill=0.2, hole_memory_s=5)
    drawn(one, demo(), edge_feather=1, hole_fill=0.2, hole_memory_s=5, subsample=4, view="depth")
    assert {background.BackgroundPass, resample.ResamplePass} <= set(one._passes._made)
    one.release()


def test_the_picture_says_where_an_outline_runs_within_a_cell(renderer):
    """A plate with a slanted side in front of a wall; pixels are finer than cells, and mix both colors."""
    height, width, finer = 144, 256, 8
    y, x = np.mgrid[0 : height * finer, 0 : width * finer]
    is_plate = x + 0.3 * y < 130 * finer
    image = cv2.resize(np.where(is_plate[..., None], (120, 60, 160), (230, 210, 170)).astype(np.uint8), (width, height),
                       interpolation=cv2.INTER_AREA)  # fmt: skip
    depth = np.where(is_plate[finer // 2 :: finer, finer // 2 :: finer], 1.0, 2.0)
    picture = drawn(
        renderer, depth_frame(depth, image, DepthKind.METRIC), Camera.home(1).orbited(0.15, 0), subsample=4,
        edge_feather=1.5, hole_fill=0.25,
    )  # fmt: skip
    share = (picture[..., 0].astype(float) - 120) / (230 - 120)  # of the wall
    assert share.min() > -0.02
    rows = np.arange(20, 124)
    border = np.array([np.interp(0.5, np.maximum.accumulate(share[row, 30:]), np.arange(30, width)) for row in rows])
    line = np.polyval(np.polyfit(rows, border, 1), rows)
    assert np.abs(border - line).max() < 0.6, "no stairs of cells four pixels wide"
