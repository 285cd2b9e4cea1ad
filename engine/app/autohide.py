"""When panels and bars are out of the way: a while after the mouse moved last."""

HIDE_AFTER_S = 3.0
FADE_S = 0.4


class Autohide:
    """How visible they are, from what the mouse does. It knows no clock: the time is given."""

    def __init__(self) -> None:
        self.opacity = 1.0
        """0 hides them."""
        self.may_hide = False
        """Whether they hide by themselves: then the picture makes no room for them."""
        self._used_s = 0.0
        self._pointer: tuple[float, float] | None = None

    def update(
        self, now_s: float, pointer: tuple[float, float] | None, *, is_used: bool, may_hide: bool, fades: bool
    ) -> bool:
        """Take the time and the mouse's place; return whether `opacity` has changed.

        is_used: whether the user works with them. may_hide: whether anything else is to be seen. fades: hide them
        gradually; they come back at once.
        """
        if pointer != self._pointer or is_used or not may_hide:
            self._pointer, self._used_s = pointer, now_s
        self.may_hide = may_hide
        late_s = now_s - self._used_s - HIDE_AFTER_S
        before, self.opacity = self.opacity, 1.0
        if late_s >= 0:
            self.opacity = max(1 - late_s / FADE_S, 0.0) if fades else 0.0
        return self.opacity != before
