"""Watching the shader files for edits."""

from pathlib import Path

from engine.paths import SHADERS_DIR

POLL_S = 0.5


class ShaderWatch:
    """Compares the modification times of the shader files, at most twice per second."""

    def __init__(self, folder: Path = SHADERS_DIR) -> None:
        self._folder = folder
        self._next_s = 0.0
        self._seen = self._times()

    def has_changed(self, now_s: float) -> bool:
        """Return whether a file was changed, added or removed since the last call."""
        if now_s < self._next_s:
            return False
        self._next_s = now_s + POLL_S
        times = self._times()
        has_changed, self._seen = times != self._seen, times
        return has_changed

    def _times(self) -> dict[Path, int]:
        times = {}
        for path in self._folder.rglob("*.*"):
            try:
                times[path] = path.stat().st_mtime_ns
            except FileNotFoundError:  # editors write a new file and rename it
                continue
        return times
