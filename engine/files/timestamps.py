"""The times of a stream in a file that was joined from several recordings, as `cat a.ts b.ts` does."""

from collections.abc import Sequence

TS_DISCONT = 0x0200
"""FFmpeg's AVFMT_TS_DISCONT: the flag of a kind of file whose times may jump."""
BACK_S = 0.3
"""Times that run back by more begin anew; by less they are only out of order."""
AHEAD_S = 10.0
"""In such a file a longer gap is a join, and no pause."""


class JoinedTimes:
    """Has each recording go on where the one before ended."""

    def __init__(self, format_flags: int, expected_offsets_s: Sequence[float] = ()) -> None:
        """`format_flags`: FFmpeg's, of the kind of file. `expected_offsets_s`: what another stream of the file has at
        its joins, so that both stay in step; beyond these it goes its own way."""
        self.offsets_s: list[float] = []
        """At each join so far, what is added to the file's times from there on."""
        self._may_jump, self._expected_offsets_s = bool(format_flags & TS_DISCONT), expected_offsets_s
        self._due_s: float | None = None

    @property
    def offset_s(self) -> float:
        """What is added to the file's times now."""
        return self.offsets_s[-1] if self.offsets_s else 0.0

    def place(self, stated_s: float | None, duration_s: float) -> float:
        """When the next piece begins, which lasts `duration_s` and for which the file says `stated_s`; without that it
        follows the one before."""
        due_s = self._due_s
        if stated_s is not None and due_s is not None and self._is_join(stated_s + self.offset_s - due_s):
            joins = len(self.offsets_s)
            is_expected = joins < len(self._expected_offsets_s)
            self.offsets_s.append(self._expected_offsets_s[joins] if is_expected else due_s - stated_s)
        at_s = (due_s or 0.0) if stated_s is None else stated_s + self.offset_s
        self._due_s = at_s + duration_s
        return at_s

    def jump(self) -> None:
        """The next piece is from elsewhere in the file."""
        self._due_s = None

    def _is_join(self, ahead_s: float) -> bool:
        return ahead_s < -BACK_S or (self._may_jump and ahead_s > AHEAD_S)
