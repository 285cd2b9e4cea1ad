"""Announcements: notices about the state of the program, which stay as long as the state."""

from engine.app.context import Context
from engine.app.downloads import Downloads
from engine.app.notices import LONG_NOTICE_S, details
from engine.app.plain_words import for_the_window
from engine.app.saving import Saver
from engine.settings.language import _
from engine.status.commands import Invoke, OpenFolder
from engine.status.notices import Kind, NoticeButton
from engine.status.snapshot import DownloadStatus, Offer


class Announcements:
    """Pins and removes them. Main thread only."""

    def __init__(self, context: Context, downloads: Downloads, saver: Saver) -> None:
        self._context, self._downloads, self._saver = context, downloads, saver
        self._failed_download: str | None = None
        self._has_told_quality = False

    def update(self, offers: DownloadStatus) -> None:
        """Say what is the case now. Once per iteration of the loop."""
        pipeline, source = self._context.pipeline, self._context.pipeline.source
        demo = (NoticeButton(_("Show the demo"), Invoke("show_demo")),)
        self._pin("source", source.message, "warning", demo if source.is_lost and source.name != "demo" else ())
        network = pipeline.worker.status.message or (_("The chosen network is not here yet.") if offers.offer else None)
        self._pin("depth", network, "warning", _download(_("Download {network} ({size} MB)"), offers.offer, "download"))
        self._pin("display", pipeline.display.message, "error")
        self._tell_quality()
        self._view()
        self._note(offers)
        failed, before = self._downloads.status.message, self._failed_download
        self._failed_download = failed
        if failed and failed != before:
            self._context.notices.report(failed, seconds=LONG_NOTICE_S)

    def _tell_quality(self) -> None:
        """Say once why the picture became coarser: it is not to be read as a fault."""
        display = self._context.pipeline.display
        if display.lowered_s is None or self._has_told_quality:
            return
        self._has_told_quality = True
        text = _("Quality lowered to keep it smooth ({now} ms a frame, target {target})")
        figures = {"now": f"{1e3 * display.lowered_s:.0f}", "target": f"{1e3 / display.fps:.0f}"}
        self._context.notices.say(text.format(**figures))

    def _view(self) -> None:
        """Say that something other than the live scene is on screen, and how to return."""
        view, pin = self._context.view, self._context.notices.pin
        back = NoticeButton(_("Back (Esc)"), Invoke("show_live"))
        if view.points is not None:
            export = NoticeButton(_("Export…"), Invoke("export"))
            pin("view", _("A scene of several views. X adds a view."), "info", (export, back))
        elif view.is_capture:
            place = self._saver.place_of(view.capture)
            folder = (NoticeButton(_("Open folder"), OpenFolder(place)),) if place is not None else ()
            kind: Kind = "success" if place is not None else "info"
            text = _("Capture saved.") if place is not None else _("Captured.")
            export = NoticeButton(_("Export…"), Invoke("export"))
            compare = NoticeButton(
                _("Compare (B)"), Invoke("compare"), _("Hold B: capture on the left, live on the right")
            )
            pin("view", text, kind, (*folder, export, compare, back))
        elif view.is_frozen:
            pin("view", _("Frozen."), "info", (NoticeButton(_("Continue (Space)"), Invoke("freeze")),))
        else:
            pin("view", None)

    def _note(self, offers: DownloadStatus) -> None:
        """Say what captures lack, and offer it."""
        capture = self._context.view.capture
        note = capture.note if capture is not None else None
        if offers.capture_offer:
            text = _("Made with the basic model.") if note else _("The detailed model is missing.")
            label = _("Download the detailed model ({size} MB)")
            button = _download(label, offers.capture_offer, "download_for_captures")
            self._context.notices.pin("note", text, "info", button)
        else:
            self._pin("note", note, "info")

    def _pin(self, owner: str, message: str | None, kind: Kind, buttons: tuple[NoticeButton, ...] = ()) -> None:
        text = for_the_window(message) if message else None
        self._context.notices.pin(owner, text, kind, (*buttons, *details(message or "")))


def _download(label: str, offer: Offer | None, action: str) -> tuple[NoticeButton, ...]:
    if offer is None:
        return ()
    hint = _("{network}, license {license}").format(network=offer.network, license=offer.license)
    return (NoticeButton(label.format(network=offer.network, size=f"{offer.size_mb:.0f}"), Invoke(action), hint),)
