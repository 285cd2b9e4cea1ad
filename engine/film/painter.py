"""Draws the pictures of a film into memory."""

from engine.film.shape import layout_of
from engine.frames import DeepImage, DepthFrame, Image
from engine.geometry.world import pivot_distance
from engine.navigation.camera import Camera
from engine.render.quality import LEVELS, NAMED
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.sources.recording.clip import Deep


class Painter:
    """Draws depth frames at one size, with one quality. GL thread only."""

    def __init__(
        self, renderer: Renderer, settings: Settings, view_px: tuple[int, int], deep: Deep | None = None
    ) -> None:
        """`view_px`: (width, height) of what one eye sees. With quality `auto` the film is drawn at `high`.

        `deep`: the kind of frames of more than 8 bits that are drawn, by a renderer that has more, too.
        """
        name = "high" if settings.display.quality == "auto" else settings.display.quality
        level = LEVELS[NAMED[name]]
        self._renderer, self._settings = renderer, level.fit(settings)
        self._scale, self._antialias = level.scale, NAMED[name] >= NAMED["high"]
        self.view_px, self.deep = view_px, deep
        self.layout = layout = layout_of(settings.stereo, view_px)
        self.size = view_px[0] * layout.columns, view_px[1] * layout.rows
        """Width and height of the pictures."""

    def home(self, frame: DepthFrame) -> Camera:
        """Return the camera that `frame` was taken from."""
        return Camera.home(pivot_distance(frame, self._settings.scene))

    @property
    def has_memory(self) -> bool:
        """Whether pictures show places that other frames saw."""
        return self._settings.display.hole_memory_s > 0 and self._settings.stereo.stereo != "off"

    def remember(self, frame: DepthFrame) -> None:
        """Note what `frame` shows, for the holes of others of its shot."""
        self._renderer.remember(frame, self._settings)

    def draw(self, frame: DepthFrame, camera: Camera) -> Image:
        """Return `frame` as `camera` sees it, (H, W, 3). Raises ShaderError."""
        self._draw(frame, camera)
        return self._renderer.read()

    def draw_deep(self, frame: DepthFrame, camera: Camera) -> DeepImage:
        """Return what `draw` does in 16 bits."""
        self._draw(frame, camera)
        return self._renderer.read_deep()

    def _draw(self, frame: DepthFrame, camera: Camera) -> None:
        self._renderer.resize(self.size)
        self._renderer.draw(frame, camera, self._settings, scale=self._scale, antialias=self._antialias)
