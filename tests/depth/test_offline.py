import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.depth import StreamingDepth, infer_video
from engine.depth.offline import fit
from engine.depth.preprocess import video_depth_input
from engine.errors import FrameSizeError, InputError
from engine.models import build
from tests.synthetic import moving_pictures, tiny_any_view, tiny_video_depth

LENGTHS = [1, 2, 22, 23, 24, 25, 26, 32, 33, 46, 47, 54, 55, 69]


@torch.inference_mode()
def published_algorithm(model, frames, input_size):
    """Upstream's `infer_video_depth`, step by step and with everything in memory."""
    count = len(frames)
    padded = [*frames, *[frames[-1]] * ((22 - count % 22) % 22 + 10)]
    inputs = [video_depth_input(frame, input_size) for frame in padded]
    outputs, previous = [], None
    for start in range(0, count, 22):
        window = inputs[start : start + 32]
        if previous is not None:
            window[:10] = [previous[i] for i in (0, 12, 24, 25, 26, 27, 28, 29, 30, 31)]
        depth = model(torch.cat(window))[:, None]
        depth = F.interpolate(depth, size=frames.shape[1:3], mode="bilinear", align_corners=True)
        outputs.append(list(depth[:, 0].numpy()))
        previous = window

    aligned = outputs[0][:]
    references = [aligned[0], aligned[12]]
    for maps in outputs[1:]:
        scale, shift = (1, 0) if model.metric else fit(maps[:2], references)
        maps = [np.maximum(depth * scale + shift, 0) for depth in maps]  # noqa: PLW2901
        for i in range(8):
            aligned[i - 8] = aligned[i - 8] * (1 - i / 7) + maps[2 + i] * (i / 7)
        aligned += maps[10:]
        references[1] = maps[12]
    return np.stack(aligned[:count])


@pytest.mark.parametrize("metric", [False, True])
@pytest.mark.parametrize("length", LENGTHS)
def test_windows_are_upstreams(length, metric):
    model, frames = tiny_video_depth(metric=metric), moving_pictures(length)
    depth = np.stack(list(infer_video(model, frames, input_size=28)))
    assert depth.dtype == np.float32
    np.testing.assert_allclose(depth, published_algorithm(model, frames, 28), rtol=2e-4, atol=1e-5)


def test_lite_gives_each_frame_by_itself_at_its_best_size():
    model, frames = build("lite"), moving_pictures(3, 90, 120)
    stream = StreamingDepth(model, backend="torch")
    maps = list(infer_video(model, iter(frames)))
    assert [depth.shape for depth in maps] == [(90, 120)] * 3
    np.testing.assert_allclose(maps[2], stream.infer(frames[2]), rtol=1e-3, atol=1e-4)
    assert next(infer_video(model, frames, native=True)).shape == (224, 288)
    with pytest.raises(FrameSizeError, match="split the video there"):
        list(infer_video(model, [frames[0], frames[0][:40]]))


def test_what_is_no_video_is_refused():
    with pytest.raises(InputError, match=r"'clip.mp4' is a path"):
        infer_video(tiny_video_depth(), "clip.mp4")
    with pytest.raises(TypeError, match="infer_image"):
        infer_video(tiny_any_view(), [])


def test_nothing_comes_of_nothing():
    assert list(infer_video(tiny_video_depth(), [], input_size=28)) == []


@pytest.mark.parametrize("length", [40, 100])
def test_reads_at_most_a_window_ahead(length):
    read = 0

    def source():
        nonlocal read
        for frame in moving_pictures(length):
            read += 1
            yield frame

    maps = infer_video(tiny_video_depth(), source(), input_size=28)
    assert read == 0
    for given, _ in enumerate(maps):
        assert read - given <= 32
    assert read == length


def test_a_frame_of_another_size_is_refused():
    frames = [*moving_pictures(3), moving_pictures(1, height=30)[0]]
    with pytest.raises(FrameSizeError, match="this frame"):
        list(infer_video(tiny_video_depth(), frames, input_size=28))


def test_fit_finds_scale_and_shift():
    maps = np.random.RandomState(0).random_sample((2, 7, 9)).astype(np.float32)
    scale, shift = fit(list(maps), list(3 * maps - 0.5))
    assert scale == pytest.approx(3, rel=1e-5)
    assert shift == pytest.approx(-0.5, rel=1e-5)


def test_fit_leaves_flat_maps_on_their_level():
    flat = [np.full((2, 2), 4, np.float32)] * 2
    scale, shift = fit(flat, [np.full((2, 2), 6, np.float32)] * 2)
    assert (scale, shift) == (1, 2)
