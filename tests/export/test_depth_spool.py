import numpy as np

from engine.export.depth_spool import DepthSpool


def test_maps_come_back_within_the_promised_step(tmp_path, rng):
    maps = [(rng.random((7, 9)) * 10**power - 3).astype(np.float32) for power in range(-3, 4)]
    maps += [np.full((7, 9), 5, np.float32), np.full((7, 9), np.nan, np.float32)]
    maps[0][2, 3] = np.nan
    maps[1][0, 0] = np.inf
    with DepthSpool(tmp_path / "new") as spool:
        for depth in maps:
            spool.append(depth)
        assert len(spool) == len(maps)
        for depth, kept in zip(maps, spool, strict=True):
            finite = np.isfinite(depth)
            np.testing.assert_array_equal(np.isnan(kept), ~finite)
            if finite.any():
                step = np.ptp(depth[finite]) / 131_000
                assert np.abs(kept - depth)[finite].max() <= step + 1e-6 * np.abs(depth[finite]).max()
        np.testing.assert_array_equal(spool[3], spool[3])
    assert list((tmp_path / "new").iterdir()) == []


def test_the_range_is_that_of_the_asked_for_maps_together(tmp_path):
    with DepthSpool(tmp_path) as spool:
        for value in (1, 2, 3, 100):
            spool.append(np.linspace(value, value + 1, 5000, dtype=np.float32).reshape(50, 100))
        shared = spool.range(0, 3, (1, 99))
        np.testing.assert_allclose((shared.low, shared.median, shared.high), (1.03, 2.5, 3.97), atol=0.01)
        assert spool.range(3, 4, (1, 99)).low > 100
        np.testing.assert_allclose(spool.extremes, (1, 101))


def test_what_was_not_measured_does_not_count(tmp_path):
    with DepthSpool(tmp_path) as spool:
        spool.append(np.array([[np.nan, np.inf, 2, 4]], np.float32))
        shared = spool.range(0, 1, (0, 100))
        np.testing.assert_allclose((shared.low, shared.median, shared.high), (2, 3, 4), atol=1e-3)
    with DepthSpool(tmp_path) as spool:
        spool.append(np.full((2, 2), np.nan, np.float32))
        assert spool.range(0, 1, (1, 99)).high == 1
