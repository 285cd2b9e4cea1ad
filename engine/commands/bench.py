"""`python -m engine bench TABLE`: measure speed on this machine.

A table is a module with `Options` (a `BenchOptions`) and `rows(options)`. The numbers come from `measure`, which takes
turns between what is compared, so that a machine that slows down slows all of it down.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from engine.commands import ExitCode
from engine.commands.arguments import parse, program
from engine.errors import EngineError
from engine.files.atomic import save_json

TABLES = {
    "models": "depth networks on a stream: time, arithmetic, share of the device's peak, error",
    "render": "drawing: time by grid, mode, pass and quality; vertices per second",
}

Name = TypeVar("Name", bound=Hashable)

Row = dict[str, str | int | float | None]
"""A row of a table, by column; None where a value does not apply."""


@dataclass(frozen=True)
class BenchOptions:
    """Options of every table."""

    repetitions: int = 20
    """Number of timings of each case."""
    json: Path | None = None
    """Also save the table and facts about the machine to this file."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Times of one case in milliseconds."""

    median: float
    low: float
    """The 10th percentile."""
    high: float
    """The 90th percentile."""


def measure(cases: Mapping[Name, Callable[[], object]], repetitions: int, *, warm_up: int = 2) -> dict[Name, Spread]:
    """Return how long each case takes. Cases are timed in turns."""
    times: dict[Name, list[float]] = {name: [] for name in cases}
    for turn in range(-warm_up, repetitions):
        for name, run in cases.items():
            start = time.perf_counter()
            run()
            if turn >= 0:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: spread(values) for name, values in times.items()}


def spread(times_ms: Sequence[float]) -> Spread:
    ordered = sorted(times_ms)
    tenth = round((len(ordered) - 1) / 10)
    return Spread(statistics.median(ordered), ordered[tenth], ordered[-1 - tenth])


def main(argv: list[str]) -> int:
    """Measure one table and print it."""
    if not argv or argv[0] not in TABLES:
        known = "\n".join(f"  {name:<10}{meaning}" for name, meaning in TABLES.items())
        is_help = argv in (["--help"], ["-h"])
        page = f"usage: {program()} bench TABLE [options]\n\nTables; each has its own --help:\n{known}"
        print(page, file=sys.stdout if is_help else sys.stderr)
        return ExitCode.DONE if is_help else ExitCode.WRONG_INPUT
    module = import_module(f"engine.commands.bench_{argv[0]}")
    options = parse(module.Options, argv[1:], f"bench {argv[0]}")
    try:
        rows: list[Row] = module.rows(options)
        command = " ".join(["python -m engine bench", *argv])
        machine = machine_facts()
        print(f"{command}\n{', '.join(f'{key} {value}' for key, value in machine.items())}\n\n{as_text(rows)}")
        if options.json:
            save_json(options.json, {"command": command, "machine": machine, "rows": rows})
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return ExitCode.WRONG_INPUT
    return 0


def as_text(rows: Sequence[Row]) -> str:
    """Return the table with aligned columns, numbers to the right."""
    if not rows:
        return "(no rows)"
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    numeric = [not isinstance(value, str) for value in rows[0].values()]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    )


def _cell(value: str | int | float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.1e}" if 0 < abs(value) < 0.05 else f"{value:.1f}"
    return str(value)


def machine_facts() -> dict[str, Any]:
    """Return facts about the machine that was measured."""
    facts: dict[str, Any] = {"cpu": _cpu_name(), "cores": os.cpu_count(), "system": platform.system()}
    if hasattr(os, "getloadavg"):
        facts["load"] = round(os.getloadavg()[0], 1)
    return facts


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
