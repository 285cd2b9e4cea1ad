"""The way of the keyboard from one panel to the next."""

from collections.abc import Sequence

from imgui_bundle import imgui


class KeyboardWay:
    """Gives the keyboard to one window after another."""

    def __init__(self) -> None:
        self._now = ""

    def go_on(self, names: Sequence[str]) -> None:
        """Give the keyboard to the next window; to the first one if it was with the scene.

        `names`: ImGui's names of all windows with controls, in the order of the way. To be called before any of them is
        drawn: those of the last frame count.
        """
        there = [name for name in names if was_drawn(name)]
        if not there:
            return
        is_walking = imgui.get_io().nav_visible and self._now in there
        self._now = there[(there.index(self._now) + 1) % len(there)] if is_walking else there[0]
        imgui.set_window_focus(self._now)
        window = imgui.internal.find_window_by_name(self._now)
        if window is not None:  # on its first control, unless the keyboard was there before
            imgui.internal.nav_init_window(window, False)
        imgui.set_nav_cursor_visible(True)


def is_drawn(name: str) -> bool:
    """Return whether a window was drawn in this frame."""
    window = imgui.internal.find_window_by_name(name)
    return window is not None and window.active


def was_drawn(name: str) -> bool:
    """Return whether a window was drawn in the last frame; before any is drawn in this one."""
    window = imgui.internal.find_window_by_name(name)
    return window is not None and window.was_active
