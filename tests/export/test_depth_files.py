import json

import cv2
import numpy as np
import pytest

from engine.errors import OutputError
from engine.export.depth_files import PngScale, save_png16
from engine.files.atomic import complete_folder
from engine.frames import DepthKind
from engine.sources.depth_map import load_depth_map


@pytest.mark.parametrize(("farthest", "scale"), [(20.0, 0.001), (655.35, 0.01)])
def test_metric_png_is_in_millimeters_while_they_reach(tmp_path, farthest, scale):
    depth = np.array([[1.5, farthest], [np.nan, 0]], np.float32)
    steps = PngScale.spanning(DepthKind.METRIC, 1.0, farthest)
    assert (steps.scale, steps.offset) == (pytest.approx(scale), 0)
    save_png16(tmp_path / "d.png", depth, steps)
    png = cv2.imread(str(tmp_path / "d.png"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(png, [[round(1.5 / scale), round(farthest / scale)], [0, 0]])
    loaded = load_depth_map(tmp_path / "d.png", steps.scale).depth  # the viewer reads it back
    np.testing.assert_allclose(loaded, [[1.5, farthest], [np.nan, np.nan]], rtol=1e-3)


def test_disparity_png_uses_all_steps(tmp_path):
    depth = np.array([[-3, 0], [np.nan, 7]], np.float32)
    steps = PngScale.spanning(DepthKind.DISPARITY, -3.0, 7.0)
    np.testing.assert_array_equal(steps.steps(depth), [[1, 19661], [0, 65535]])
    steps.save(tmp_path / "scale.json")
    facts = json.loads((tmp_path / "scale.json").read_text())
    assert facts["offset"] + facts["scale"] * 65535 == pytest.approx(7)
    flat = PngScale.spanning(DepthKind.DISPARITY, 2.0, 2.0)
    assert flat.offset + flat.scale * flat.steps(np.full((1, 1), 2, np.float32))[0, 0] == pytest.approx(2)


def test_a_folder_is_replaced_when_it_is_complete_and_not_before(tmp_path):
    place = tmp_path / "new" / "exr"
    for name in ("first", "second"):
        with complete_folder(place) as folder:
            (folder / name).write_text("")
        assert [path.name for path in place.iterdir()] == [name]

    def fail() -> None:
        with complete_folder(place) as folder:
            (folder / "third").write_text("")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="exr cannot be written: No space"):
        fail()
    assert [path.name for path in place.iterdir()] == ["second"]
    assert [path.name for path in place.parent.iterdir()] == ["exr"]
