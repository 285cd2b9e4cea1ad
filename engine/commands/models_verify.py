"""`python -m engine models verify`: check the weights on this machine, and time them."""

from dataclasses import dataclass
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.bench import Row, as_text
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.logs import print_error
from engine.models.catalog import CHECKPOINTS, absent_message, entry, find
from engine.settings import DepthSettings


@dataclass(frozen=True)
class VerifyOptions:
    """Check the weights on this machine: hash, strict loading, a finite and varied depth map, and time per frame.

    The hash is known for weights that `models download` downloaded and for those in the cache of the hub.
    """

    names: Positional[tuple[str, ...]] = ()
    """Names of networks. The default is all whose weights are here."""
    device: str = "auto"
    """Where to run them: auto, cpu, cuda, cuda:N or mps."""
    checkpoints_dir: Path | None = None
    """Folder to search for weights before the default ones."""


def main(argv: list[str]) -> int:
    """Check and print a table. Return 0 if all weights are good, 2 if some are damaged or missing."""
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
        print_error(problem)
    return ExitCode.WRONG_INPUT if problems else 0
