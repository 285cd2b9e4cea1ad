"""Packed arrays, read back by a few lines as a page does."""

import json
import zlib

import numpy as np
import pytest

from engine.web.packing import NOTHING, Pack, quantized


def unpacked(data: bytes) -> tuple[dict, bytes]:
    whole = zlib.decompress(data)
    size = int.from_bytes(whole[:4], "little")
    return json.loads(whole[4 : 4 + size]), whole[4 + size :]


def numbers_in(content: bytes, placed: dict) -> np.ndarray:
    height, width, size = placed["height"], placed["width"], placed["bytes"]
    planes = np.frombuffer(content, np.uint8, height * width * size, placed["at"]).reshape(size, height, width)
    rest = sum(plane.astype(np.uint64) << np.uint64(8 * i) for i, plane in enumerate(planes))
    return rest.cumsum(0).cumsum(1) % 2 ** (8 * size)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (90, 3)])
def test_numbers_come_back(rng, kind, shape):
    pack, given = Pack(), [rng.integers(0, np.iinfo(kind).max, shape, kind, endpoint=True) for _ in range(2)]
    placed = [pack.numbers(each) for each in given]
    header, content = unpacked(pack.finished({"all": placed}))
    for each, place in zip(given, header["all"], strict=True):
        np.testing.assert_array_equal(numbers_in(content, place), each)


def test_depth_is_exact_to_a_thousandth_of_its_range(rng):
    depth = rng.uniform(0.3, 80, (20, 30)).astype(np.float32)
    depth[3, 4:8] = np.nan, np.inf, NOTHING, -np.inf
    coded = quantized(depth, 16)
    read = np.where(coded.codes > 0, coded.low + (coded.codes.astype(float) - 1) * coded.step, NOTHING)
    there = np.abs(depth) < 1e37
    assert np.abs(read - depth)[there].max() < 1e-3 * 80
    assert (read[~there] == NOTHING).all()


def test_values_that_are_all_the_same_or_nothing():
    for value in (2.5, np.nan):
        coded = quantized(np.full((2, 3), value, np.float32), 8)
        assert (coded.codes == (1 if value == 2.5 else 0)).all()
        assert np.isfinite(coded.step)
