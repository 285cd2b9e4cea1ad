"""Handling of memory shortage: a smaller network input for a while."""

from engine.errors import MemoryShortageError

LEAST_INPUT_SIZE = 98
"""Short side in pixels; a smaller input does not save memory."""
RETRY_S = 30.0
"""Time before the larger input is tried again; doubled after each failure."""
LONGEST_RETRY_S = 600.0

ADVICE = "For less memory: --encoder vits --max-res 320 --subsample 4"

_PHRASES = ("out of memory", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether `error` reports a memory shortage, in any of the forms that Python and torch use."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True  # torch's error is known by its name, since this module must not import torch
    return isinstance(error, RuntimeError) and any(phrase in str(error).lower() for phrase in _PHRASES)


def smaller_input(size: int, doing: str) -> int:
    """Return half of the input `size`, at which memory was short while `doing`.

    Raises MemoryShortageError if a smaller input does not help.
    """
    if size <= LEAST_INPUT_SIZE:
        raise MemoryShortageError(f"not enough memory for {doing}, even at {size} px. {ADVICE}")
    return max(size // 2, LEAST_INPUT_SIZE)


class InputLimit:
    """The input size that fits into memory. Used on the depth thread only."""

    def __init__(self) -> None:
        self.message: str | None = None
        """What to tell the user while the input is reduced."""
        self._wanted = 0
        self._size = 0  # what is being tried
        self._good = 0  # the last size that worked since memory was short
        self._retry_s, self._retry_at_s = RETRY_S, 0.0

    def shrink(self, size: int, now_s: float) -> int:
        """Return the input size to try after memory was short at `size`.

        Raises MemoryShortageError if a smaller input does not help.
        """
        smaller = smaller_input(size, "live depth")
        if self._good:  # the larger size failed again
            self._retry_s = min(2 * self._retry_s, LONGEST_RETRY_S)
        self._wanted = max(self._wanted, size)
        self._retry_at_s = now_s + self._retry_s
        self._size = smaller
        self.message = f"not enough memory at {size} px: running at {self._size} px, will retry later. {ADVICE}"
        return self._size

    def grow(self, now_s: float) -> int | None:
        """Return the larger input size when it is time to try it, else None."""
        if not self._good or now_s < self._retry_at_s:
            return None
        self._retry_at_s = now_s + self._retry_s
        self._size = min(2 * self._good, self._wanted)
        return self._size

    def succeeded(self) -> None:
        """Note that a frame was computed at the size that was tried last."""
        self._good = self._size
        if self._size >= self._wanted:
            self.message, self._wanted, self._size, self._good = None, 0, 0, 0
