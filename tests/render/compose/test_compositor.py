"""The layout of panes and eyes, and their contents."""

import numpy as np
import pytest

from engine.frames import DepthKind
from engine.gl.calls import copy_color
from engine.navigation.camera import Camera
from engine.navigation.controller import Navigation
from engine.navigation.events import Dragged
from engine.render.compose.anaglyph import DUBOIS
from engine.render.compose.layout import arrange, fitted
from engine.render.gpu.readback import read_rgb
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.colormaps import COLORMAPS
from tests.depth_frames import checker, depth_frame
from tests.render.scenes import FRONT_ONLY, steps

SIZE = (160, 90)
BACKGROUND = (255, 0, 255)
PLAIN = Settings().replace(background="#ff00ff", subsample=1)
FRAME = depth_frame(np.full((90, 160), 2.0), checker(160, 90), DepthKind.METRIC, (1, 2, 4))


@pytest.fixture
def draw(ctx):
    renderers = []

    def run(frame=FRAME, size=SIZE, camera=None, scale=1.0, **settings):
        renderers.append(Renderer(ctx, size))
        renderers[-1].draw(frame, camera or Camera.home(2), PLAIN.replace(**settings), scale=scale)
        return renderers[-1]

    yield run
    for renderer in renderers:
        renderer.release()


def middle_of(picture):
    """Return the column of the center of the bright area."""
    return np.flatnonzero((picture.min(-1) > 200).any(0)).mean()


def bar(z):
    """A white bar in the middle, `z` meters away, before black."""
    image = np.zeros((90, 160, 3), np.uint8)
    image[:, 76:84] = 255
    return depth_frame(np.full((90, 160), float(z)), image, DepthKind.METRIC, (1, 2, 4))


