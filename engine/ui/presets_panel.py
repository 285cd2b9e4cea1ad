"""The presets row: apply a preset, save the settings as one of your own, or delete one."""

from imgui_bundle import icons_fontawesome_6 as icons
from imgui_bundle import imgui

from engine.settings.language import _, marked
from engine.settings.presets import PresetEntry
from engine.status.commands import ApplyPreset, DeletePreset, SavePreset
from engine.ui.widgets import Controls, combo

_NONE = marked("as set below")
_WIDTH, _TEXT_WIDTH = 204.0, 150.0


class PresetRow:
    """Draws the combo, and keeps the name that is being typed."""

    def __init__(self) -> None:
        self._name = ""

    def draw(self, entries: tuple[PresetEntry, ...], controls: Controls) -> None:
        """Draw the combo with `entries` to choose from."""
        hint = _("Settings that go together. Your own presets save everything but the source.")
        controls.label(_("Preset"), hint)
        active = next((_title(entry) for entry in entries if entry.is_active), _(_NONE))
        if not combo("##preset", active, imgui.ComboFlags_.height_largest):
            return
        for entry in entries:
            self._entry(entry, controls)
        imgui.separator()
        self._new(controls)
        imgui.end_combo()

    def _entry(self, entry: PresetEntry, controls: Controls) -> None:
        width = _WIDTH * controls.theme.scale  # not the available width: the popup is as wide as its content
        gap = imgui.get_frame_height() + imgui.get_style().item_spacing.x if entry.is_own else 0.0
        if imgui.selectable(f"{_title(entry)}##{entry.name}", entry.is_active, size=imgui.ImVec2(width - gap, 0))[0]:
            controls.commands.append(ApplyPreset(entry.name))
        imgui.set_item_tooltip(_(entry.meaning))
        if entry.is_own:
            imgui.same_line()
            if imgui.small_button(f"{icons.ICON_FA_TRASH_CAN}##{entry.name}"):
                controls.commands.append(DeletePreset(entry.name))
            imgui.set_item_tooltip(_("Delete {name}").format(name=entry.name))

    def _new(self, controls: Controls) -> None:
        imgui.set_next_item_width(_TEXT_WIDTH * controls.theme.scale)
        entered, self._name = imgui.input_text_with_hint(
            "##name", _("name of your own"), self._name, imgui.InputTextFlags_.enter_returns_true
        )
        imgui.same_line()
        imgui.begin_disabled(not self._name.strip())
        pressed = imgui.button(_("Save"))
        imgui.end_disabled()
        imgui.set_item_tooltip(_("Save the current settings under this name"))
        if (entered or pressed) and self._name.strip():
            controls.commands.append(SavePreset(self._name.strip()))
            self._name = ""
            imgui.close_current_popup()


def _title(entry: PresetEntry) -> str:
    return entry.title if entry.is_own else _(entry.title)
