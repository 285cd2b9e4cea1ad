"""The region picker: a small live picture of the desktop, to drag a rectangle on."""

from engine.app.context import Context
from engine.app.dispatcher import Actions
from engine.app.tools.tool import Tool
from engine.frames import Frame
from engine.gl.image_texture import ImageTexture
from engine.mailbox import Mailbox
from engine.sources import Source, SourceReader
from engine.sources.base import Rectangle
from engine.status.snapshot import Snapshot
from engine.ui import region_panel
from engine.ui.region_panel import DesktopPicture
from engine.ui.widgets import Controls

_FPS = 4.0
_MAX_RES = 1600


class RegionPicker(Tool):
    """Reads the desktop while it is open."""

    place = "window"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._frames: Mailbox[Frame] = Mailbox()
        self._reader: SourceReader | None = None
        self._bounds: Rectangle | None = None
        self._texture = ImageTexture(context.window.ctx)
        self._count = 0

    def actions(self) -> Actions:
        return {"choose_region": self._open}

    def update(self, now_s: float) -> None:
        if self._reader is None:
            return
        self._reader.exclude(self.context.window.screen_rectangle)  # else the window would show itself, in itself
        frame = self._frames.take()
        if frame is not None:
            self._texture.write(frame.image)
            self._count += 1

    def facts(self) -> DesktopPicture | None:
        if self._reader is None:
            return None
        texture = self._texture
        if texture.handle is None or self._bounds is None:
            return DesktopPicture(message=self._reader.message)
        return DesktopPicture(texture.handle, texture.size, self._bounds, self._count, self._reader.message)

    def draw(self, snapshot: Snapshot, controls: Controls) -> None:
        picture = self.facts()
        if picture is not None:
            region_panel.chooser(picture, controls)

    def escape(self) -> bool:
        was_open = self._reader is not None
        self.close()
        return was_open

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None
        self._texture.release()
        self._frames.take()

    def _open(self) -> None:
        if self._reader is None:
            clock = self.context.pipeline.clock
            reader = SourceReader(self._whole_desktop, self._frames.put, clock, _MAX_RES, name="the desktop")
            self._reader = reader
            reader.start(patient=True)

    def _whole_desktop(self) -> Source:
        from engine.sources.live.desktop import Desktop
        from engine.sources.live.screen import ScreenSource

        desktop = Desktop()
        self._bounds = desktop.bounds
        desktop.close()
        return ScreenSource("screen:" + ",".join(map(str, self._bounds)), _FPS)