@pytest.mark.parametrize(
    "stereo", ["side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "anaglyph", "row-interlaced"]
)
@pytest.mark.parametrize("panes", ["scene", "picture+depth+scene"])
def test_nothing_overlaps_or_leaves_the_picture(stereo, panes):
    layout = arrange((321, 201), PLAIN.replace(stereo=stereo, panes=panes))
    covered = np.zeros((201, 321), int)
    areas = {*(look.area for look in layout.viewports), *filter(None, (layout.picture, layout.depth))}
    for x, y, width, height in areas:
        assert x + width <= 321
        assert y + height <= 201
        covered[y : y + height, x : x + width] += 1
    assert covered.max() == 1
    assert covered.mean() > 0.98
    assert [look.eye for look in layout.viewports] == [-0.5, 0.5]
    assert layout.viewports[0].area[2:] == layout.viewports[1].area[2:]


def test_three_panes_stand_in_a_row_where_there_is_room():
    layout = arrange((480, 90), PLAIN.replace(panes="picture+depth+scene"))
    assert (layout.picture, layout.depth) == ((0, 0, 160, 90), (160, 0, 160, 90))
    assert layout.viewports[0].area == (320, 0, 160, 90)


@pytest.mark.parametrize("panes", ["picture+depth", "picture+depth+scene"])
def test_panes_lie_beside_the_panels(panes):
    layout = arrange((320, 200), PLAIN.replace(panes=panes), covered=0.25)
    areas = [*(look.area for look in layout.viewports), *filter(None, (layout.picture, layout.depth))]
    assert min(area[0] for area in areas) == 80
    assert max(area[0] + area[2] for area in areas) == 320
    assert sum(area[2] * area[3] for area in areas) == 240 * 200


def test_fitted_keeps_proportions():
    assert fitted((10, 20, 100, 100), (160, 90)) == (10, 42, 100, 56)
    assert fitted((0, 0, 160, 90), (320, 180)) == (0, 0, 160, 90)


def test_panes_show_the_picture_and_its_depth(draw):
    y, x = np.mgrid[0:90, 0:160]
    frame = depth_frame(1 + x / 80 + 0.0 * y, checker(160, 90), DepthKind.METRIC, (1, 2, 3))
    frame.depth[10:20, 10:20] = 0
    picture = draw(frame, (480, 90), panes="picture+depth+scene", colormap="inferno", edge_cut=0).read()
    left, middle, right = (picture[:, i : i + 160] for i in (0, 160, 320))
    assert np.array_equal(left, frame.frame.image)
    assert np.abs(right[:, 40:].astype(int) - frame.frame.image[:, 40:]).max() <= 1  # the scene from home
    far, near = (np.array(COLORMAPS["inferno"][i]) * 255 for i in (0, -1))
    assert middle[80, 0] == pytest.approx(near, abs=8)
    assert middle[80, -1] == pytest.approx(far, abs=8)
    assert (middle[12:18, 12:18] == BACKGROUND).all()


@pytest.mark.parametrize("stereo", ["off", "anaglyph", "row-interlaced", "half-side-by-side", "quilt"])
def test_the_scene_may_be_left_out(draw, stereo):
    renderer = draw(size=(320, 90), panes="picture+depth", stereo=stereo)
    assert np.array_equal(renderer.read()[:, :160], FRAME.frame.image)
    assert renderer.pick(0.25, 0.5) is None


@pytest.mark.parametrize(("z", "sign"), [(1.2, 1), (2.0, 0), (3.5, -1)])
def test_the_left_eye_sees_what_is_near_farther_right(draw, z, sign):
    picture = draw(bar(z), (320, 90), stereo="side-by-side", comfort=0.1, eye_distance=0.1).read()
    shift = middle_of(picture[:, :160]) - middle_of(picture[:, 160:])
    assert np.sign(round(shift)) == sign


def test_eyes_come_closer_for_comfort(draw):
    camera = Camera.home(2)
    far = bar(3.5)
    wide, limited = (
        draw(far, (320, 90), camera, stereo="side-by-side", eye_distance=0.2, comfort=comfort).read()
        for comfort in (0.1, 0.01)
    )
    shifts = [middle_of(p[:, 160:]) - middle_of(p[:, :160]) for p in (wide, limited)]
    assert shifts[0] > 4 * shifts[1] > 0
    assert shifts[1] <= 0.01 * 160 + 1


def test_a_squeezed_picture_is_the_whole_one(draw):
    full = draw(FRAME, (320, 90), stereo="side-by-side", eye_distance=0).read()
    half = draw(FRAME, SIZE, stereo="half-side-by-side", eye_distance=0).read()
    assert np.array_equal(full[:, :160], FRAME.frame.image)
    narrowed = FRAME.frame.image.astype(int).reshape(90, 80, 2, 3)
    assert ((half[:, :80] >= narrowed.min(2) - 1) & (half[:, :80] <= narrowed.max(2) + 1)).all()


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize("stereo", ["half-side-by-side", "half-top-bottom"])
def test_a_squeezed_picture_is_torn_no_more_than_the_whole_one(draw, stereo, scale):
    """From home nothing is torn; from the side as much as without stereo."""

    def torn(camera, **settings):
        picture = draw(steps(), (256, 144), camera, scale, eye_distance=0, **FRONT_ONLY, **settings).read()
        return (picture == BACKGROUND).all(-1).mean()

    assert torn(Camera.home(2), stereo=stereo) == 0
    side = Camera.home(2).orbited(0.1, 0.05)
    assert torn(side, stereo=stereo) == pytest.approx(torn(side), rel=0.1)


@pytest.mark.parametrize("stereo", DUBOIS)
def test_anaglyphs_follow_dubois(draw, stereo):
    """If both eyes see the same picture, grays stay gray, and red passes its filter."""
    image = np.zeros((90, 160, 3), np.uint8)
    image[:, :80] = 180
    image[:, 80:] = (200, 0, 0)
    frame = depth_frame(np.full((90, 160), 2.0), image, DepthKind.METRIC, (1, 2, 4))
    picture = draw(frame, stereo=stereo, eye_distance=0).read().astype(int)
    assert picture[45, 40] == pytest.approx((180, 180, 180), abs=5)
    of_red = np.array([matrix[:3] for matrix in DUBOIS[stereo]]).sum(0)
    assert picture[45, 120] == pytest.approx(255 * np.sqrt(np.clip((200 / 255) ** 2 * of_red, 0, 1)), abs=1.5)


@pytest.mark.parametrize(
    ("stereo", "left_sees", "right_sees"),
    [("anaglyph", "r", "gb"), ("anaglyph-green-magenta", "g", "rb"), ("anaglyph-amber-blue", "rg", "b")],
)
def test_each_eye_sees_its_colors_of_an_anaglyph(stereo, left_sees, right_sees):
    """White before one eye passes its filter, and hardly the other."""
    for matrix, seen in zip(DUBOIS[stereo], (left_sees, right_sees), strict=True):
        through = dict(zip("rgb", np.sqrt(np.clip(np.reshape(matrix, (3, 3)).sum(0), 0, None)), strict=True))
        assert all((through[color] > 0.7) == (color in seen) for color in "rgb")


@pytest.mark.parametrize("swap_eyes", [False, True])
def test_rows_belong_to_the_eyes_in_turn(draw, swap_eyes):
    """What is near is farther right for the left eye, which has the topmost row."""
    settings = {"size": (160, 91), "comfort": 0.1, "eye_distance": 0.1, "eye_border": "extend", "swap_eyes": swap_eyes}
    rows = draw(bar(1.2), stereo="row-interlaced", **settings).read()
    whole = draw(bar(1.2), stereo="side-by-side", **{**settings, "size": (320, 91)}).read()
    eyes = whole[:, :160], whole[:, 160:]
    assert middle_of(rows[::2]) == middle_of(eyes[0])
    assert middle_of(rows[1::2]) == middle_of(eyes[1])
    assert (middle_of(rows[::2]) > middle_of(rows[1::2])) != swap_eyes


@pytest.mark.parametrize("stereo", ["side-by-side", "half-top-bottom"])
def test_swapped_eyes_have_each_others_pictures(draw, stereo):
    plain, swapped = (draw(bar(1.2), (320, 180), stereo=stereo, swap_eyes=swaps).read() for swaps in (False, True))
    axis = 1 if stereo == "side-by-side" else 0
    assert not np.array_equal(plain, swapped)
    assert np.array_equal(np.roll(plain, plain.shape[axis] // 2, axis), swapped)


def test_the_views_of_a_quilt_run_from_the_left_to_the_right_the_lowest_row_first(draw):
    picture = draw(bar(1.2), (480, 180), stereo="quilt", quilt="3x2", quilt_cone_deg=10).read()
    views = [picture[y : y + 90, x : x + 160] for y in (90, 0) for x in (0, 160, 320)]
    places = [middle_of(view) for view in views]
    assert places == sorted(places, reverse=True)  # what is near moves left as the eye goes right
    assert places[0] - places[-1] > 10
    assert (places[0] + places[-1]) / 2 == pytest.approx(79.5, abs=1)


@pytest.mark.parametrize("scene", [1.0, 4.0])
@pytest.mark.parametrize("layout", [{"stereo": "side-by-side"}, {"stereo": "quilt", "quilt": "2x1"}])
def test_eyes_see_nothing_beyond_the_border_of_the_picture(draw, scene, layout):
    """Neither near nor far of the plane of the screen, where each eye sees past one side."""
    frame = depth_frame(np.full((90, 160), scene), checker(160, 90), DepthKind.METRIC, (1, 2, 4))
    settings = {**layout, "quilt_cone_deg": 10, "border_fill": 0, "hole_fill": 0, "size": (320, 90)}

    def share_beyond(**changes):
        return (draw(frame, **settings, **changes).read() == BACKGROUND).all(-1).mean()

    assert share_beyond(eye_border="extend") > 0.005
    assert share_beyond(eye_border="crop") == 0


def test_no_stereo_and_full_scale_is_drawn_straight(draw, monkeypatch):
    monkeypatch.setattr("engine.render.compose.compositor.FullscreenPass", lambda *_: pytest.fail("not needed"))
    assert np.array_equal(draw().read(), FRAME.frame.image)


def test_a_smaller_scale_is_the_same_picture_softer(draw):
    y, x = np.mgrid[0:90, 0:160]
    image = np.stack([x, y, 100 + 0 * x], -1).astype(np.uint8)
    frame = depth_frame(np.full((90, 160), 2.0), image, DepthKind.METRIC, (1, 2, 4))
    picture = draw(frame, scale=0.5).read()
    assert np.abs(picture[2:-2, 2:-2].astype(int) - image[2:-2, 2:-2]).max() <= 1


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize(("stereo", "u"), [("off", 0.75), ("half-side-by-side", 0.375), ("side-by-side", 0.375)])
def test_points_are_found_in_what_is_shown(draw, stereo, u, scale):
    renderer = draw(stereo=stereo, eye_distance=0, scale=scale)
    point = renderer.pick(u, 0.5)
    half_width = 2 * np.tan(np.radians(30))
    assert point == pytest.approx((half_width / 2, 0, -2), abs=0.06)


@pytest.mark.parametrize("panes", ["scene", "picture+depth+scene"])
@pytest.mark.parametrize(
    "stereo",
    ["off", "side-by-side", "half-side-by-side", "top-bottom", "half-top-bottom", "anaglyph", "row-interlaced"],
)
def test_panning_takes_what_is_looked_at_along_with_the_mouse(draw, stereo, panes):
    settings = {"size": (640, 360), "stereo": stereo, "panes": panes}
    navigation = Navigation.at(Camera.home(2).orbited(0.2, 0.1))
    pivot = navigation.camera.pivot
    renderer = draw(camera=navigation.target, **settings)
    before = np.array(renderer.project(pivot))
    navigation.handle(Dragged(20, -15, "right", False), 360, renderer.units_per_px())
    after = np.array(draw(camera=navigation.target, **settings).project(pivot))
    assert (after - before) * (640, 360) == pytest.approx(np.tile((20, -15), (len(before), 1)), abs=0.05)


def test_where_no_scene_is_drawn_there_is_nothing_to_pan(draw):
    assert draw(panes="picture+depth").units_per_px() == (0, 0)


def test_what_is_shown_is_stretched_by_whoever_shows_it_and_to_the_same(draw, ctx):
    renderer = draw(scale=0.5)
    shown = renderer.drawn
    assert shown.size == (80, 45)
    screen = ctx.simple_framebuffer(SIZE)
    copy_color(ctx, screen, shown, SIZE)
    stretched = read_rgb(screen).astype(int)
    assert np.abs(stretched - renderer.read()).max() <= 2  # rounding of weights
    assert renderer.drawn.size == SIZE  # there is no need to stretch it again
    screen.clear()
    copy_color(ctx, screen, renderer.drawn, SIZE)
    assert np.array_equal(read_rgb(screen), renderer.read())
    screen.release()
