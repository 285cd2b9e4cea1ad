import numpy as np

from engine.render.gpu.target import Target
from engine.render.gpu.tiles import TilePass

SIZE = (13, 11)
TILE = 8


def filled(ctx, tiles):
    """Copy numbered texels in `tiles`, (11, 13)."""
    numbers = np.arange(1, 1 + SIZE[0] * SIZE[1], dtype=np.float32).reshape(SIZE[::-1])
    source = ctx.texture(SIZE, 1, numbers.tobytes(), dtype="f4")
    target, one = Target(ctx, SIZE, components=1, dtype="f4"), TilePass(ctx, "shrink.frag", TILE)
    one.run(target, tiles, {"depth": source})
    found = np.frombuffer(target.texture.read(), np.float32).reshape(numbers.shape)
    for each in (one, target, source):
        each.release()
    return found, numbers


def test_tiles_fill_a_target_that_they_do_not_divide(ctx):
    for tiles in (None, np.ones((2, 2), bool)):
        found, numbers = filled(ctx, tiles)
        assert np.array_equal(found, numbers)


def test_a_tile_fills_its_pixels_and_nothing_else(ctx):
    found, numbers = filled(ctx, np.array([[True, False], [False, False]]))
    assert np.array_equal(found[:TILE, :TILE], numbers[:TILE, :TILE])
    assert (found == -1).sum() == numbers.size - TILE * TILE


def test_a_tile_that_reaches_beyond_the_target_lies_inside(ctx):
    found, numbers = filled(ctx, np.array([[False, False], [False, True]]))
    assert np.array_equal(found[-TILE:, -TILE:], numbers[-TILE:, -TILE:])
    assert (found == -1).sum() == numbers.size - TILE * TILE
