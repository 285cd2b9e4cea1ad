"""Keyboard and mouse of a window: ImGui gets them first, the scene gets events for the rest.

ImGui's own GLFW back-end translates for ImGui. The callbacks are ours, since the keys that navigate panels, such as Tab
and the arrows, belong to the scene unless the user is navigating a panel.
"""

# isort: off
from imgui_bundle import imgui  # first: it decides which GLFW library everybody shares

import glfw

# isort: on

import ctypes
import warnings
from collections.abc import Iterator
from typing import Any

from engine.navigation.events import Button, Clicked, DoubleClicked, Dragged, Dropped, Event, KeyPressed, Scrolled
from engine.window.eyes import WHOLE, Eyes

_BUTTONS: tuple[Button, ...] = ("left", "right", "middle")
"""In GLFW's and ImGui's order."""
_CLICK_PX = 4.0
"""A press that moves no farther is a click, not a drag."""
_SYMBOLS = {
    "left bracket": "[", "right bracket": "]", "minus": "-", "equal": "=", "comma": ",", "period": ".", "slash": "/",
    "kp subtract": "-", "kp add": "=", "kp enter": "enter",
}  # fmt: skip
_WORDS = {getattr(glfw, name): name[4:].lower().replace("_", " ") for name in dir(glfw) if name.startswith("KEY_")}
KEY_NAMES: dict[int, str] = {code: _SYMBOLS.get(word, word) for code, word in _WORDS.items()}
"""GLFW's key codes as the names in `engine.navigation.bindings`."""
_NAVIGATION_KEYS = {
    "tab", "escape", "enter", "space", "left", "right", "up", "down", "home", "end", "page up", "page down",
}  # fmt: skip
"""Keys that navigate panels."""
_ALWAYS = {"ctrl+q"}
"""Keys that work while the user types, too."""


