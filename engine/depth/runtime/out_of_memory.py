"""What to do when memory does not suffice: a smaller input for a while."""

from engine.errors import MemoryShortageError

LEAST_INPUT_SIZE = 98
"""Short side in pixels below which there is nothing left to gain."""
RETRY_S = 30.0
"""How long to stay small before the larger input is tried again; twice as long after each time in vain."""
LONGEST_RETRY_S = 600.0

ADVICE = "For less memory: --encoder vits --max-res 320 --subsample 4"

_PHRASES = ("out of memory", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says so, in one of torch's or Python's ways."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True  # torch's, by name: this module is read before torch is
    return isinstance(error, RuntimeError) and any(phrase in str(error).lower() for phrase in _PHRASES)


def smaller_input(size: int, doing: str) -> int:
    """Half of an input size for which memory did not suffice while `doing`.

    Raises MemoryShortageError if nothing is gained by less.
    """
    if size <= LEAST_INPUT_SIZE:
        raise MemoryShortageError(f"not enough memory for {doing} at {size} px, and less is of no use. {ADVICE}")
    return max(size // 2, LEAST_INPUT_SIZE)


class InputLimit:
    """The input size that memory allows. Used on the depth thread only."""

    def __init__(self) -> None:
        self.message: str | None = None
        """What to tell the user, while the input is smaller than it should be."""
        self._wanted = 0
        self._size = 0  # what is being tried
        self._good = 0  # the last size that worked since memory was short
        self._retry_s, self._retry_at_s = RETRY_S, 0.0

    def shrink(self, size: int, now_s: float) -> int:
        """The input size to try, since memory did not suffice at `size`.

        Raises MemoryShortageError if nothing is gained by less.
        """
        smaller = smaller_input(size, "live depth")
        if self._good:  # the larger one was tried again in vain
            self._retry_s = min(2 * self._retry_s, LONGEST_RETRY_S)
        self._wanted = max(self._wanted, size)
        self._retry_at_s = now_s + self._retry_s
        self._size = smaller
        self.message = f"not enough memory at {size} px: {self._size} px for now, the larger again later. {ADVICE}"
        return self._size

    def grow(self, now_s: float) -> int | None:
        """The larger input size to try, when it is time; else None."""
        if not self._good or now_s < self._retry_at_s:
            return None
        self._retry_at_s = now_s + self._retry_s
        self._size = min(2 * self._good, self._wanted)
        return self._size

    def succeeded(self) -> None:
        """A frame was computed at the size that was tried last."""
        self._good = self._size
        if self._size >= self._wanted:
            self.message, self._wanted, self._size, self._good = None, 0, 0, 0
