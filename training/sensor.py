"""What a camera does to a picture: white balance, vignetting, blur, noise, sharpening, compression; drawn by chance."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_GRAY = np.array([0.299, 0.587, 0.114], np.float32)


def photographed(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """RGB (H, W, 3) uint8 as one of many cameras would have given it, cheap ones included."""
    x = picture.astype(np.float32) / 255
    x = _toned(x, rng)
    if rng.random() < 0.35:
        x = _vignetted(x, rng)
    blur = rng.random()
    if blur < 0.22:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 1.5))
    elif blur < 0.32:
        x = _shaken(x, rng)
    elif blur < 0.45:
        x = _enlarged(x, rng)
    if rng.random() < 0.6:
        x = _noisy(x, rng)
    if rng.random() < 0.2:
        x = x + rng.uniform(0.3, 1.2) * (x - cv2.GaussianBlur(x, (0, 0), rng.uniform(0.8, 2)))
    shown = (np.clip(x, 0, 1) * 255).astype(np.uint8)
    return _compressed(shown, rng) if rng.random() < 0.5 else shown


def _toned(x: Array, rng: np.random.Generator) -> Array:
    """Gamma, white balance, saturation, contrast; at times gray, as at night or from an infrared camera."""
    x = np.clip(x, 1e-4, 1) ** np.float32(rng.uniform(0.6, 1.6))
    x = x * rng.uniform(0.82, 1.2, 3).astype(np.float32) * np.float32(rng.uniform(0.75, 1.25))
    gray = x @ _GRAY
    saturation = 0.0 if rng.random() < 0.12 else rng.uniform(0.3, 1.4)
    x = gray[..., None] + (x - gray[..., None]) * np.float32(saturation)
    middle = np.float32(x.mean())
    return middle + (x - middle) * np.float32(rng.uniform(0.6, 1.3)) + np.float32(rng.uniform(0, 0.08))


def _vignetted(x: Array, rng: np.random.Generator) -> Array:
    h, w = x.shape[:2]
    v, u = np.mgrid[0:h, 0:w].astype(np.float32)
    square = ((u / w - 0.5) ** 2 + (v / h - 0.5) ** 2) * 2
    return x * (1 - np.float32(rng.uniform(0.1, 0.6)) * square)[..., None]


def _shaken(x: Array, rng: np.random.Generator) -> Array:
    """Motion blur along a line."""
    length = 2 * int(rng.integers(1, 5)) + 1  # odd: an even one would move the picture against its depth
    kernel = np.zeros((length, length), np.float32)
    angle, middle = rng.uniform(0, np.pi), (length - 1) / 2
    for t in np.linspace(-middle, middle, 4 * length):
        kernel[round(middle + t * np.sin(angle)), round(middle + t * np.cos(angle))] = 1
    return cv2.filter2D(x, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


def _enlarged(x: Array, rng: np.random.Generator) -> Array:
    """Of a lower resolution than it pretends."""
    h, w = x.shape[:2]
    share = rng.uniform(0.35, 0.8)
    small = cv2.resize(x, (max(8, int(w * share)), max(8, int(h * share))), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)


def _noisy(x: Array, rng: np.random.Generator) -> Array:
    """Noise that grows with light; at times in blotches, as denoisers and video codecs leave it."""
    level = np.sqrt(np.float32(rng.uniform(0, 0.03) ** 2) + np.float32(rng.uniform(0, 0.05) ** 2) * np.clip(x, 0, 1))
    noise = rng.standard_normal(x.shape, np.float32)
    if rng.random() < 0.4:
        noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.6, 1.5)) * 2
    if rng.random() < 0.4:
        noise = np.broadcast_to(noise[..., :1], x.shape)
    return x + noise * level


def _compressed(shown: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 96))]
    decoded = cv2.imdecode(cv2.imencode(".jpg", shown, quality)[1], cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded.astype(np.uint8)
