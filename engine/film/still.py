"""Films of photographs: one depth map, seen from a moving camera."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.film.camera_path import CameraPath, shares
from engine.film.limits import ViewLimits, amplitude_for, zoom_for
from engine.film.painter import Painter
from engine.frames import DepthFrame, Image
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a photograph's film is."""

    seconds: float
    fps: Fraction
    is_closed: bool
    """Whether the last frame leads to the first."""

    @property
    def count(self) -> int:
        return max(round(self.seconds * self.fps), 1)


class StillFilm:
    """The frames of a photograph's film."""

    def __init__(
        self, frame: DepthFrame, painter: Painter, path: CameraPath, timing: Timing, settings: Settings,
        largest_hole: float,
    ) -> None:  # fmt: skip
        """`largest_hole`: share of the picture's width beyond which the path is made shorter."""
        self._frame, self._painter, self._path, self._timing = frame, painter, path, timing
        home = painter.home(frame)
        limits = ViewLimits(frame, settings.scene, painter.view_px)
        self.amplitude = amplitude_for(path, limits, home, largest_hole)
        """The share of the path's amplitude that is used."""
        self._home = replace(home, zoom=zoom_for(path, self.amplitude, limits, home))

    @property
    def count(self) -> int:
        return self._timing.count

    @property
    def fps(self) -> Fraction:
        return self._timing.fps

    def picture(self) -> Image:
        """Return the scene (H, W, 3) from where the photograph was taken."""
        return self._painter.draw(self._frame, self._painter.home(self._frame))

    def moments(self, count: int) -> Iterator[Image]:
        """Yield `count` pictures (H, W, 3) from the whole film, or all if it has fewer."""
        for moment in shares(min(count, self.count), is_closed=self._timing.is_closed):
            yield self._painter.draw(self._frame, self._path.pose(moment, self.amplitude).camera(self._home))

    def pictures(self) -> Iterator[tuple[Image, float]]:
        """Yield each picture (H, W, 3) and its time in seconds."""
        moments = shares(self._timing.count, is_closed=self._timing.is_closed)
        for index, moment in enumerate(moments):
            pose = self._path.pose(moment, self.amplitude)
            yield self._painter.draw(self._frame, pose.camera(self._home)), float(index / self._timing.fps)
