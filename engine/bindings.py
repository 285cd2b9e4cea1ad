"""The keys, as one table: the program, the help panel and the README read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """One key and what it does."""

    key: str
    action: str
    """Name of the action in `actions.py`."""
    meaning: str

    @property
    def label(self) -> str:
        """The key as it is printed on a keyboard."""
        return LABELS.get(self.key, self.key.upper() if len(self.key) == 1 else self.key.capitalize())


LABELS = {"escape": "Esc"}

BINDINGS = (
    Binding("x", "capture", "capture: this frame again, by the best network at its best resolution"),
    Binding("space", "freeze", "freeze and go on"),
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

MOUSE = (
    ("Drag", "orbit"),
    ("Shift+drag, right drag", "pan"),
    ("Wheel", "nearer and farther"),
    ("W A S D Q E", "fly"),
    ("Arrows", "orbit"),
    ("Double click", "turn round this point from now on"),
)
"""Navigation, for the help panel and the README."""

ACTIONS = {binding.key: binding.action for binding in BINDINGS}
