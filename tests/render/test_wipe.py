import numpy as np

from engine.navigation.camera import Camera
from engine.render.draw_request import Comparison
from engine.render.renderer import Renderer
from engine.render.wipe import Wipe
from engine.settings import Settings
from tests.depth_frames import depth_frame

SETTINGS = Settings().replace(subsample=2)


def plain(color):
    return depth_frame(np.full((18, 32), 2.0), np.full((18, 32, 3), color, np.uint8))


def test_one_scene_left_of_the_line_the_other_right_of_it(ctx):
    renderer, wipe = Renderer(ctx, (64, 36)), Wipe(ctx)
    for share, line in ((0.25, 16), (0.75, 48), (0.0, 0), (1.0, 64)):
        renderer.draw(plain(50), Camera.home(2), SETTINGS)
        wipe.draw(renderer, Comparison(plain(200), Camera.home(2), share), SETTINGS, 1.0, antialias=False)
        picture = renderer.read()
        assert (picture[:, : max(line - 1, 0)] == 50).all()
        assert (picture[:, line + 1 :] == 200).all()
        assert (picture[:, max(line - 1, 0) : line + 1] == 255).all()
    renderer.draw(plain(50), Camera.home(2), SETTINGS)
    assert (renderer.read() == 50).all()
    wipe.release()
    renderer.release()


def test_in_stereo_the_line_is_at_the_same_place_before_both_eyes(ctx):
    renderer, wipe = Renderer(ctx, (64, 36)), Wipe(ctx)
    for stereo, lines in (("half-side-by-side", (8, 40)), ("half-top-bottom", (16,))):
        settings = SETTINGS.replace(stereo=stereo, eye_distance=0)
        renderer.draw(plain(50), Camera.home(2), settings)
        wipe.draw(renderer, Comparison(plain(200), Camera.home(2), 0.25), settings, 1.0, antialias=False)
        row = renderer.read()[20, :, 0]
        assert [x for x in range(1, 64) if row[x] == 255 and row[x - 1] == 50] == [line - 1 for line in lines]
    wipe.release()
    renderer.release()
