"""A texture that shows images of changing size."""

import moderngl
import numpy as np

from engine.frames import Image


class ImageTexture:
    """The newest image on the GPU, for ImGui. GL thread only."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture: moderngl.Texture | None = None

    def write(self, image: Image) -> None:
        """Show `image` (H, W, 3)."""
        size = image.shape[1], image.shape[0]
        if self._texture is None or self._texture.size != size:
            self.release()
            self._texture = self._ctx.texture(size, 3, alignment=1)
        self._texture.write(np.ascontiguousarray(image))

    @property
    def handle(self) -> int | None:
        """OpenGL's number of the texture; None before the first image."""
        return self._texture.glo if self._texture is not None else None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the image; 0 before the first one."""
        return self._texture.size if self._texture is not None else (0, 0)

    def release(self) -> None:
        if self._texture is not None:
            self._texture.release()
            self._texture = None
