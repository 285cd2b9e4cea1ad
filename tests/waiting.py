"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

LIMIT_S = 600.0
"""Far above what anything here takes, also where a machine stands still for a while. Far below the time limit of a
test, so that what hangs is said by the line that waits for it."""
_ASKED_S = 120.0
"""How long `wait_for` asks, not counting the time in which the machine stood still."""
_LONGEST_TURN_S = 2.0
"""What takes longer between two questions is such a time."""


def wait_for(condition: Callable[[], Value], limit_s: float = _ASKED_S) -> Value:
    """Return what `condition` gives as soon as that is true, asking every 5 ms; fail after `limit_s` seconds."""
    asked_s, last_s = 0.0, time.monotonic()
    while not (value := condition()):
        assert asked_s < limit_s, f"nothing happened in {limit_s:g} s"
        time.sleep(0.005)
        now_s = time.monotonic()
        asked_s, last_s = asked_s + min(now_s - last_s, _LONGEST_TURN_S), now_s
    return value
