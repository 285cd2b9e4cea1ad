import cv2
import numpy as np
import pytest
import torch

from engine.depth.preprocess import depth_anything3_input, video_depth_input, video_depth_size
from tests import cubic


@pytest.mark.parametrize(
    ("width", "height", "input_size", "expected"),
    [
        (640, 360, 140, (140, 252)),
        (1000, 300, 280, (154, 518)),
        (300, 1000, 280, (518, 154)),
        (1920, 1080, 518, (518, 924)),
        (1280, 720, 252, (252, 448)),
        (640, 480, 518, (518, 686)),
        (100, 100, 252, (252, 252)),
        (1281, 720, 252, (252, 448)),
        (333, 250, 250, (252, 336)),
    ],
)
def test_size_is_upstreams(width, height, input_size, expected):
    assert video_depth_size(height, width, input_size) == expected


@pytest.mark.parametrize(("width", "height"), [(640, 10), (30, 1920), (5000, 1)])
@pytest.mark.parametrize("input_size", [98, 252, 518])
def test_a_strip_is_at_least_one_patch_wide(width, height, input_size):
    assert min(video_depth_size(height, width, input_size)) >= 14


def test_pixels_are_upstreams():
    image = np.random.RandomState(0).randint(0, 256, (90, 160, 3), np.uint8)
    resized = cv2.resize(image.astype(np.float32) / 255, (112, 70), interpolation=cv2.INTER_CUBIC)
    expected = ((resized - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).astype(np.float32).transpose(2, 0, 1)
    assert resized.max() > 1, "cubic resampling overshoots, and that must not be cut off"
    np.testing.assert_allclose(video_depth_input(image, 63)[0].numpy(), expected, atol=3e-6)


def test_channels_are_last_in_memory():
    assert video_depth_input(np.zeros((28, 42, 3), np.uint8), 28).stride() == (3 * 28 * 42, 1, 3 * 42, 3)


@pytest.mark.parametrize(
    ("width", "height", "process_res", "expected"),
    [
        (1280, 720, 504, (280, 504)),  # 284 is nearer to 280
        (640, 480, 504, (378, 504)),
        (480, 640, 504, (504, 378)),
        (300, 200, 504, (336, 504)),  # enlarged
        (504, 343, 504, (350, 504)),  # a tie goes up
        (1000, 5, 504, (14, 504)),
        (640, 480, 500, (378, 504)),
    ],
)
def test_depth_anything_3_sees_the_longest_side_and_multiples_of_14(width, height, process_res, expected):
    x = depth_anything3_input(np.zeros((height, width, 3), np.uint8), process_res)
    assert x.shape == (1, 3, *expected)
    assert x.is_contiguous(memory_format=torch.channels_last)


def test_depth_anything_3_s_pixels_are_upstreams():
    image = np.random.RandomState(0).randint(0, 256, (72, 128, 3), np.uint8)
    resized = cv2.resize(image, (100, 56), interpolation=cv2.INTER_AREA)
    resized = cv2.resize(resized, (98, 56), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    mean, deviation = (np.float32(v) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    expected = ((resized - mean) / deviation).transpose(2, 0, 1)
    assert np.array_equal(depth_anything3_input(image, 100)[0].numpy(), expected)


def test_an_enlarged_image_is_cubic_to_one_grey_level():
    image = np.random.RandomState(0).randint(0, 256, (56, 70, 3), np.uint8)
    x = depth_anything3_input(image, 140)[0].permute(1, 2, 0).numpy()
    levels = np.rint((x * [0.229, 0.224, 0.225] + [0.485, 0.456, 0.406]) * 255)
    off = np.abs(levels - cubic.enlarged(image, 112, 140))
    assert off.max() <= 1
    assert (off > 0).mean() < 0.05  # 3e-6 with Intel's library, 0.03 with OpenCV's own fixed-point arithmetic
