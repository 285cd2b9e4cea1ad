"""Reference pictures: they were inspected once and must not change.

`pytest --regenerate tests/render/test_pictures.py` writes them anew; look at each before committing it. On a
difference the picture, the difference magnified, and the pixels beyond tolerance are left in tests/diffs/.
"""

import cv2
import numpy as np
import pytest

from engine.geometry.world import world_map
from engine.render.prepare import preparation
from engine.render.renderer import Renderer
from engine.settings import SceneSettings, Settings
from tests.conftest import ROOT
from tests.render.scenes import HEIGHT, SCENES, WIDTH

REFERENCES = ROOT / "tests" / "render" / "pictures"
DIFFS = ROOT / "tests" / "diffs"


def write(path, rgb):
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def test_every_scene_has_a_reference_and_every_reference_a_scene(request):
    if not request.config.getoption("--regenerate"):
        assert {path.stem for path in REFERENCES.glob("*.png")} == set(SCENES)


@pytest.mark.parametrize("drawn_by", ["processor", "gpu"])
@pytest.mark.parametrize("name", SCENES)
def test_picture(name, drawn_by, ctx, request, monkeypatch):
    """With the shortcuts for software renderers and without: the pictures are identical."""
    monkeypatch.setattr(preparation, "is_software", lambda _: drawn_by == "processor")
    scene = SCENES[name]
    frame = scene.frame()
    middle = world_map(frame, SceneSettings()).view_distance(np.array(frame.range.median))
    renderer = Renderer(ctx, (WIDTH, HEIGHT))
    renderer.draw(frame, scene.camera(float(middle)), Settings().replace(**scene.settings))
    picture = renderer.read()
    renderer.release()

    path = REFERENCES / f"{name}.png"
    if request.config.getoption("--regenerate"):
        write(path, picture)
        return
    reference = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    difference = np.abs(picture.astype(int) - reference)
    beyond = (difference > 1).any(-1)
    results = {
        "": picture,
        "-difference": ((difference / 255) ** 0.25 * 255).astype(np.uint8),
        "-beyond": np.where(beyond[..., None], picture, 0).astype(np.uint8),
    }
    files = {DIFFS / f"{name}{suffix}.png": pixels for suffix, pixels in results.items()}
    for file in files:
        file.unlink(missing_ok=True)
    if "llvmpipe" not in ctx.info["GL_RENDERER"]:
        return  # drawn without an error; other rasterizers need not agree to the pixel
    if beyond.sum() > scene.stray_pixels:
        for file, pixels in files.items():
            write(file, pixels)
        pytest.fail(f"{beyond.sum()} pixels differ ({scene.stray_pixels} may: {scene.reason}); see {DIFFS}/{name}*.png")
