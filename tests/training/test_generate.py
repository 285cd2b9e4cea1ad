import moderngl
import numpy as np
import pytest

from training import generate, houses, library, places, shards, skies, soup, structures
from training.bodies import Body
from training.furniture import Furniture
from training.kit import Kit
from training.lens import Lens
from training.renderer import Renderer
from training.scene import Light, Scene, View
from training.soup import Paint

ZERO, ONE = np.zeros(3), np.ones(3)
_HEAD = slice(8 * 16 * 6, 2 * 8 * 16 * 6)
"""Rows of an animal's head: its trunk, a ball of detail 8, comes first."""
LIGHT = Light(ONE, ONE, np.array([0, 1.0, 0]), ZERO, np.zeros((4, 3)), np.zeros((4, 3)))


def scene(rows, sky=None):
    view = View(np.array([0.0, 0, 0]), np.array([0.0, 0, -1]), 60.0)
    return Scene("test", rows, [view], LIGHT, 4.0, sky)


def test_inverse_depth_is_that_of_the_geometry(renderer):
    """A wall 4 m ahead and a board 2 m ahead that covers the middle; depth is along the axis, not along the ray."""
    wall = soup.quad((-9, -9, -4), (18, 0, 0), (0, 18, 0), Paint((0.5, 0.5, 0.5)))
    board = soup.quad((-0.5, -0.5, -2), (1, 0, 0), (0, 1, 0), Paint((1, 0, 0)))
    ((light, inverse),) = renderer.draw(scene(np.concatenate([wall, board])))
    rows, columns = inverse.shape
    assert inverse[rows // 2, columns // 2] == pytest.approx(1 / 2, rel=1e-5)
    np.testing.assert_allclose(inverse[:5], 1 / 4, rtol=1e-5)
    board_px = (inverse > 0.3).sum(1).max()  # 1 m at 2 m: 1 / (2 · 2 · tan 30°) of the width
    assert board_px == pytest.approx(columns / (4 * np.tan(np.pi / 6)), abs=1.5)
    assert light[rows // 2, columns // 2, 0] > 5 * light[rows // 2, columns // 2, 1]  # the board is red


def test_what_another_renderer_left_switched_on_changes_nothing(renderer, gl):
    board = scene(soup.quad((-0.5, -0.5, -2), (1, 0, 0), (0, 1, 0), Paint((1, 0, 0))))
    ((light, inverse),) = renderer.draw(board)
    gl.enable(moderngl.BLEND | moderngl.CULL_FACE)
    ((light_again, inverse_again),) = renderer.draw(board)
    np.testing.assert_array_equal(light_again, light)
    np.testing.assert_array_equal(inverse_again, inverse)
    assert inverse.any()


def test_drawing_that_shows_nothing_ends_with_an_error(simple, monkeypatch):
    monkeypatch.setattr(generate, "MAX_EMPTY", 5)

    class Dark:
        def draw(self, scene):
            return [(np.zeros((12, 16, 3), np.float32), np.zeros((12, 16), np.float32)) for _ in scene.views]

    with pytest.raises(RuntimeError, match="show nothing"):
        generate.shard(simple, Dark(), 1, 0, 4, views=1)


def test_up_is_up_and_the_sky_is_infinitely_far(renderer):
    sky = np.zeros((*skies.SIZE, 3), np.float32)
    sky[: skies.SIZE[0] // 2, :, 2] = 1  # blue above the horizon
    ground = soup.quad((-50, -1, 50), (100, 0, 0), (0, 0, -100), Paint((0.2, 0.6, 0.2)))
    ((light, inverse),) = renderer.draw(scene(ground, sky))
    assert (inverse[:40] == 0).all()
    assert light[10, :, 2].min() > 0.9
    assert (np.diff(inverse[60:, 64]) > 0).all()  # nearer towards the bottom


def test_textures_stand_upright_wherever_one_looks_from(gl):
    """The upper half of the texture is white: so is that of each side of a box, seen from that side."""
    half = np.zeros((1, 256, 256, 3), np.uint8)
    half[:, :128] = 255
    rows = soup.box((-1, -1, -1), (1, 1, 1), Paint((1, 1, 1), 0, tile=2.0))
    eyes = np.array([(0, 0, 3.0), (3.0, 0, 0), (0, 0, -3.0), (-3.0, 0, 0)])
    views = [View(eye, np.zeros(3), 30.0) for eye in eyes]
    with gl:
        for light, _ in Renderer(gl, half, (32, 32)).draw(Scene("test", rows, views, LIGHT, 4.0)):
            assert light[4:14].min() > 10 * light[18:28].max()


def test_a_flattened_ball_is_shaded_as_flat():
    disc = soup.moved(soup.ball(Paint((1, 1, 1)), detail=24), scale=(1, 1, 0.01))
    top = disc[np.hypot(disc[:, 0], disc[:, 1]) < 0.8]
    assert np.abs(top[:, 5]).min() > 0.99


def test_a_ring_is_as_thick_everywhere():
    angles = np.linspace(0, 2 * np.pi, 25)
    for axis in range(3):
        ring = np.insert(np.stack([np.cos(angles), np.sin(angles)], 1), axis, 0, axis=1)
        rows = soup.tube(ring, 0.1, Paint((1, 1, 1)), 8).reshape(24, -1, 13)
        assert np.ptp(rows[:, :, axis], axis=1).min() > 0.19


def test_the_eyes_of_an_animal_lie_flat_on_its_head(simple):
    """The glint, which is white, is on the outside of a skull that is an ellipsoid, not in it and not before it."""
    for seed in range(20):
        kit = Kit(simple, np.random.default_rng(seed))
        body = structures.animal(kit, 1.0)
        glint = body[(body[:, 8:11] == 1).all(1), :3].astype(np.float64)
        skull = body[_HEAD, :3].astype(np.float64)
        middle, radii = (skull.max(0) + skull.min(0)) / 2, np.ptp(skull, axis=0) / 2
        reach = np.linalg.norm((glint - middle) / radii, axis=1)
        assert reach.min() > 0.98
        assert reach.max() < 1.05


def test_each_view_is_exposed_for_itself_and_a_clip_slowly():
    dark, bright = (np.full((24, 32, 3), level, np.float32) for level in (0.2, 1.0))
    inverse = np.ones((24, 32), np.float32)
    for follows, same in ((False, True), (True, False)):
        lens = Lens(np.random.default_rng(1), follows=follows)
        first, second = (lens.develop(light, inverse).mean() for light in (dark, bright))
        assert (abs(first - second) < 5) == same


@pytest.mark.parametrize("place", places.SHARES, ids=lambda place: place.__name__)
def test_every_place_shows_something_most_of_the_time(place, simple, renderer):
    seen = 0
    for seed in range(2):
        made = place(Kit(simple, np.random.default_rng(seed)), 2)
        assert np.isfinite(made.soup).all()
        for light, inverse in renderer.draw(made):
            picture = generate.Lens(np.random.default_rng(0)).develop(light, inverse)
            assert np.isfinite(inverse).all()
            seen += generate.shows_something(picture, inverse)
    assert seen >= 2


@pytest.mark.parametrize("seed", range(8))
def test_what_is_on_the_fronts_of_a_house_is_outside_its_walls_and_lit(simple, seed):
    rows = houses.house(Kit(simple, np.random.default_rng(seed)), (1, 0, 2), (-9, 14, 6))
    points, low, high = rows[:, :3], np.array([-8, 0, 2]), np.array([1, 14, 8])
    assert not ((points > low + 0.01) & (points < high - 0.01)).all(1).any()
    assert np.abs(points[:, [0, 2]]).max() < 8 + 3
    assert rows[:, 12].min() == 0


def test_a_shard_is_determined_by_seed_and_number(simple, renderer):
    first, again, other = (generate.shard(simple, renderer, 7, number, 2, views=2) for number in (0, 0, 1))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).mean() > 0.1


def test_the_frames_of_a_clip_follow_each_other(simple, renderer):
    """Most of the time: grass right before the lens may well change from frame to frame."""
    steps = []
    for seed in range(2, 7):
        pictures, inverse, _ = generate.shard(simple, renderer, seed, 0, 8, views=8, clip=True)
        steps.append(np.abs(np.diff(inverse, axis=0)).mean() / np.abs(inverse - inverse.mean()).mean())
        assert pictures.dtype == np.uint8
    assert 0 < np.median(steps) < 0.15


def test_shards_appear_complete_and_the_oldest_go(tmp_path):
    pictures, inverse = np.zeros((2, 4, 6, 3), np.uint8), np.ones((2, 4, 6))
    for number in range(4):
        shards.write(tmp_path, number, pictures, inverse, ["room", "street"])
    (tmp_path / "shard-000009.part").mkdir()
    shards.drop_oldest(tmp_path, 2)
    assert [path.name for path in shards.folders(tmp_path)] == ["shard-000002", "shard-000003"]
    assert shards.read(tmp_path / "shard-000003").kinds == ["room", "street"]
    shards.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shard-000002", "shard-000003"]


def test_a_shard_is_never_seen_half_deleted(tmp_path, monkeypatch):
    for number in range(2):
        shards.write(tmp_path, number, np.zeros((2, 4, 6, 3), np.uint8), np.ones((2, 4, 6)), ["room"] * 2)
    seen = []
    delete = shards.shutil.rmtree
    monkeypatch.setattr(
        shards.shutil, "rmtree", lambda path: (seen.append([p.name for p in shards.folders(tmp_path)]), delete(path))
    )
    shards.drop_oldest(tmp_path, 1)
    assert seen == [["shard-000001"]]
    assert [path.name for path in tmp_path.iterdir()] == ["shard-000001"]


def test_nothing_held_out_is_in_the_other_side(tmp_path, simple):
    body = simple.bodies[0]
    models = [Furniture(str(i), "by rule", "", 0.0, simple.furniture[0].rows + i) for i in range(25)]
    bodies = [Body(body.points + i, body.normals, body.region, body.head) for i in range(15)]
    pictures = [np.full((256, 256, 3), i, np.uint8) for i in range(30)]
    panoramas = {name: np.full((4, 8, 3), i, np.float32) for i, name in enumerate(sorted(skies.OUTDOOR))}
    library.save(tmp_path, models, pictures, simple.faces, bodies, panoramas)
    train, held_out = (library.load(tmp_path, held_out=side) for side in (False, True))
    assert {m.name for m in train.furniture} | {m.name for m in held_out.furniture} == {str(i) for i in range(25)}
    assert not {m.name for m in train.furniture} & {m.name for m in held_out.furniture}
    assert not set(train.layers) & set(held_out.layers)
    for side, other in ((train, held_out), (held_out, train)):
        assert not set(side.layers) & {layer for model in other.furniture for layer in model.rows[:, 11]}
    assert not {b.points[0, 0] for b in train.bodies} & {b.points[0, 0] for b in held_out.bodies}
    assert len(train.bodies) + len(held_out.bodies) == 15
    assert len(train.panoramas) + len(held_out.panoramas) == len(skies.OUTDOOR)
    np.testing.assert_array_equal(train.furniture[1].rows, models[1].rows)


def test_the_sun_of_a_panorama_is_where_it_is_seen():
    panorama = np.full((*skies.SIZE, 3), 0.1, np.float32)
    panorama[40:52, 100:112] = 50
    for turn in (0.0, 1.3):
        above, below, sun = skies.light(panorama, turn)
        assert skies.look_up(panorama, sun.reshape(1, 1, 3), turn).mean() > 20
        assert above.mean() > below.mean()
