"""Choosing a part of the screen: a small live picture of the desktop, to be dragged over."""

import moderngl

from engine.clock import Clock
from engine.frames import Frame
from engine.mailbox import Mailbox
from engine.sources import Source, SourceReader
from engine.sources.base import Rectangle
from engine.status.choices import DesktopPicture

_FPS = 4.0
_MAX_RES = 1600


class RegionPicker:
    """Open while the user chooses. Main thread only, but for the reader's thread."""

    def __init__(self, ctx: moderngl.Context, clock: Clock) -> None:
        self._ctx, self._clock = ctx, clock
        self._frames: Mailbox[Frame] = Mailbox()
        self._reader: SourceReader | None = None
        self._bounds: Rectangle | None = None
        self._texture: moderngl.Texture | None = None
        self._count = 0

    @property
    def is_open(self) -> bool:
        return self._reader is not None

    def open(self) -> None:
        """Begin to look at the desktop."""
        if self._reader is None:
            reader = SourceReader(self._whole_desktop, self._frames.put, self._clock, _MAX_RES, name="the desktop")
            self._reader = reader
            reader.start(patient=True)

    def close(self) -> None:
        """Look no more."""
        if self._reader is not None:
            self._reader.close()
        if self._texture is not None:
            self._texture.release()
        self._reader = self._texture = None
        self._frames.take()

    def exclude(self, rectangle: Rectangle | None) -> None:
        """Leave our own window out: it would be seen in itself, in itself …"""
        if self._reader is not None:
            self._reader.exclude(rectangle)

    def picture(self) -> DesktopPicture | None:
        """What to show, as new as there is; None while nothing is to be chosen."""
        if self._reader is None:
            return None
        frame = self._frames.take()
        if frame is not None:
            self._upload(frame)
        texture = self._texture
        if texture is None or self._bounds is None:
            return DesktopPicture(message=self._reader.message)
        return DesktopPicture(texture.glo, texture.size, self._bounds, self._count, self._reader.message)

    def _whole_desktop(self) -> Source:
        from engine.sources.live.desktop import Desktop
        from engine.sources.live.screen import ScreenSource

        desktop = Desktop()
        self._bounds = desktop.bounds
        desktop.close()
        return ScreenSource("screen:" + ",".join(map(str, self._bounds)), _FPS)

    def _upload(self, frame: Frame) -> None:
        height, width = frame.image.shape[:2]
        if self._texture is None or self._texture.size != (width, height):
            if self._texture is not None:
                self._texture.release()
            self._texture = self._ctx.texture((width, height), 3, alignment=1)
        self._texture.write(frame.image)
        self._count += 1
