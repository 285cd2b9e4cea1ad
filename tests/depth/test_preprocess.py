import cv2
import numpy as np
import pytest

from engine.depth.preprocess import video_depth_input, video_depth_size


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


def test_pixels_are_upstreams():
    image = np.random.RandomState(0).randint(0, 256, (90, 160, 3), np.uint8)
    resized = cv2.resize(image.astype(np.float32) / 255, (112, 70), interpolation=cv2.INTER_CUBIC)
    expected = ((resized - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).astype(np.float32).transpose(2, 0, 1)
    assert resized.max() > 1, "cubic resampling overshoots, and that must not be cut off"
    np.testing.assert_allclose(video_depth_input(image, 63)[0].numpy(), expected, atol=3e-6)


def test_channels_are_last_in_memory():
    assert video_depth_input(np.zeros((28, 42, 3), np.uint8), 28).stride() == (3 * 28 * 42, 1, 3 * 42, 3)
