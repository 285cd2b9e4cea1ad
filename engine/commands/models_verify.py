"""`python -m engine models verify`: check the weights that are there, and how fast they run here."""

import sys
from dataclasses import dataclass
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.bench import Row, as_text
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.models.catalog import CHECKPOINTS, absent_message, entry, find
from engine.settings import DepthSettings


@dataclass(frozen=True)
class VerifyOptions:
    """Check the weights on this machine: hash, strict load, one frame that is finite and not constant; and its time.

    The hash is known for what `models download` fetched, and for what lies in the hub's cache.
    """

    names: Positional[tuple[str, ...]] = ()
    """Which ones; without a name, all that are there."""
    device: str = "auto"
    """Where they run: auto, cpu, cuda, cuda:N or mps."""
    checkpoints_dir: Path | None = None
    """A folder to look for weights in, before the usual ones."""


def main(argv: list[str]) -> int:
    """Check and print a table. 0: all are good; 2: one is not, or is not there."""
    options = parse(VerifyOptions, argv, "models verify")
    from engine.depth.runtime.device import leave_a_core
    from engine.depth.verify import verify

    folder = checkpoints_dir(options.checkpoints_dir)
    paths = {name: find(entry(name).name, folder) for name in options.names or CHECKPOINTS}
    leave_a_core()
    rows: list[Row] = []
    problems: list[str] = []
    for name, path in paths.items():
        if path is None:
            if options.names:
                problems.append(absent_message(entry(name), folder))
            continue
        found = verify(entry(name), path, DepthSettings(device=options.device, checkpoints_dir=folder))
        rows.append(
            {
                "name": name,
                "good": "no" if found.problem else "yes",
                "hash": found.hash,
                "device": found.device or "-",
                "ms": f"{found.frame_ms:.0f}" if found.frame_ms else "-",
                "fast enough for": found.speed,
                "path": str(path),
            }
        )
        if found.problem:
            problems.append(f"{path}: {found.problem}")
    print(as_text(rows))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return ExitCode.WRONG_INPUT if problems else 0