class Input:
    """Main thread only. ImGui's context must exist, and last as long."""

    def __init__(self, handle: Any) -> None:
        """`handle`: GLFW's window. Replaces its callbacks for keyboard, mouse, focus and dropped files."""
        self._handle = handle
        self._address = ctypes.cast(handle, ctypes.c_void_p).value or 0
        self._io = imgui.get_io()
        self._io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard
        self._io.config_nav_escape_clear_focus_window = True  # a panel that is focused again starts at its top
        self._io.config_nav_capture_keyboard = False  # letters stay with the scene: see `_overlay_has_keys`
        self.is_waiting = False
        """Whether anything happened since `events` was last called."""
        self._keys: list[tuple[str, int, int]] = []
        """Since then: name, GLFW's modifiers, and its action."""
        self._dropped: list[tuple[str, ...]] = []
        self._dragging: set[Button] = set()
        """Buttons that went down on the scene."""
        self.eyes = WHOLE
        """How the window is divided."""
        self._part = (0, 0)
        """Column and row of the part of the window that the mouse is in; while a button is down, that of its press."""
        self._size = (1, 1)
        self.pointer: tuple[float, float] | None = None
        """Where the mouse is, in shares of the window from its top left corner; None outside of it."""
        self.held_keys: set[str] = set()
        """Names of the keys that are down and that the overlay does not want."""
        imgui.backends.glfw_init_for_opengl(self._address, install_callbacks=False)
        self._connect()

    def _connect(self) -> None:
        backend, handle = imgui.backends, self._handle
        for install, forward in (
            (glfw.set_char_callback, backend.glfw_char_callback),
            (glfw.set_cursor_enter_callback, backend.glfw_cursor_enter_callback),
            (glfw.set_mouse_button_callback, backend.glfw_mouse_button_callback),
            (glfw.set_scroll_callback, backend.glfw_scroll_callback),
            (glfw.set_window_refresh_callback, None),
        ):
            install(handle, self._waking(forward))
        glfw.set_cursor_pos_callback(handle, self._on_move)
        glfw.set_key_callback(handle, self._on_key)
        glfw.set_window_focus_callback(handle, self._on_focus)
        glfw.set_drop_callback(handle, self._on_drop)

    def _waking(self, forward: Any) -> Any:
        """Return a GLFW callback that notes that something happened, and forwards it to ImGui."""

        def callback(_handle: Any, *values: Any) -> None:
            self.is_waiting = True
            if forward is not None:
                forward(self._address, *values)

        return callback

    @property
    def clipboard(self) -> str:
        """The text that was copied last, in any program; empty if it is no text."""
        with warnings.catch_warnings(action="ignore"):  # GLFW warns if it holds a picture
            return imgui.get_clipboard_text() or ""

    def copy(self, text: str) -> None:
        """Put `text` into the clipboard."""
        imgui.set_clipboard_text(text)

    def update_pointer(self, size: tuple[int, int]) -> None:
        """Query the position of the mouse. `size`: of the window, in the display's units."""
        self._size = size
        x, y = glfw.get_cursor_pos(self._handle)
        is_inside = 0 <= x < size[0] and 0 <= y < size[1]
        self.pointer = (x / size[0], y / size[1]) if is_inside else None

    def divide(self, eyes: Eyes) -> None:
        """Divide the window between the eyes from now on."""
        if eyes != self.eyes:
            self.eyes = eyes
            self._on_move(self._handle, *glfw.get_cursor_pos(self._handle))

    @property
    def pointer_before_eye(self) -> tuple[float, float] | None:
        """Where the mouse is in what one eye sees, as shares from its top left corner; None outside of the window."""
        return None if self.pointer is None else self.eyes.share(self.pointer)

    @property
    def pointer_on_scene(self) -> tuple[float, float] | None:
        """The same where the scene is under the mouse; None over the overlay."""
        return None if self._io.want_capture_mouse else self.pointer

    @property
    def overlay_is_used(self) -> bool:
        """Whether the mouse, the keyboard or an open list is on the overlay."""
        return bool(self._io.want_capture_mouse or self._overlay_has_keys)

    def events(self) -> list[Event]:
        """Return what the user did and the overlay does not want. Call it once a frame, after `begin_overlay`."""
        self.is_waiting = False
        keys, self._keys = self._keys, []
        dropped, self._dropped = self._dropped, []
        return [*self._key_events(keys), *self._mouse_events(), *(Dropped(paths) for paths in dropped)]

    def _key_events(self, keys: list[tuple[str, int, int]]) -> Iterator[KeyPressed]:
        for name, modifiers, action in keys:
            is_ctrl = bool(modifiers & glfw.MOD_CONTROL)
            if action == glfw.RELEASE:
                self.held_keys.discard(name)
                continue
            pressed = "ctrl+" * is_ctrl + name
            if not self._io.want_capture_keyboard or pressed in _ALWAYS:
                if not is_ctrl:
                    self.held_keys.add(name)
                yield KeyPressed(pressed, action == glfw.REPEAT, bool(modifiers & glfw.MOD_SHIFT))

    def _mouse_events(self) -> Iterator[Event]:
        io = self._io
        (across, down), scale = self.eyes.stretch, io.display_framebuffer_scale
        dx, dy = io.mouse_delta.x * scale.x / across, io.mouse_delta.y * scale.y / down
        for index, button in enumerate(_BUTTONS):
            if imgui.is_mouse_clicked(index):  # what moved before this is no part of the drag
                if not io.want_capture_mouse:
                    self._dragging.add(button)
            elif button in self._dragging:
                if dx or dy:
                    yield Dragged(dx, dy, button, io.key_shift)
                if not imgui.is_mouse_down(index):
                    self._dragging.discard(button)
                    if button == "left" and io.mouse_drag_max_distance_sqr[index] <= _CLICK_PX**2:
                        yield Clicked(*self._share(io.mouse_pos))
        if io.mouse_wheel and not io.want_capture_mouse:
            yield Scrolled(io.mouse_wheel)
        if imgui.is_mouse_double_clicked(0) and not io.want_capture_mouse:
            yield DoubleClicked(*self._share(io.mouse_pos))

    def _share(self, place: imgui.ImVec2) -> tuple[float, float]:
        x, y = self.eyes.to_window((place.x, place.y), self._size, self._part)
        return x / self._size[0], y / self._size[1]

    @property
    def _overlay_has_keys(self) -> bool:
        """Whether the overlay gets the navigation keys: the user navigates it, types into it or has a list open.

        Otherwise the scene gets them, and ImGui does not see them.
        """
        io = self._io
        is_choosing = imgui.is_popup_open("", imgui.PopupFlags_.any_popup)
        return bool(io.nav_visible or io.want_text_input or io.want_capture_keyboard or is_choosing)

    def _on_move(self, handle: Any, x: float, y: float) -> None:
        self.is_waiting = True
        if not any(glfw.get_mouse_button(handle, button) for button in range(len(_BUTTONS))):
            self._part = self.eyes.part_at((x, y), self._size)
        imgui.backends.glfw_cursor_pos_callback(self._address, *self.eyes.to_overlay((x, y), self._size, self._part))

    def _on_key(self, _handle: Any, key: int, scancode: int, action: int, modifiers: int) -> None:
        self.is_waiting = True
        name, is_down = KEY_NAMES.get(key, "unknown"), action != glfw.RELEASE
        is_navigation = name in _NAVIGATION_KEYS
        is_overlays = is_navigation and self._overlay_has_keys
        if is_overlays or not is_down or not is_navigation:
            imgui.backends.glfw_key_callback(self._address, key, scancode, action, modifiers)
        if not (is_down and (is_overlays or modifiers & glfw.MOD_ALT)):
            self._keys.append((name, modifiers, action))

    def _on_drop(self, _handle: Any, paths: Any, *_: Any) -> None:  # the stub has a third argument
        self.is_waiting = True
        self._dropped.append(tuple(paths))

    def _on_focus(self, handle: Any, is_focused: int) -> None:
        self.is_waiting = True
        imgui.backends.glfw_window_focus_callback(self._address, is_focused)
        if is_focused:  # ImGui has forgotten where the mouse is, which may rest there
            self._on_move(handle, *glfw.get_cursor_pos(handle))
        else:  # releases that happen elsewhere are never reported
            self.held_keys.clear()
            self._dragging.clear()
