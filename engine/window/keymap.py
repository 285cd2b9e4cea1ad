"""GLFW's key codes as ImGui's keys and as the names in `bindings.py`."""

# isort: off
from imgui_bundle import imgui  # before glfw: it decides which library is loaded

import glfw

# isort: on

_K = imgui.Key

_SPECIAL: dict[int, tuple[str, imgui.Key]] = {
    glfw.KEY_SPACE: ("space", _K.space),
    glfw.KEY_TAB: ("tab", _K.tab),
    glfw.KEY_ESCAPE: ("escape", _K.escape),
    glfw.KEY_ENTER: ("enter", _K.enter),
    glfw.KEY_KP_ENTER: ("enter", _K.keypad_enter),
    glfw.KEY_BACKSPACE: ("backspace", _K.backspace),
    glfw.KEY_DELETE: ("delete", _K.delete),
    glfw.KEY_INSERT: ("insert", _K.insert),
    glfw.KEY_HOME: ("home", _K.home),
    glfw.KEY_END: ("end", _K.end),
    glfw.KEY_PAGE_UP: ("page up", _K.page_up),
    glfw.KEY_PAGE_DOWN: ("page down", _K.page_down),
    glfw.KEY_LEFT: ("left", _K.left_arrow),
    glfw.KEY_RIGHT: ("right", _K.right_arrow),
    glfw.KEY_UP: ("up", _K.up_arrow),
    glfw.KEY_DOWN: ("down", _K.down_arrow),
    glfw.KEY_LEFT_BRACKET: ("[", _K.left_bracket),
    glfw.KEY_RIGHT_BRACKET: ("]", _K.right_bracket),
    glfw.KEY_MINUS: ("-", _K.minus),
    glfw.KEY_KP_SUBTRACT: ("-", _K.keypad_subtract),
    glfw.KEY_EQUAL: ("=", _K.equal),
    glfw.KEY_KP_ADD: ("=", _K.keypad_add),
    glfw.KEY_COMMA: (",", _K.comma),
    glfw.KEY_PERIOD: (".", _K.period),
    glfw.KEY_SLASH: ("/", _K.slash),
}
_LETTERS = {glfw.KEY_A + i: (chr(97 + i), getattr(_K, chr(97 + i))) for i in range(26)}
_DIGITS = {glfw.KEY_0 + i: (str(i), getattr(_K, f"_{i}")) for i in range(10)}
_FUNCTION = {glfw.KEY_F1 + i: (f"f{i + 1}", getattr(_K, f"f{i + 1}")) for i in range(12)}
_ALL = {**_SPECIAL, **_LETTERS, **_DIGITS, **_FUNCTION}

KEY_NAMES: dict[int, str] = {code: name for code, (name, _) in _ALL.items()}
IMGUI_MODIFIERS: dict[int, imgui.Key] = {
    glfw.KEY_LEFT_CONTROL: _K.mod_ctrl,
    glfw.KEY_RIGHT_CONTROL: _K.mod_ctrl,
    glfw.KEY_LEFT_SHIFT: _K.mod_shift,
    glfw.KEY_RIGHT_SHIFT: _K.mod_shift,
    glfw.KEY_LEFT_ALT: _K.mod_alt,
    glfw.KEY_RIGHT_ALT: _K.mod_alt,
}
IMGUI_KEYS: dict[int, imgui.Key] = {
    **{code: key for code, (_, key) in _ALL.items()},
    glfw.KEY_LEFT_CONTROL: _K.left_ctrl,
    glfw.KEY_RIGHT_CONTROL: _K.right_ctrl,
    glfw.KEY_LEFT_SHIFT: _K.left_shift,
    glfw.KEY_RIGHT_SHIFT: _K.right_shift,
    glfw.KEY_LEFT_ALT: _K.left_alt,
    glfw.KEY_RIGHT_ALT: _K.right_alt,
}
NAVIGATION_KEYS = frozenset(
    code
    for code, (name, _) in _SPECIAL.items()
    if name in {"tab", "escape", "enter", "space", "left", "right", "up", "down", "home", "end", "page up", "page down"}
)
"""Keys by which panels are walked through."""
