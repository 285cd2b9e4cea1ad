import numpy as np
import pytest

from training import generate, houses, library, places, shards, skies, soup
from training.bodies import Body
from training.furniture import Furniture
from training.kit import Kit
from training.scene import Light, Scene, View
from training.soup import Paint

ZERO, ONE = np.zeros(3), np.ones(3)
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


def test_up_is_up_and_the_sky_is_infinitely_far(renderer):
    sky = np.zeros((*skies.SIZE, 3), np.float32)
    sky[: skies.SIZE[0] // 2, :, 2] = 1  # blue above the horizon
    ground = soup.quad((-50, -1, 50), (100, 0, 0), (0, 0, -100), Paint((0.2, 0.6, 0.2)))
    ((light, inverse),) = renderer.draw(scene(ground, sky))
    assert (inverse[:40] == 0).all()
    assert light[10, :, 2].min() > 0.9
    assert (np.diff(inverse[60:, 64]) > 0).all()  # nearer towards the bottom


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
    pictures, inverse, _ = generate.shard(simple, renderer, 4, 0, 16, views=16, clip=True)
    step = np.abs(np.diff(inverse, axis=0)).mean()
    assert 0 < step < 0.3 * np.abs(inverse - inverse.mean()).mean()
    assert pictures.dtype == np.uint8


def test_shards_appear_complete_and_the_oldest_go(tmp_path):
    pictures, inverse = np.zeros((2, 4, 6, 3), np.uint8), np.ones((2, 4, 6))
    for number in range(4):
        shards.write(tmp_path, number, pictures, inverse, ["room", "street"])
    (tmp_path / "shard-000009.part").mkdir()
    shards.drop_oldest(tmp_path, 2)
    assert [path.name for path in shards.folders(tmp_path)] == ["shard-000002", "shard-000003"]
    assert shards.read(tmp_path / "shard-000003").kinds == ["room", "street"]


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
