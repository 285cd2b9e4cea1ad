"""The one-slot mailbox: all that threads share."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest value. Putting overwrites an unread one, which is counted; nothing ever queues.

    Any thread may call any method.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._value: T | None = None
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many values were overwritten before anybody took them."""
        with self._changed:
            return self._dropped

    @property
    def closed(self) -> bool:
        with self._changed:
            return self._closed

    def put(self, value: T) -> None:
        """Leave `value` for the reader. After `close` it is discarded."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._value is not None
            self._value = value
            self._changed.notify()

    def take(self) -> T | None:
        """The newest value, or None if it was already taken."""
        with self._changed:
            value, self._value = self._value, None
            return value

    def wait(self, timeout_s: float) -> T | None:
        """Like `take`, but waits for a value up to `timeout_s`, or until `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is not None or self._closed, timeout_s)
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """Wake every waiting reader; a value not yet taken can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
