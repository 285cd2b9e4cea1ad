"""What is hidden now and was seen later."""

import numpy as np
import pytest

from engine.depth.clip import ClipMap
from engine.film import clip as clip_films
from engine.film.ahead import FRAMES, looks_ahead
from engine.film.clip import Excerpt, film_of
from engine.film.painter import Painter
from engine.frames import DepthKind
from engine.render.renderer import Renderer
from engine.settings import Settings
from tests.sources.media import write_clip

SIZE, COUNT, LEAVES = (128, 72), 12, 6
SQUARE = slice(20, 52), slice(40, 72)


def test_only_frames_of_the_same_shot_are_looked_at():
    found = looks_ahead([1] * 10 + [2] + [3] * 30, [index / 10 for index in range(41)])
    assert sorted(found) == [0, 11]
    assert found[0] == sorted(found[0], reverse=True)
    assert (max(found[0]), max(found[11])) == (9, 40)
    assert len(found[11]) == FRAMES


def test_a_long_shot_is_looked_into_again_and_again():
    found = looks_ahead([1] * 600, [index / 10 for index in range(600)])
    assert sorted(found) == [0, 100, 200, 300, 400, 500]
    assert max(found[200]) == 400


def picture(index: int) -> np.ndarray:
    """A striped wall; in front of it a gray square that is gone from frame LEAVES on."""
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    image[..., 0] = np.where(np.arange(SIZE[0]) // 4 % 2, 230, 30)
    image[..., 2] = 120
    if index < LEAVES:
        image[SQUARE] = 128
    return image


class TrueDepth:
    """The depth of those pictures."""

    encoder, device, kind, input_size = "true", "cpu", DepthKind.METRIC, 72

    def maps(self, frames, *, known=0):
        for frame in frames:
            depth = np.full((SIZE[1], SIZE[0]), 4.0, np.float32)
            if frame.index < LEAVES:
                depth[SQUARE] = 1.5
            yield ClipMap(depth, begins_scene=False)

    def enlarge(self, depth, size):
        return depth


@pytest.fixture
def right_eye(ctx, tmp_path):
    def draw() -> np.ndarray:
        path = write_clip(tmp_path / "clip.mp4", [picture(index) for index in range(COUNT)], codec="ffv1")
        settings = Settings().replace(stereo="side-by-side", original_eye="left", quality="high", eye_distance=0.1)
        renderer = Renderer(ctx, (1, 1))
        painter = Painter(renderer, settings, SIZE)
        steps = Excerpt(path, 128), TrueDepth(), settings, tmp_path, lambda steps, doing, total: steps
        with film_of(*steps) as film:
            first, _ = next(film.pictures(painter))
        renderer.release()
        return first[:, SIZE[0] :].astype(int)

    return draw


def test_a_hole_shows_what_a_later_frame_saw(right_eye, monkeypatch):
    seen = right_eye()
    monkeypatch.setattr(clip_films, "looks_ahead", lambda shots, times_s, starts: {})
    guessed = right_eye()
    hole = np.abs(seen - guessed).max(-1) > 8
    assert hole.sum() > 40
    assert hole[: SQUARE[0].start - 4].sum() == 0  # nothing else has changed
    wall = np.broadcast_to(seen[5], seen.shape)  # as this eye sees it above the square
    wrong = [np.abs(one - wall)[hole].mean() for one in (seen, guessed)]
    assert wrong[0] < wrong[1] / 2


def test_a_part_begins_with_what_was_seen_before_it():
    found = looks_ahead([1] * 300 + [2] * 300, [index / 10 for index in range(600)], {0, 150, 300, 450})
    assert sorted(found) == [0, 100, 150, 250, 300, 400, 450, 550]
    assert (min(found[150]), max(found[150])) == (0, 299)
    later = [index for index in found[150] if index > 150]
    assert found[150][: len(later)] == sorted(later, reverse=True)  # what is nearest comes last
    assert found[150][len(later) :] == sorted(set(found[150]) - set(later))
    assert min(found[300]) > 300  # another shot shows another place
