"""What a part of the measurement returns."""

from dataclasses import dataclass
from enum import Enum

from engine.commands.bench import Row

NO_CUDA = "no CUDA"


class Size(Enum):
    """How much is measured."""

    SMALL = "small"
    """Seconds on two cores, to test the script."""
    FULL = "full"


@dataclass(frozen=True)
class Figure:
    """A line of the table."""

    case: str
    value: float | None = None
    unit: str = ""
    note: str = ""

    def row(self) -> Row:
        return {"case": self.case, "value": self.value, "unit": self.unit, "note": self.note}


def no_cuda(*cases: str) -> list[Figure]:
    """Return a line for each of `cases` that needs CUDA, where there is none."""
    return [Figure(case, note=NO_CUDA) for case in cases]
