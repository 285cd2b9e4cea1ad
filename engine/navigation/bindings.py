"""The keys, as one table: the program, the help panel and the README read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """One key and what it does."""

    key: str
    """Its name, after ctrl+ if that must be held."""
    action: str
    """Name of the action in `actions.py`."""
    meaning: str
    repeats: bool = False
    """Whether holding the key does it again and again."""

    @property
    def label(self) -> str:
        """The key as it is printed on a keyboard."""
        return "+".join(_label(part) for part in self.key.split("+"))


LABELS = {"escape": "Esc"}


def _label(key: str) -> str:
    return LABELS.get(key, key.upper() if len(key) == 1 else key.capitalize())


BINDINGS = (
    Binding("x", "capture", "capture: this frame again, by the best network at its best resolution"),
    Binding("b", "wipe", "hold: the capture left of the mouse, the live scene right of it"),
    Binding("ctrl+e", "export", "save this frame as a mesh, points or depth"),
    Binding("space", "freeze", "freeze, or pause a video, and go on"),
    Binding(",", "step_back", "one picture back in a video", repeats=True),
    Binding(".", "step_forward", "one picture on", repeats=True),
    Binding("ctrl+left", "skip_back", "five seconds back", repeats=True),
    Binding("ctrl+right", "skip_forward", "five seconds on", repeats=True),
    Binding("k", "mark_loop", "repeat from here; to here; everything again"),
    Binding("t", "toggle_ruler", "ruler: click two points of the scene"),
    Binding("n", "next_encoder", "next network"),
    Binding("m", "toggle_metric", "metric depth on and off"),
    Binding("[", "finer", "finer mesh (subsample − 1)"),
    Binding("]", "coarser", "coarser mesh (subsample + 1)"),
    Binding("-", "flatter", "less depth"),
    Binding("=", "deeper", "more depth"),
    Binding("p", "next_mode", "mesh, points, mesh with points at its holes"),
    Binding("l", "toggle_wireframe", "wireframe on and off"),
    Binding("c", "next_view", "picture, depth, normals"),
    Binding("r", "reset_camera", "back to where the picture was taken from"),
    Binding("f", "toggle_fullscreen", "full screen on and off"),
    Binding("tab", "toggle_overlay", "show and hide the panels"),
    Binding("f6", "focus_panel", "walk through the panels: arrows, Space, Esc"),
    Binding("ctrl+v", "paste", "show the file or address that was copied"),
    Binding("f1", "toggle_help", "these keys"),
    Binding("f12", "screenshot", "save the picture"),
    Binding("escape", "leave", "leave a capture; else quit"),
)

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

LAMP_KEY = "j"
"""Held, it puts the lamp under the mouse."""

MOUSE = (
    ("Drag", "orbit"),
    ("Shift+drag, right drag", "pan"),
    ("Wheel", "nearer and farther"),
    ("W A S D Q E", "fly"),
    ("Arrows", "orbit"),
    ("Double click", "turn round this point from now on"),
    (f"Hold {LAMP_KEY.upper()}", "light the scene with a lamp under the mouse"),
)
"""Navigation, for the help panel and the README."""

ACTIONS = {binding.key: binding.action for binding in BINDINGS}
LABEL_OF = {binding.action: binding.label for binding in BINDINGS}
"""The key that does it, for tooltips."""
REPEATING = frozenset(binding.key for binding in BINDINGS if binding.repeats)
