"""The playback controls of a recording."""

from dataclasses import replace
from threading import Condition

from engine.status.playback import Playback, PlaybackCommand, Seek, SetLoop, SetSpeed


class Transport:
    """The state of playback, and the seeks and steps that the player has not made yet.

    Any thread may call any method. The newest seek wins; steps add up.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._playback = Playback()
        self._seek_s: float | None = None
        self._steps = 0

    @property
    def playback(self) -> Playback:
        """The state of playback."""
        return self._playback

    def toggle(self) -> None:
        """Pause or resume."""
        self._set(is_paused=not self._playback.is_paused)

    def step(self, frames: int) -> None:
        """Go on by a number of frames, or back if negative, and pause."""
        with self._changed:
            self._steps += frames
            self._set(is_paused=True)

    def skip(self, seconds: float) -> None:
        """Seek forward, or backward if negative, within the recording."""
        with self._changed:
            here_s = self._playback.position_s if self._seek_s is None else self._seek_s
            self.follow(Seek(here_s + seconds))

    def follow(self, command: PlaybackCommand) -> None:
        """Carry out a command of the overlay."""
        with self._changed:
            match command:
                case Seek(time_s):
                    self._seek_s = min(max(time_s, 0.0), self._playback.duration_s or time_s)
                    self._steps = 0
                    self._set(position_s=self._seek_s)
                case SetSpeed(speed):
                    self._set(speed=speed)
                case SetLoop(loop_s):
                    self._set(loop_s=loop_s, loop_from_s=None)

    def mark_loop(self) -> None:
        """Mark the start of a loop, its end at the second call, and remove the loop at the third."""
        with self._changed:
            now = self._playback
            here_s = now.position_s
            if now.loop_s is not None:
                self._set(loop_s=None)
            elif now.loop_from_s is None or here_s == now.loop_from_s:
                self._set(loop_from_s=here_s)
            else:
                self.follow(SetLoop((min(now.loop_from_s, here_s), max(now.loop_from_s, here_s))))

    def wait(self, timeout_s: float) -> None:
        """Sleep while playback is paused, until a seek, a step or `wake`."""
        with self._changed:
            if (
                self._playback.is_paused and self._seek_s is None and not self._steps
            ):  # else something has changed already
                self._changed.wait(timeout_s)

    def wake(self) -> None:
        """End a `wait`."""
        with self._changed:
            self._changed.notify_all()

    def take_jump(self) -> tuple[float | None, int]:
        """Return the position to seek to, if any, and the number of steps from there. Both are returned only once."""
        with self._changed:
            jump = self._seek_s, self._steps
            self._seek_s, self._steps = None, 0
            return jump

    def shown(self, position_s: float, duration_s: float | None) -> None:
        """Note the position that is on screen."""
        with self._changed:
            if self._seek_s is None:
                self._playback = replace(self._playback, position_s=position_s, duration_s=duration_s)

    def _set(self, **changes: object) -> None:
        with self._changed:
            self._playback = replace(self._playback, **changes)  # type: ignore[arg-type]  # of any type
            self._changed.notify_all()
