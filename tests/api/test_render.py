"""Films for programs."""

import cv2
import numpy as np
import pytest

import da3d

QUICK = {"capture_model": "lite", "device": "cpu", "quality": "low", "size": (64, 36), "seconds": 0.5, "fps": 8}


def test_a_film_and_its_frames_are_the_same(photo, tmp_path):
    written = da3d.render(photo, tmp_path / "swing", **QUICK)
    assert written == tmp_path / "swing"
    files = [cv2.imread(str(path))[..., ::-1] for path in sorted(written.iterdir())]
    frames = []
    for frame in da3d.render_frames(photo, **QUICK):
        frames.append(frame)
        if len(frames) == 1:  # another context in between
            da3d.Scene(photo, np.ones((36, 64)), kind="metric").render((32, 18))
    np.testing.assert_array_equal(frames, files)
    assert len(frames) == 4


def test_what_cannot_be_meant_is_named(photo, tmp_path):
    with pytest.raises(da3d.InputError, match=r"unknown ending; use one of .mp4"):
        da3d.render(photo, tmp_path / "film.doc")
    with pytest.raises(da3d.InputError, match="no path 'sing'"):
        da3d.render(photo, tmp_path / "film.mp4", path="sing")
    with pytest.raises(da3d.EngineError, match="seconds"):
        da3d.render(photo, tmp_path / "film.mp4", seconds=-1)
    with pytest.raises(da3d.EngineError, match="no setting called 'deep'"):
        da3d.render(photo, tmp_path / "film.mp4", deep=True)
