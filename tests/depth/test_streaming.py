import os
import sys

import numpy as np
import pytest

from engine.depth import StreamingDepth
from engine.errors import FrameSizeError
from tests.synthetic import moving_pictures, tiny_video_depth


def stream(**options) -> StreamingDepth:
    return StreamingDepth(tiny_video_depth(), input_size=28, **options)


@pytest.mark.parametrize("precision", ["fp32", "auto"])
def test_sizes_and_types(precision):
    estimator, frame = stream(precision=precision), moving_pictures(1)[0]
    for depth, shape in ((estimator.infer(frame), (40, 60)), (estimator.infer_native(frame), (28, 42))):
        assert depth.shape == shape
        assert depth.dtype == np.float32
        assert depth.flags.c_contiguous
        assert np.isfinite(depth).all()


def test_earlier_frames_matter_until_reset():
    frames = moving_pictures(8)
    estimator = stream()
    first = [estimator.infer(frame) for frame in frames]
    continued = estimator.infer(frames[0])
    assert not np.allclose(continued, first[0], rtol=1e-4)
    estimator.reset()
    for frame, depth in zip(frames, first, strict=True):
        np.testing.assert_array_equal(estimator.infer(frame), depth)


def test_a_frame_of_another_size_is_refused_and_harms_nothing():
    frames = moving_pictures(2)
    estimator, undisturbed = stream(), stream()
    estimator.infer(frames[0])
    undisturbed.infer(frames[0])
    with pytest.raises(FrameSizeError, match="reset"):
        estimator.infer(frames[1][:30])
    np.testing.assert_array_equal(estimator.infer(frames[1]), undisturbed.infer(frames[1]))
    estimator.reset()
    assert estimator.infer(frames[1][:30]).shape == (30, 60)


def test_pictures_may_be_views_and_read_only():
    frame = moving_pictures(1)[0]
    mirrored = frame[:, ::-1]
    mirrored.flags.writeable = False
    np.testing.assert_array_equal(stream().infer(mirrored), stream().infer(np.ascontiguousarray(mirrored)))


def resident_mb() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_flat_over_500_frames():
    estimator, frames = stream(), moving_pictures(10)
    for i in range(60):
        estimator.infer(frames[i % 10])
    before = resident_mb()
    for i in range(500):
        estimator.infer(frames[i % 10])
    assert resident_mb() - before < 2
