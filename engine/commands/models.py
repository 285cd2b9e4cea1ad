"""`python -m engine models`: every network, and whether its weights are on this machine."""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.bench import Row, as_text
from engine.errors import EngineError
from engine.models.catalog import CHECKPOINTS, Checkpoint, find
from engine.paths import checkpoint_dirs, config_file, hub_cache_dir
from engine.settings import store

ACTIONS = {
    "download": "fetch weights from the hub",
    "verify": "check the weights that are there, and how fast they run here",
}


@dataclass(frozen=True)
class ModelsOptions:
    """All networks: whether their weights are here, where, how large, and under which license.

    `models download` fetches weights, `models verify` checks them; each has a --help of its own.
    """

    checkpoints_dir: Path | None = None
    """A folder to look for weights in, before the usual ones."""


def main(argv: list[str]) -> int:
    """Run the action that `argv` names, or print the table."""
    try:
        if argv and argv[0] in ACTIONS:
            code: int = import_module(f"engine.commands.models_{argv[0]}").main(argv[1:])
            return code
        options = parse(ModelsOptions, argv, "models")
        print(table(checkpoints_dir(options.checkpoints_dir)))
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return ExitCode.WRONG_INPUT
    return 0


def checkpoints_dir(chosen: Path | None) -> Path | None:
    """The folder of the command line, else the remembered one."""
    return chosen or store.load(config_file()).depth.checkpoints_dir


def table(folder: Path | None) -> str:
    """All checkpoints in a table, and below it where they were looked for."""
    rows = [_row(checkpoint, find(checkpoint.name, folder)) for checkpoint in CHECKPOINTS.values()]
    searched = [*map(str, checkpoint_dirs(folder)), f"{hub_cache_dir()} (the hub's cache)"]
    return "\n".join([as_text(rows), "", "Looked for in, first match wins:", *(f"  {at}" for at in searched)])


def _row(checkpoint: Checkpoint, path: Path | None) -> Row:
    return {
        "name": checkpoint.name,
        "here": "yes" if path else "no",
        "MB": round(checkpoint.size_mb, 1),
        "license": checkpoint.license,
        "commercial use": checkpoint.commercial_use,
        "need": checkpoint.need,
        "for": checkpoint.use,
        "path": str(path) if path else "-",
    }
