"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

LIMIT_S = 60.0
"""Far above what anything here takes, so that a busy machine fails no test; far below the time limit of a test."""


def wait_for(condition: Callable[[], Value], limit_s: float = LIMIT_S) -> Value:
    """Return what `condition` gives as soon as that is true, asking every 5 ms; fail after `limit_s` seconds."""
    end_s = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < end_s, f"nothing happened in {limit_s:g} s"
        time.sleep(0.005)
    return value
