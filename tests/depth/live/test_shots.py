import cv2
import numpy as np
import pytest

from engine.demo.scene import render
from engine.demo.solids import SceneCamera
from engine.depth.live.shots import ShotCounter

CAMERA = SceneCamera.at(320, 180)


def count(pictures, cuts=()):
    shots = ShotCounter()
    return [shots.update(picture, is_cut=number in cuts) for number, picture in enumerate(pictures)]


def test_things_that_move_are_one_shot():
    assert len(set(count(render(CAMERA, t / 5)[0] for t in range(12)))) == 1


def test_noise_and_exposure_are_one_shot(rng):
    first = render(CAMERA, 0.0)[0].astype(float)
    pictures = [np.clip(first + 2 * n + rng.normal(0, 4, first.shape), 0, 255).astype(np.uint8) for n in range(8)]
    assert len(set(count(pictures))) == 1


@pytest.mark.parametrize("step_px", [1, 4, 12])
def test_a_pan_is_many_shots(step_px):
    wide = render(SceneCamera.at(640, 360), 0.0)[0]
    pictures = [wide[90:270, n * step_px : n * step_px + 320] for n in range(24)]
    shots = count(pictures)
    assert len(set(shots)) >= min(24, 24 * step_px // 8)
    assert shots == sorted(shots)


def test_a_turn_of_the_camera_is_seen():
    first = render(CAMERA, 0.0)[0]
    turned = cv2.warpAffine(
        first, cv2.getRotationMatrix2D((160, 90), 4, 1.0), (320, 180), borderMode=cv2.BORDER_REFLECT
    )
    assert count([first, turned]) == [1, 2]


def test_a_cut_is_a_new_shot_and_a_gray_wall_is_none():
    gray = np.full((180, 320, 3), 90, np.uint8)
    assert count([gray, gray, gray + 40, gray], cuts=[3]) == [1, 1, 1, 2]
