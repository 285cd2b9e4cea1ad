"""Timestamps of a stream in a file joined from several recordings, as by `cat a.ts b.ts`."""

from collections.abc import Sequence

TS_DISCONT = 0x0200
"""FFmpeg's AVFMT_TS_DISCONT: the flag of file formats whose timestamps may jump."""
BACK_S = 0.3
"""A larger step back is the start of another recording; a smaller one is only a frame out of order."""
AHEAD_S = 10.0
"""In a format whose timestamps may jump, a longer gap is a join and not a pause."""


class JoinedTimes:
    """Continuous timestamps: each recording starts where the previous one ended."""

    def __init__(self, format_flags: int, expected_offsets_s: Sequence[float] = ()) -> None:
        """`format_flags`: FFmpeg's flags of the file format. `expected_offsets_s`: the offsets that another stream of
        the file has at its joins, to be used at the same joins here, so that both streams stay in step."""
        self.offsets_s: list[float] = []
        """For each join so far, the offset that is added to the file's timestamps from there on."""
        self._may_jump, self._expected_offsets_s = bool(format_flags & TS_DISCONT), expected_offsets_s
        self._due_s: float | None = None

    @property
    def offset_s(self) -> float:
        """The offset that is added to the file's timestamps now."""
        return self.offsets_s[-1] if self.offsets_s else 0.0

    def place(self, stated_s: float | None, duration_s: float) -> float:
        """Return when the next packet starts.

        `stated_s`: its timestamp in the file; without one it follows the previous packet. `duration_s`: its length.
        """
        due_s = self._due_s
        if stated_s is not None and due_s is not None and self._is_join(stated_s + self.offset_s - due_s):
            joins = len(self.offsets_s)
            is_expected = joins < len(self._expected_offsets_s)
            self.offsets_s.append(self._expected_offsets_s[joins] if is_expected else due_s - stated_s)
        at_s = (due_s or 0.0) if stated_s is None else stated_s + self.offset_s
        self._due_s = at_s + duration_s
        return at_s

    def jump(self) -> None:
        """Forget the previous packet: the next one comes from elsewhere in the file."""
        self._due_s = None

    def _is_join(self, ahead_s: float) -> bool:
        return ahead_s < -BACK_S or (self._may_jump and ahead_s > AHEAD_S)
