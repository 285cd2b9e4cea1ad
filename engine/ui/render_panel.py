"""The panel of "Render…": which film is made of the file on screen, and how far it is."""

from dataclasses import dataclass

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings.language import _, marked
from engine.settings.presets import PresetEntry
from engine.status.commands import ChooseFilm
from engine.ui import slider
from engine.ui.panels import PLAIN_WINDOW
from engine.ui.slider import Range
from engine.ui.widgets import Controls, combo, fitted, note, tooltip

NAME = "render"
_WIDTH, _MARGIN, _BAR = 380.0, 16.0, 200.0
_SECONDS = Range(1.0, 20.0, 1)
AS_SET = ""
"""The device of settings that no device has."""
STILL, KEYS = "", "keys"
"""Paths beside the named ones: none, and the key frames that were set."""
PATHS = {
    "swing": marked("swing"), "orbit": marked("to one side"), "circle": marked("circle"),
    "dolly": marked("into the scene"), "zoom": marked("zoom"), "vertigo": marked("vertigo: back, and zoom in"),
    "rise": marked("rise"),
}  # fmt: skip
_STAGES = {
    "": marked("starting"), "reading": marked("reading"), "depth": marked("depth"), "drawing": marked("drawing")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilmChoice:
    """What is to be made."""

    device: str | None = None
    """The preset of stereo; AS_SET for the settings as they are, None for what suits the file."""
    path: str = "swing"
    """One of PATHS, STILL or KEYS. Photographs only."""
    seconds: float = 4.0
    is_loop: bool = False
    """Whether a path returns to its beginning."""
    only_loop: bool = True
    """Whether of a video that repeats a part only this is rendered."""


@dataclass(frozen=True, slots=True)
class FilmProgress:
    """How far a film is."""

    source: str
    """The name of its file."""
    stage: str
    share: float | None
    left_s: float | None


@dataclass(frozen=True, slots=True)
class RenderStatus:
    """What the panel shows."""

    is_open: bool = False
    source: str | None = None
    """The name of the file on screen; None if there is nothing to render."""
    is_video: bool = False
    choice: FilmChoice = FilmChoice()
    device: str = AS_SET
    """The chosen device, or the one that suits the file."""
    devices: tuple[PresetEntry, ...] = ()
    is_stereo: bool = False
    """Whether the film will have two eyes."""
    key_frames: int = 0
    loop_s: tuple[float, float] | None = None
    """The part of a video that is repeated."""
    folder: str = ""
    progress: FilmProgress | None = None


def window(status: RenderStatus, controls: Controls) -> bool:
    """Draw the panel in the middle; return whether it stays open."""
    size, scale, margin = imgui.get_io().display_size, controls.theme.scale, _MARGIN * controls.theme.scale
    width = min(_WIDTH * scale, size.x - 2 * margin)
    middle = imgui.ImVec2(size.x / 2, size.y / 2)
    imgui.set_next_window_pos(middle, imgui.Cond_.always, imgui.ImVec2(0.5, 0.5))
    imgui.set_next_window_size_constraints(imgui.ImVec2(width, 0), imgui.ImVec2(width, size.y))
    imgui.set_next_window_bg_alpha(1.0)  # it may lie over other panels
    imgui.begin(NAME, None, PLAIN_WINDOW)
    imgui.align_text_to_frame_padding()
    imgui.push_font(controls.theme.bold, 0)
    imgui.text(_("Render a film"))
    imgui.pop_font()
    side = imgui.get_frame_height()
    imgui.same_line(imgui.get_window_width() - imgui.get_style().window_padding.x - side)
    is_closed = imgui.button(icons.ICON_FA_XMARK, imgui.ImVec2(side, 0))
    imgui.set_item_tooltip(_("Close"))
    if status.source is None:
        note(_("Films are made of photos, videos and captures. Open one, or press X to capture this."))
    else:
        imgui.text_disabled(fitted(status.source, imgui.get_content_region_avail().x))
        _choices(status, controls)
        imgui.spacing()
        _start(status, controls)
    imgui.end()
    return not is_closed


def card(progress: FilmProgress, controls: Controls) -> None:
    """Draw how far the film is, at the upper right, while the panel is closed."""
    gap, y = _MARGIN * controls.theme.scale / 2, controls.top
    for name in ("recording", "recording in 3D"):  # the marks of what is recorded
        mark = imgui.internal.find_window_by_name(name)
        if mark is not None and mark.was_active:
            y = mark.pos.y + mark.size.y + gap
    imgui.set_next_window_pos(imgui.ImVec2(controls.right, y), imgui.Cond_.always, imgui.ImVec2(1.0, 0.0))
    imgui.set_next_window_bg_alpha(1.0)
    imgui.begin("rendering", None, PLAIN_WINDOW | imgui.WindowFlags_.no_focus_on_appearing)
    width = _BAR * controls.theme.scale
    imgui.text(f"{icons.ICON_FA_FILM}  {fitted(progress.source, width)}")
    _progress(progress, width, controls)
    imgui.end()


def _choices(status: RenderStatus, controls: Controls) -> None:
    choice = status.choice
    _device(status, controls)
    if not status.is_video:
        _path(status, controls)
        if choice.path in PATHS:
            controls.label(_("Seconds"))
            imgui.push_id("seconds")
            changed, seconds = slider.slider(_SECONDS, choice.seconds, f"{choice.seconds:.1f} s", controls.theme)
            imgui.pop_id()
            controls.mark_focus()
            if changed:
                _choose(controls, seconds=round(seconds, 1))
            slider.number(f"{choice.seconds:.1f} s", controls.theme)
        if choice.path:
            _toggle("is_loop", _("Repeats"), _("The end joins the beginning."), choice.is_loop, controls)
    elif status.loop_s is not None:
        start_s, end_s = status.loop_s
        label = _("Only {start} to {end}").format(start=_clock(start_s), end=_clock(end_s))
        _toggle("only_loop", label, _("The part that is repeated now."), choice.only_loop, controls)


def _device(status: RenderStatus, controls: Controls) -> None:
    names = {device.name: _(device.title) for device in status.devices}
    if status.device == AS_SET:
        names = {AS_SET: _("as set in 3D glasses"), **names}
    controls.label(_("To watch on"), _("How the film holds the pictures of both eyes."))
    if combo("##device", names[status.device]):
        for device in status.devices:
            if imgui.selectable(names[device.name], device.name == status.device)[0]:
                _choose(controls, device=device.name)
            if imgui.is_item_hovered(imgui.HoveredFlags_.delay_short):
                tooltip(_(device.meaning))
        imgui.end_combo()
    controls.mark_focus()


def _path(status: RenderStatus, controls: Controls) -> None:
    names = {name: _(title) for name, title in PATHS.items()}
    if status.is_stereo:
        names = {STILL: _("still: one picture"), **names}
    if status.key_frames > 1 or status.choice.path == KEYS:
        names[KEYS] = _("{count} key frames").format(count=status.key_frames)
    controls.label(_("Camera"))
    if combo("##path", names.get(status.choice.path, "")):
        for name, title in names.items():
            if imgui.selectable(f"{title}##{name}", name == status.choice.path)[0]:
                _choose(controls, path=name)
        imgui.end_combo()
    controls.mark_focus()


def _toggle(name: str, label: str, hint: str, is_on: bool, controls: Controls) -> None:
    controls.label(label, hint)
    imgui.push_id(name)
    if controls.toggle(is_on)[0]:
        _choose(controls, **{name: not is_on})
    controls.mark_focus()
    imgui.pop_id()


def _start(status: RenderStatus, controls: Controls) -> None:
    """Draw the button that starts, or how far the film is."""
    if status.progress is not None:
        _progress(status.progress, _BAR * controls.theme.scale, controls)
        return
    imgui.push_style_color(imgui.Col_.button, imgui.ImVec4(*controls.theme.palette.pressed))
    if imgui.button(f"{icons.ICON_FA_FILM}  {_('Render')}"):
        controls.invoke("render")
    imgui.pop_style_color()
    controls.mark_focus()
    imgui.same_line()
    text = _("into {folder}").format(folder=status.folder)
    imgui.text_disabled(fitted(text, imgui.get_content_region_avail().x))
    imgui.set_item_tooltip(_("A file of this name is replaced."))


def _progress(progress: FilmProgress, width: float, controls: Controls) -> None:
    words = [_(_STAGES.get(progress.stage, progress.stage))]
    if progress.share is not None:
        words.append(f"{progress.share:.0%}")
    if progress.left_s is not None:
        words.append(_("{time} left").format(time=_clock(progress.left_s)))
    share = -float(imgui.get_time()) if progress.share is None else progress.share
    imgui.progress_bar(share, imgui.ImVec2(width, 0), "  ".join(words))
    imgui.same_line()
    if imgui.button(f"{_('Cancel')}##render"):
        controls.invoke("cancel_render")
    controls.mark_focus()


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _choose(controls: Controls, **values: object) -> None:
    controls.commands.append(ChooseFilm(values))
