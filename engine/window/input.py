"""What the user does to a window: GLFW's callbacks become ImGui's input, and events for what ImGui does not want."""

# isort: off
from imgui_bundle import imgui  # first: it decides which GLFW library everybody shares

import glfw
from moderngl_window.context.glfw import Window as GlfwWindow

# isort: on

import warnings
from math import dist
from typing import Any

from engine.navigation.events import Button, Clicked, DoubleClicked, Dragged, Dropped, Event, KeyPressed, Scrolled
from engine.window.keymap import IMGUI_KEYS, IMGUI_MODIFIERS, KEY_NAMES, NAVIGATION_KEYS

_BUTTONS: dict[int, Button] = {1: "left", 2: "right", 3: "middle"}
_CLICK_PX = 4.0
"""A press that moves no farther is a click, not a drag."""


class Input:
    """Main thread only. ImGui's context must be there, and last as long."""

    def __init__(self, window: GlfwWindow) -> None:
        self._window, self._handle = window, window._window
        self._io = imgui.get_io()
        self._io.config_flags |= imgui.ConfigFlags_.nav_enable_keyboard
        self._io.config_nav_capture_keyboard = False  # letters stay with the scene: see `_overlay_has_keys`
        self._raw: list[tuple[Any, ...]] = []
        self._owned_by_scene: set[Button] = set()
        self._shift = False
        self._pressed_at: tuple[float, float] | None = None
        """Where the left button went down on the scene, while it has not moved away."""
        self.pointer: tuple[float, float] | None = None
        """Where the mouse is, in shares of the window from its top left corner; None outside of it."""
        self.held_keys: set[str] = set()
        """Names of the keys that are down and that the overlay does not want."""
        self._connect()
        self._share_clipboard()

    def _connect(self) -> None:
        window = self._window
        window.key_event_func = self._on_key
        window.unicode_char_entered_func = self._on_character
        window.mouse_position_event_func = self._on_motion
        window.mouse_drag_event_func = self._on_motion
        window.mouse_press_event_func = lambda x, y, button: self._on_button(x, y, button, is_down=True)
        window.mouse_release_event_func = lambda x, y, button: self._on_button(x, y, button, is_down=False)
        window.mouse_scroll_event_func = self._on_scroll
        glfw.set_window_focus_callback(self._handle, self._on_focus)
        glfw.set_drop_callback(self._handle, self._on_drop)
        glfw.set_window_refresh_callback(self._handle, lambda _handle: self._raw.append(("refresh",)))

    def _share_clipboard(self) -> None:
        platform = imgui.get_platform_io()
        platform.platform_get_clipboard_text_fn = lambda _context: self.clipboard
        platform.platform_set_clipboard_text_fn = lambda _context, text: self._copy(text)

    @property
    def is_waiting(self) -> bool:
        """Whether `events` has something to go through."""
        return bool(self._raw)

    @property
    def clipboard(self) -> str:
        """The text that was copied last, anywhere; empty if it is no text."""
        with warnings.catch_warnings(action="ignore"):  # it holds a picture, say
            text = glfw.get_clipboard_string(self._handle) or b""
        return text if isinstance(text, str) else text.decode("utf-8", "replace")

    def _copy(self, text: str) -> None:
        with warnings.catch_warnings(action="ignore"):  # that GLFW needs no window for this any more
            glfw.set_clipboard_string(self._handle, text)

    def look(self, size: tuple[int, int]) -> None:
        """Ask the display where the mouse is; `size`: of the window, in the display's units."""
        x, y = glfw.get_cursor_pos(self._handle)
        is_inside = 0 <= x < size[0] and 0 <= y < size[1]
        self.pointer = (x / size[0], y / size[1]) if is_inside else None

    @property
    def pointer_on_scene(self) -> tuple[float, float] | None:
        """The same where the scene is under the mouse; None over the overlay."""
        return None if self._io.want_capture_mouse else self.pointer

    def events(self) -> list[Event]:
        """What the user did and the overlay did not want. To be asked after `begin_overlay`, which decides that."""
        events: list[Event] = []
        raw, self._raw = self._raw, []
        for kind, *values in raw:
            if kind == "key":
                name, is_ctrl, action = values
                if self._take_key(name, is_ctrl, action):
                    events.append(KeyPressed("ctrl+" * is_ctrl + name, action == glfw.REPEAT))
            elif kind == "button":
                if self._take_button(*values):
                    events.append(Clicked(*self._share(*values[:2])))
            elif kind == "drag":
                dx, dy = values
                scale = self._io.display_framebuffer_scale.x
                events += [Dragged(dx * scale, dy * scale, button, self._shift) for button in self._owned_by_scene]
            elif kind == "scroll" and not self._io.want_capture_mouse:
                events.append(Scrolled(values[0]))
            elif kind == "drop":
                events.append(Dropped(values[0]))
        if imgui.is_mouse_double_clicked(0) and not self._io.want_capture_mouse:
            events.append(DoubleClicked(*self._share(*self._io.mouse_pos)))
        return events

    def _share(self, x: float, y: float) -> tuple[float, float]:
        return x / self._io.display_size.x, y / self._io.display_size.y

    def _take_key(self, name: str, is_ctrl: bool, action: int) -> bool:
        """Note what is held; returns whether this is a key press for the scene."""
        if action == glfw.RELEASE:
            self.held_keys.discard(name)
            return False
        if self._io.want_capture_keyboard:
            return False
        if not is_ctrl:
            self.held_keys.add(name)
        return True

    @property
    def _overlay_has_keys(self) -> bool:
        """Whether the keys that move and choose are the overlay's: it is being walked through, written into or is about
        to be chosen from. The scene has them otherwise, and the overlay does not even see them."""
        io = self._io
        is_choosing = imgui.is_popup_open("", imgui.PopupFlags_.any_popup)
        return bool(io.nav_visible or io.want_text_input or io.want_capture_keyboard or is_choosing)

    def _take_button(self, x: float, y: float, button: Button, is_down: bool) -> bool:
        """Note who a button belongs to; returns whether this was a click on the scene."""
        if is_down:
            if not self._io.want_capture_mouse:
                self._owned_by_scene.add(button)
                self._pressed_at = (x, y) if button == "left" else None
            return False
        is_scenes, start = button in self._owned_by_scene, self._pressed_at
        self._owned_by_scene.discard(button)
        return button == "left" and is_scenes and start is not None and dist(start, (x, y)) <= _CLICK_PX

    def _on_key(self, key: int, action: int, modifiers: Any) -> None:
        is_down = action != glfw.RELEASE
        self._io.add_key_event(imgui.Key.mod_ctrl, modifiers.ctrl)
        self._io.add_key_event(imgui.Key.mod_shift, modifiers.shift)
        self._io.add_key_event(imgui.Key.mod_alt, modifiers.alt)
        if key in IMGUI_MODIFIERS:  # X11 reports a modifier's own key with the state from before it
            self._io.add_key_event(IMGUI_MODIFIERS[key], is_down)
        if key in (glfw.KEY_LEFT_SHIFT, glfw.KEY_RIGHT_SHIFT):
            self._shift = is_down
        is_overlays = key in NAVIGATION_KEYS and self._overlay_has_keys
        if key in IMGUI_KEYS and action != glfw.REPEAT and (is_overlays or not is_down or key not in NAVIGATION_KEYS):
            self._io.add_key_event(IMGUI_KEYS[key], is_down)  # which counts repetitions itself
        if key in KEY_NAMES and not (is_down and (is_overlays or modifiers.alt)):
            self._raw.append(("key", KEY_NAMES[key], bool(modifiers.ctrl), action))
        else:
            self._raw.append(("other key",))

    def _on_character(self, character: str) -> None:
        self._io.add_input_character(ord(character))
        self._raw.append(("character",))

    def _on_motion(self, x: int, y: int, dx: int, dy: int) -> None:
        self._io.add_mouse_pos_event(x, y)
        self._raw.append(("drag", dx, dy))

    def _on_button(self, x: float, y: float, button: int, *, is_down: bool) -> None:
        self._shift = bool(self._window.modifiers.shift)
        self._io.add_mouse_pos_event(x, y)
        self._io.add_mouse_button_event(button - 1, is_down)
        self._raw.append(("button", x, y, _BUTTONS[button], is_down))

    def _on_scroll(self, dx: float, dy: float) -> None:
        self._io.add_mouse_wheel_event(dx, dy)
        self._raw.append(("scroll", dy))

    def _on_drop(self, _handle: Any, paths: Any, *_: Any) -> None:
        self._raw.append(("drop", tuple(paths)))

    def _on_focus(self, _handle: Any, is_focused: int) -> None:
        self._io.add_focus_event(bool(is_focused))
        if not is_focused:  # releases that happen elsewhere are never told
            self.held_keys.clear()
            self._owned_by_scene.clear()
        self._raw.append(("focus",))
