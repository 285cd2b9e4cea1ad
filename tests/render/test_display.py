"""When the picture is drawn, at which quality, and what happens to broken or edited shaders."""

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from engine.clock import FixedClock
from engine.frames import DepthKind
from engine.navigation.camera import Camera
from engine.paths import SHADERS_DIR
from engine.render import display as display_module
from engine.render.display import REST_S, Display
from engine.render.draw_request import Comparison, DrawRequest
from engine.render.gpu.fullscreen import FullscreenPass
from engine.render.gpu.shaders import Program
from engine.render.gpu.watch import POLL_S, ShaderWatch
from engine.render.quality import LEVELS, NAMED
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame

FRAME = depth_frame(np.full((36, 64), 2.0), checker(64, 36), DepthKind.METRIC, (1, 2, 4))
HOME = Camera.home(2)
SIZE = (64, 36)


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def make(ctx, clock):
    made = []

    def display(**options):
        made.append(Display(ctx, SIZE, clock, **options))
        return made[-1]

    yield display
    for one in made:
        one.release()


def after(clock, seconds):
    clock.sleep_until(clock.now_s() + seconds)


@pytest.mark.parametrize(
    "change",
    [{"subsample": 3}, {"light": 0.5}, {"stereo": "anaglyph"}, {"depth_scale": 1.0}, {"quality": "low"}],
    ids=lambda change: next(iter(change)),
)
def test_it_draws_when_the_picture_would_change_and_not_else(make, change):
    one, settings = make(), Settings().replace(quality="high")
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert not one.draw_if_changed(DrawRequest(FRAME, HOME), settings.replace(theme="light"))
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings.replace(**change))
    assert one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.1, 0)), settings.replace(**change))


def test_auto_draws_less_when_pictures_take_long_and_more_when_they_do_not(make, clock):
    one, settings = make(), Settings().replace(quality="auto", subsample=1)
    one._governor = display_module.Governor(NAMED["medium"], one.fps)
    for i in range(40):
        assert one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.01 * i, 0)), settings)
        one.record_work(0.2)
    assert one._level is LEVELS[0]
    assert one.quality.startswith("subsample 3, 40% size, no hole memory, 17 depth maps/s at most: ")
    assert one.pace_s > 0
    after(clock, display_module.REST_S)
    assert one.pace_s == 0, "nobody moves the view: maps come as they can"
    for i in range(400):
        one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(-0.01 * i, 0)), settings)
        one.record_work(0.001)
        after(clock, 0.3)
    assert LEVELS.index(one._level) >= NAMED["high"]


def test_the_first_scene_needs_no_shader_that_can_wait(make):
    one, settings = make(), Settings().replace(quality="auto", subsample=1)
    made = one.renderer._passes._made
    assert one.draw_if_changed(DrawRequest(None, HOME), settings)  # nothing yet
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert {kind.__name__ for kind in made} == {"ResamplePass", "EdgePass", "SurfacePass", "Lighting"}
    assert np.array_equal(one.renderer.read(), FRAME.frame.image)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.1, 0)), settings)
    assert {"SnapPass", "FillPass", "SilhouettePass"} & {kind.__name__ for kind in made}


def test_at_rest_everything_is_drawn_once(make, clock):
    one, settings = make(), Settings().replace(quality="auto", subsample=1)
    one._governor = display_module.Governor(NAMED["low"], one.fps)
    one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.1, 0)), settings)  # the first one is another matter
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    soft = one.renderer.read()
    after(clock, REST_S / 2)
    assert not one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    after(clock, REST_S)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert one.is_refined
    assert np.array_equal(one.renderer.read(), FRAME.frame.image)
    assert not np.array_equal(soft, FRAME.frame.image)
    after(clock, REST_S)
    assert not one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.1, 0)), settings)
    assert one._level is LEVELS[NAMED["low"]]


def test_a_picture_to_keep_has_the_scene_in_its_middle_wherever_it_is_on_screen(make):
    one, settings = make(), Settings().replace(quality="high", subsample=1, border_fill=0)
    portrait = depth_frame(np.full((36, 18), 2.0), checker(18, 36), DepthKind.METRIC, (1, 2, 4))
    one.draw_if_changed(DrawRequest(portrait, HOME), settings)
    kept = one.picture()
    one.draw_if_changed(DrawRequest(portrait, HOME, covered=32 / 64), settings)
    on_screen = one.renderer.read()
    assert np.abs(on_screen[:, 39:57].astype(int) - kept[:, 23:41]).max() < 3
    assert (one.picture() == kept).all()
    assert (one.renderer.read() == on_screen).all()


