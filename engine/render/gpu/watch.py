"""Notices that somebody edits the shaders."""

from pathlib import Path

from engine.paths import SHADERS_DIR

EVERY_S = 0.5


class ShaderWatch:
    """Looks at the times of the shader files, not more often than every half a second."""

    def __init__(self, folder: Path = SHADERS_DIR) -> None:
        self._folder = folder
        self._next_s = 0.0
        self._seen = self._times()

    def has_changed(self, now_s: float) -> bool:
        """Whether a file changed, came or went since this was last asked."""
        if now_s < self._next_s:
            return False
        self._next_s = now_s + EVERY_S
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
