"""The chain of effects: what is at zero costs nothing, and the others follow one another."""

import shutil

import numpy as np
import pytest

from engine.camera import Camera
from engine.frames import DepthKind
from engine.paths import SHADERS_DIR
from engine.render import effects, renderer
from engine.render.effects import Effect
from engine.render.fullscreen import FullscreenPass
from engine.settings import Settings
from tests.depth_frames import checker, depth_frame
from tests.render.scenes import FRONT_ONLY

FRAME = depth_frame(np.full((18, 32), 2.0), checker(32, 18))
SHADERS = {
    "negative.frag": "f_colour = vec4(1.0 - texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0).rgb, 1.0);",
    "red.frag": "f_colour = vec4(u_strength, texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0).gb, 1.0);",
    "near.frag": "f_colour = vec4(vec3(texelFetch(u_distance, ivec2(gl_FragCoord.xy), 0).r < 1.0 ? 1.0 : 0.0), 1.0);",
}
HEAD = """#version 330 core
uniform sampler2D u_picture;
uniform sampler2D u_distance;
uniform float u_strength;
out vec4 f_colour;
"""


# A setting that the picture does not depend on stands for the strength.
class Negative(Effect):
    shader = "negative.frag"

    @staticmethod
    def strength(settings):
        return 1.0 if settings.source.sequence_fps > 60 else 0.0


class Red(Effect):
    shader = "red.frag"

    @staticmethod
    def strength(settings):
        return settings.source.sequence_fps / 240


class Near(Effect):
    shader = "near.frag"

    @staticmethod
    def strength(_settings):
        return 1.0


@pytest.fixture
def draw(ctx, tmp_path, monkeypatch):
    for name, body in SHADERS.items():
        (tmp_path / name).write_text(f"{HEAD}void main() {{ {body} }}\n")
    (tmp_path / "fullscreen.vert").write_text((SHADERS_DIR / "fullscreen.vert").read_text())
    shutil.copytree(SHADERS_DIR / "include", tmp_path / "include")

    def compile_here(self, ctx):
        self._pass = FullscreenPass(ctx, self.shader, folder=tmp_path)

    monkeypatch.setattr(effects.Effect, "__init__", compile_here)

    def draw(chain, frame=FRAME, **settings):
        monkeypatch.setattr(renderer, "EFFECTS", chain)
        one = renderer.Renderer(ctx, (32, 18))
        one.draw(frame, Camera.home(2), Settings().replace(subsample=1, **FRONT_ONLY, **settings))
        picture, depth = one.read(), one.pick(0.5, 0.5)
        one.release()
        return picture, depth

    return draw


def test_effects_follow_one_another(draw):
    image = FRAME.frame.image
    assert np.array_equal(draw((Negative,), sequence_fps=100)[0], 255 - image)
    assert np.array_equal(draw((Negative, Negative), sequence_fps=100)[0], image)
    assert np.array_equal(draw((Negative, Negative, Negative), sequence_fps=100)[0], 255 - image)
    picture = draw((Red, Negative), sequence_fps=240)[0]
    assert (picture[..., 0] == 0).all()
    assert np.array_equal(picture[..., 1:], (255 - image)[..., 1:])


def test_at_zero_an_effect_is_not_even_compiled(draw, monkeypatch):
    monkeypatch.setattr(effects.Effect, "__init__", lambda *_: pytest.fail("compiled for nothing"))
    assert np.array_equal(draw((Negative,), sequence_fps=24)[0], FRAME.frame.image)


def test_effects_see_the_depth_buffer_and_points_are_still_found(draw):
    depth = np.full((18, 32), 2.0)
    depth[:, :8] = 0  # not measured
    frame = depth_frame(depth, FRAME.frame.image, DepthKind.METRIC, (1, 2, 3))
    picture, point = draw((Near,), frame=frame)
    assert (picture[:, 12:] == 255).all()
    assert (picture[:, :6] == 0).all()
    assert point is not None
    assert point[2] == pytest.approx(-2, abs=0.01)