@pytest.mark.parametrize(
    ("covered", "seen"),
    [(0.0, (0, 64, 0, 36)), (16 / 64, (16, 64, 4, 32)), (48 / 64, (32, 64, 9, 27))],
    ids=["no panel", "a panel", "more panel than picture"],
)
def test_a_picture_as_wide_as_the_view_lies_beside_the_panels_as_large_as_there_is_room(make, covered, seen):
    one, settings = make(), Settings().replace(quality="high", subsample=1, border_fill=0)
    white = depth_frame(np.full((36, 64), 2.0), np.full((36, 64, 3), 255, np.uint8), DepthKind.METRIC, (1, 2, 4))
    one.draw_if_changed(DrawRequest(white, HOME, covered=covered), settings)
    rows, columns = np.nonzero(one.renderer.read()[..., 0] > 128)
    found = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    assert found == pytest.approx(seen, abs=1)


def test_both_eyes_see_the_picture_in_its_full_size_beside_panels(make):
    one, settings = make(), Settings().replace(quality="high", subsample=1, border_fill=0)
    drawn = []
    for stereo, covered in (("off", 0.0), ("anaglyph", 0.0), ("anaglyph", 0.25), ("quilt", 0.0), ("quilt", 0.25)):
        one.draw_if_changed(DrawRequest(FRAME, HOME, covered=covered), settings.replace(stereo=stereo))
        drawn.append(one.renderer.read())
    assert not np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[1], drawn[2])
    assert np.array_equal(drawn[3], drawn[4])


@pytest.mark.parametrize("quality", ["auto", "high", "ultra"])
def test_at_rest_and_in_pictures_to_keep_outlines_are_smooth(make, clock, monkeypatch, quality):
    one, settings, side = make(), Settings().replace(quality=quality, subsample=1), HOME.orbited(0.3, 0.1)
    asked = []
    draw = one.renderer.draw
    monkeypatch.setattr(one.renderer, "draw", lambda *values: (asked.append(values[5]), draw(*values)))
    is_gpu = not one._is_software
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    one.draw_if_changed(DrawRequest(FRAME, side), settings)
    assert asked == [is_gpu, is_gpu]
    after(clock, REST_S)
    assert one.draw_if_changed(DrawRequest(FRAME, side), settings) == (not is_gpu or quality == "auto")
    assert one._is_antialiased
    after(clock, REST_S)
    assert not one.draw_if_changed(DrawRequest(FRAME, side), settings)  # once is enough
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    one.picture()
    assert asked[-1]


def test_at_rest_nothing_is_drawn_again_that_cannot_get_better(make, clock):
    one = make()
    for request, changes in [
        (DrawRequest(None, HOME), {"quality": "auto"}),
        (DrawRequest(FRAME, HOME), {"quality": "low"}),
        (DrawRequest(FRAME, HOME), {"quality": "high", "display_mode": "pointcloud"}),
        (DrawRequest(FRAME, HOME), {"quality": "high", "panes": "picture+depth"}),
    ]:
        settings = Settings().replace(**changes)
        one.draw_if_changed(request, settings)
        after(clock, REST_S)
        assert not one.draw_if_changed(request, settings)


def test_a_picture_to_keep_has_everything(make):
    one, settings = make(), Settings().replace(quality="low", subsample=1)
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert np.array_equal(one.picture(), FRAME.frame.image)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)  # and the screen goes back to what was asked for
    assert not np.array_equal(one.renderer.read(), FRAME.frame.image)


def test_a_level_that_was_asked_for_stays(make):
    one = make()
    for choice in NAMED:
        one.draw_if_changed(DrawRequest(FRAME, HOME), Settings().replace(quality=choice))
        for _ in range(50):
            one.record_work(1.0)
        assert one._level is LEVELS[NAMED[choice]]


@pytest.fixture
def shaders(tmp_path, monkeypatch):
    """A copy of the shaders, from which everything is compiled."""
    shutil.copytree(SHADERS_DIR, tmp_path / "shaders")
    for kind in (Program, FullscreenPass):
        monkeypatch.setitem(kind.__init__.__kwdefaults__, "folder", tmp_path / "shaders")
    monkeypatch.setattr(display_module, "ShaderWatch", lambda: ShaderWatch(tmp_path / "shaders"))
    return tmp_path / "shaders"


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)


