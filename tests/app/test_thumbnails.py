"""Small pictures of recent sources."""

import numpy as np

from engine.app.thumbnails import SIZE, Thumbnails, cropped
from tests.waiting import wait_for


def test_of_an_upright_picture_the_upper_part_is_kept():
    portrait = np.zeros((720, 480, 3), np.uint8)
    portrait[80:260] = 255  # where a face is
    small = cropped(portrait)
    assert small.shape == (SIZE[1], SIZE[0], 3)
    assert (small == 255).mean() > 0.6


class Texture:
    def __init__(self) -> None:
        self.handle: int | None = None

    def write(self, image: np.ndarray) -> None:
        self.handle = int(image[0, 0, 0])

    def release(self) -> None:
        self.handle = None


def test_pictures_are_made_in_the_background_once_and_kept(tmp_path):
    made = []

    def picture(level: int) -> np.ndarray | None:
        made.append(level)
        return np.full((90, 160, 3), level, np.uint8) if level else None

    def handles() -> list[int | None]:
        thumbnails.update()
        return [thumbnails.texture(str(level), lambda level=level: picture(level)) for level in range(0, 250, 10)]

    thumbnails = Thumbnails(tmp_path, Texture)
    assert handles() == [None] * 25  # nothing waits for a file
    wait_for(lambda: handles()[1:] == list(range(10, 250, 10)))
    assert handles()[0] is None
    assert sorted(made) == list(range(0, 250, 10))
    thumbnails = Thumbnails(tmp_path, Texture)
    wait_for(lambda: handles()[1:] == list(range(10, 250, 10)))
    wait_for(lambda: made.count(0) == 2)
    assert len(made) == 26  # those that were saved are read


def test_only_the_newest_textures_stay(tmp_path):
    thumbnails = Thumbnails(tmp_path, Texture)
    for number in range(200):
        thumbnails._show(str(number), np.full((1, 1, 3), 7, np.uint8))
    assert len(thumbnails._textures) == 128
    assert thumbnails.texture("199") == 7
