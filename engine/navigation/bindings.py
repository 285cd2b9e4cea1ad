"""Key bindings: one table, read by the program, the help panel and the README."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.navigation.events import KeyPressed
from engine.settings.language import _, marked


@dataclass(frozen=True, slots=True)
class Binding:
    """A key and the action it runs."""

    key: str
    """Its name, with a leading `ctrl+` or `shift+` if that must be held."""
    action: str
    """Name of the action."""
    meaning: str
    repeats: bool = False
    """Whether holding the key runs it repeatedly."""

    @property
    def label(self) -> str:
        """The key as it is printed on a keyboard."""
        return "+".join(_label(part) for part in self.key.split("+"))


_LABELS = {
    "escape": "Esc", "ctrl": marked("Ctrl"), "shift": marked("Shift"), "space": marked("Space"),
    "backspace": marked("Backspace"), "left": marked("Left"), "right": marked("Right")
}  # fmt: skip


def _label(key: str) -> str:
    return _LABELS.get(key, key.upper() if len(key) == 1 else key.capitalize())


BINDINGS = (
    Binding("x", "capture", "capture: run this frame through the best network, and save it"),
    Binding("b", "wipe", "hold: compare the capture (left of the mouse) with the live scene"),
    Binding("ctrl+e", "export", "export this frame as a mesh, points or depth"),
    Binding("space", "freeze", "freeze the scene, or pause a video"),
    Binding(",", "step_back", "one frame back in a video", repeats=True),
    Binding(".", "step_forward", "one frame forward", repeats=True),
    Binding("ctrl+left", "skip_back", "five seconds back", repeats=True),
    Binding("ctrl+right", "skip_forward", "five seconds forward", repeats=True),
    Binding("k", "mark_loop", "loop: set the start, then the end, then clear it"),
    Binding("n", "next_encoder", "next network"),
    Binding("m", "toggle_metric", "metric depth on or off"),
    Binding("[", "finer", "finer mesh (subsample − 1)"),
    Binding("]", "coarser", "coarser mesh (subsample + 1)"),
    Binding("-", "flatter", "less depth"),
    Binding("=", "deeper", "more depth"),
    Binding("p", "next_mode", "mesh, points, or mesh with points in its holes"),
    Binding("l", "toggle_wireframe", "wireframe on or off"),
    Binding("c", "next_view", "color, depth, normals or flicker"),
    Binding("r", "reset_camera", "reset the camera"),
    Binding("f", "toggle_fullscreen", "full screen on or off"),
    Binding("tab", "toggle_overlay", "show or hide the panels"),
    Binding("f6", "focus_panel", "use the panels with the keyboard: arrows, Space, Esc"),
    Binding("ctrl+f", "find_setting", "find a setting"),
    Binding("ctrl+c", "copy_picture", "copy the picture"),
    Binding("ctrl+v", "paste", "open the copied file or address"),
    Binding("f1", "toggle_help", "show these keys"),
    Binding("f2", "toggle_messages", "list the messages so far"),
    Binding("f12", "screenshot", "save a screenshot"),
    Binding("escape", "go_back", "go back: close what is open, leave full screen"),
    Binding("ctrl+q", "quit", "quit"),
)
"""The program's own keys. A tool declares its keys itself; `KeyTable` joins them."""

FLY_KEYS: dict[str, tuple[float, float, float]] = {
    "w": (0, 0, -1),
    "s": (0, 0, 1),
    "a": (-1, 0, 0),
    "d": (1, 0, 0),
    "q": (0, -1, 0),
    "e": (0, 1, 0),
}
"""Held keys that fly: directions along the camera's right, up and backward axes."""

ORBIT_KEYS: dict[str, tuple[float, float]] = {"left": (-1, 0), "right": (1, 0), "up": (0, 1), "down": (0, -1)}
"""Held keys that orbit: yaw, pitch."""

MOUSE = (
    ("Drag", "orbit"),
    ("Shift+drag, right drag", "pan"),
    ("Wheel", "zoom"),
    ("W A S D Q E", "fly"),
    ("Arrows", "orbit"),
    ("Double click", "orbit around this point"),
)
"""Navigation, for the help panel and the README."""

LABEL_OF = {binding.action: binding.label for binding in BINDINGS}
"""The key of each of the program's own actions, for tooltips."""


def localized(label: str) -> str:
    """Return the label of a key as keyboards of the user's language have it."""
    return "+".join(map(_, label.split("+")))


class KeyTable:
    """All key bindings: the program's own and those of its tools."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        """Raises ValueError if two bindings share a key, or one takes a key that flies or orbits."""
        self._by_key: dict[str, Binding] = {}
        for binding in bindings:
            taken = self._by_key.get(binding.key)
            if taken is not None or binding.key in FLY_KEYS or binding.key in ORBIT_KEYS:
                raise ValueError(f"{binding.action} cannot have the key {binding.key}: it is taken")
            self._by_key[binding.key] = binding

    def __iter__(self) -> Iterator[Binding]:
        return iter(self._by_key.values())

    def action_of(self, press: KeyPressed) -> str | None:
        """The action that a key press runs, if any."""
        with_shift = self._by_key.get(f"shift+{press.key}") if press.shift else None
        binding = with_shift or self._by_key.get(press.key)  # some keys need Shift on some keyboards
        return binding.action if binding is not None and (binding.repeats or not press.is_repeat) else None

    def is_held(self, action: str, held_keys: Iterable[str]) -> bool:
        """Whether the key of `action` is among `held_keys`."""
        return any(self._by_key[key].action == action for key in held_keys if key in self._by_key)