def test_edited_shaders_are_used_and_broken_ones_are_not(make, clock, shaders):
    one, settings = make(is_dev=True), Settings().replace(quality="high", subsample=1)
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    edit(shaders / "surface.frag", "f_color = vec4(color, alpha);", "f_color = vec4(1.0 - color, 1.0);")
    after(clock, POLL_S)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    negative = 255 - FRAME.frame.image
    assert np.array_equal(one.renderer.read(), negative)
    assert one.message is None

    edit(shaders / "surface.frag", "1.0 - color", "1.0 - colour")
    after(clock, POLL_S)
    assert not one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert "surface.frag:" in one.message
    assert one.draw_if_changed(DrawRequest(FRAME, HOME.orbited(0.1, 0)), settings)
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert np.array_equal(one.renderer.read(), negative)

    edit(shaders / "surface.frag", "1.0 - colour", "color")
    after(clock, POLL_S)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    assert np.array_equal(one.renderer.read(), FRAME.frame.image)
    assert one.message is None


def test_a_pass_that_is_broken_before_it_is_first_used_is_told(make, clock, shaders):
    edit(shaders / "shade.frag", "void main", "void man")
    one, settings = make(is_dev=True), Settings().replace(quality="high")
    one.draw_if_changed(DrawRequest(FRAME, HOME), settings.replace(light=0.5))
    assert "shade.frag" in one.message


LIVE = Settings().replace(quality="high", subsample=1)


def test_without_a_shader_that_does_not_compile_the_scene_goes_on(make, shaders):
    edit(shaders / "shade.frag", "void main", "void man")
    one = make()
    one.draw_if_changed(DrawRequest(FRAME, HOME), LIVE)
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), LIVE.replace(light=0.5))
    assert "shade.frag" in one.message
    assert np.array_equal(one.renderer.read(), FRAME.frame.image)
    newer = replace(FRAME, frame=replace(FRAME.frame, image=255 - FRAME.frame.image))
    assert one.draw_if_changed(DrawRequest(newer, HOME), LIVE.replace(light=0.5))
    assert "shade.frag" in one.message
    assert np.array_equal(one.renderer.read(), newer.frame.image)
    assert one.draw_if_changed(DrawRequest(newer, HOME), LIVE)
    assert one.message is None


def test_where_no_shader_compiles_there_is_the_background_and_a_message(make, shaders):
    edit(shaders / "surface.frag", "void main", "void man")
    one = make()
    assert one.draw_if_changed(DrawRequest(FRAME, HOME), LIVE.replace(background="#ff8000"))
    assert "surface.frag" in one.message
    assert (one.renderer.read() == [255, 128, 0]).all()


def test_a_comparison_that_cannot_be_drawn_leaves_the_scene(make, shaders):
    edit(shaders / "wipe.frag", "void main", "void man")
    one = make()
    compared = DrawRequest(FRAME, HOME, comparison=Comparison(FRAME, HOME, 0.5))
    assert one.draw_if_changed(compared, LIVE)
    assert "wipe.frag" in one.message
    assert np.array_equal(one.renderer.read(), FRAME.frame.image)


def test_the_watch_looks_twice_a_second_and_sees_new_files(tmp_path):
    (tmp_path / "include").mkdir()
    watch = ShaderWatch(tmp_path)
    assert not watch.has_changed(0.0)
    (tmp_path / "include" / "new.glsl").write_text("")
    assert not watch.has_changed(0.2)
    assert watch.has_changed(0.6)
    assert not watch.has_changed(1.2)


def test_a_new_size_is_drawn(make):
    one = make()
    one.draw_if_changed(DrawRequest(FRAME, HOME), Settings())
    one.renderer.resize((32, 18))
    assert one.draw_if_changed(DrawRequest(replace(FRAME), HOME), Settings())


def test_a_second_scene_may_be_drawn_by_settings_of_its_own(make, clock):
    display = make()
    settings = Settings().replace(quality="high")
    depth = settings.replace(view="depth", colormap="turbo")
    assert display.draw_if_changed(DrawRequest(FRAME, HOME, comparison=Comparison(FRAME, HOME, 0.5, depth)), settings)
    both = display.renderer.read().astype(int)
    display.draw_if_changed(DrawRequest(FRAME, HOME), settings)
    first = display.renderer.read()
    display.draw_if_changed(DrawRequest(FRAME, HOME), depth)
    second = display.renderer.read()
    assert np.abs(both[:, :30] - first[:, :30]).max() <= 2
    assert np.abs(both[:, 34:] - second[:, 34:]).max() <= 2
