"""Camera paths from key frames."""

from math import radians

import pytest

from engine.errors import InputError
from engine.film.camera_path import Pose
from engine.film.key_frames import KeyFrame, KeyFramePath, load_key_frames, save_key_frames
from engine.navigation.camera import Camera

KEYS = (KeyFrame(at=1, yaw=-10), KeyFrame(at=2, yaw=0, closer=0.3), KeyFrame(at=5, yaw=10, zoom=2))


def test_a_path_passes_its_key_frames():
    for easing in ("smooth", "linear"):
        path = KeyFramePath(KEYS, easing=easing)
        assert path.seconds == 4
        for key in KEYS:
            pose = path.pose((key.at - 1) / 4, 1.0)
            assert (pose.yaw_deg, pose.closer, pose.zoom) == pytest.approx((key.yaw, key.closer, key.zoom))


def speed(path, share: float, by: float = 1e-4) -> float:
    return (path.pose(share + by, 1.0).yaw_deg - path.pose(share, 1.0).yaw_deg) / by


def test_smooth_paths_have_no_corners_and_linear_ones_do():
    smooth, linear = KeyFramePath(KEYS), KeyFramePath(KEYS, easing="linear")
    assert speed(smooth, 0.25 - 1e-4) == pytest.approx(speed(smooth, 0.25), rel=0.02)
    assert speed(linear, 0.25 - 2e-4) > 2 * speed(linear, 0.25)
    assert speed(smooth, 0) == pytest.approx(0, abs=0.1)  # starts at rest


def test_a_loop_comes_back_without_a_jump_or_a_corner():
    path = KeyFramePath(KEYS, is_loop=True)
    assert path.seconds == 6
    assert path.pose(0, 1.0) == path.pose(1, 1.0)
    assert speed(path, 1 - 1e-4) == pytest.approx(speed(path, 0), rel=0.02)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[key]]\nat = 0\n[[key]]\nat = 0\n", "must rise"),
        ("[[key]]\nat = 0\n", "key"),
        ("[[key]]\nat = 0\n[[key]]\nat = 1\nyaw = 195\n", "yaw"),
        ("[[key]]\nat = 0\n[[key]]\nat = 1\nroll = 5\n", "roll"),
        ("[[key", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_meant_is_named(tmp_path, text, complaint):
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=complaint) as error:
        load_key_frames(path, is_loop=False)
    assert str(path) in str(error.value)


def test_a_camera_becomes_a_key_frame_and_the_same_camera_again(tmp_path):
    home = Camera.home(3.0)
    camera = Camera((0.3, -0.2, -3.9), radians(25), radians(-8), 1.2, 1.5)
    key = KeyFrame.of(Pose.of(camera, home), 2.0)
    assert (key.right, key.up, key.forward) == pytest.approx((0.1, -0.0667, 0.3), abs=1e-4)
    save_key_frames(tmp_path / "new" / "keys.toml", (KeyFrame(at=0), key))
    path = load_key_frames(tmp_path / "new" / "keys.toml", is_loop=False)
    again = path.pose(1.0, 1.0).camera(home)
    assert again.pivot == pytest.approx(camera.pivot, abs=1e-3)
    assert (again.yaw_rad, again.pitch_rad) == pytest.approx((camera.yaw_rad, camera.pitch_rad), abs=1e-5)
    assert (again.distance, again.zoom) == pytest.approx((camera.distance, camera.zoom), abs=1e-3)
    assert path.pose(0.0, 1.0).camera(home) == home


def test_a_camera_that_is_too_far_away_is_refused():
    with pytest.raises(InputError, match="too far"):
        KeyFrame.of(Pose.of(Camera((40.0, 0.0, -3.0), distance=3.0), Camera.home(3.0)), 0.0)
