"""Captures: frames that the best network computes again, shown in place of the live scene and saved."""

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.app.notices import Notices, details
from engine.app.plain_words import for_the_window
from engine.app.saving import Saver
from engine.app.view_state import ViewState
from engine.depth.capture.background import BackgroundCapture
from engine.errors import CalibrationError
from engine.frames import Capture, DepthFrame
from engine.jobs import Progress
from engine.pipeline.pipeline import Pipeline
from engine.settings import Settings
from engine.settings.language import _

Receive = Callable[[tuple[Capture, ...]], None]


class Captures:
    """The capture that is running, and what becomes of it. Main thread only."""

    def __init__(
        self, pipeline: Pipeline, view: ViewState, saver: Saver, notices: Notices, background: BackgroundCapture
    ) -> None:
        self._pipeline, self._view, self._saver, self._notices = pipeline, view, saver, notices
        self._background = background
        self._receive: Receive = self._show
        self._unsaved: Capture | None = None
        self.number = 0
        """Counts the requests."""
        self.is_lacking = False
        """Whether the last request failed for want of a network that can be downloaded."""

    @property
    def progress(self) -> Progress | None:
        """What is being computed, or None."""
        return self._background.progress

    @property
    def place_of_shown(self) -> Path | None:
        """The folder of the capture on screen, once it is saved."""
        return self._saver.place_of(self._view.capture) if self._view.is_capture else None

    @property
    def shown(self) -> DepthFrame | None:
        """What a capture would take: the frame on screen, or the live one while a capture is on screen."""
        return self._pipeline.live if self._view.is_capture else self._view.shown

    def capture(self) -> None:
        """Capture the frame on screen. The scene goes on until that is done."""
        if self.shown is None:
            self._notices.warn(_("There is nothing to capture yet."))
        else:
            self.request([self.shown], self._pipeline.settings, self._show)

    def request(self, shown: Sequence[DepthFrame], settings: Settings, receive: Receive) -> int:
        """Compute the frames of `shown` again, then call `receive` with the captures.

        A request that is still running is canceled. Returns the number of this one.
        """
        self._background.request(shown, settings)
        self._receive = receive
        self.number += 1
        self.is_lacking = False
        self._notices.pin("capture", None)
        return self.number

    def is_running(self, number: int) -> bool:
        """Whether request `number` is the one that is running."""
        return number == self.number and self.progress is not None

    def cancel(self) -> None:
        """Stop the running capture, and dismiss the message of the last one."""
        self._background.cancel()
        self._notices.pin("capture", None)

    def escape(self) -> bool:
        """Cancel what is running, or dismiss its message; False if there is neither."""
        is_open = self.progress is not None or self._background.message is not None
        if is_open:
            self.cancel()
        return is_open

    def update(self) -> None:
        """Hand on a capture that is done. Once per iteration of the loop."""
        captures = self._background.take()
        self._say(self._background.message)
        if captures is None:
            return
        try:
            self._pipeline.learn(captures[-1])
        except CalibrationError as error:
            self._notices.report(str(error), "warning")
        self._receive(captures)
        self._unsaved = captures[-1]

    def save(self) -> None:
        """Save a new capture, once it has been drawn: its folder holds a picture of the view."""
        if self._unsaved is not None:
            capture, self._unsaved = self._unsaved, None
            self._saver.save_capture(capture)

    def close(self) -> None:
        self._background.close()

    def _say(self, message: str | None) -> None:
        self._notices.pin("capture", for_the_window(message) if message else None, "error", details(message or ""))

    def _show(self, captures: tuple[Capture, ...]) -> None:
        self._view.hold_capture(captures[0])
