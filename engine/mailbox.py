"""A one-slot mailbox between threads."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """The newest value. Putting a value overwrites an unread one, which is counted; there is no queue.

    Any thread may call any method.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._value: T | None = None
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Number of values that were overwritten before they were taken."""
        with self._changed:
            return self._dropped

    @property
    def closed(self) -> bool:
        with self._changed:
            return self._closed

    def put(self, value: T) -> None:
        """Store `value` for the reader. After `close` it is discarded."""
        with self._changed:
            if self._closed:
                return
            self._dropped += self._value is not None
            self._value = value
            self._changed.notify()

    def take(self) -> T | None:
        """Return the newest value, or None if it was taken already."""
        with self._changed:
            value, self._value = self._value, None
            return value

    def wait(self, timeout_s: float) -> T | None:
        """Wait for a value up to `timeout_s`, or until `close`, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._value is not None or self._closed, timeout_s)
            value, self._value = self._value, None
            return value

    def close(self) -> None:
        """Wake every waiting reader; a value not yet taken can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
