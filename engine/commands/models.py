"""`python -m engine models`: list the networks and where their weights are."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.bench import Row, as_text
from engine.errors import EngineError
from engine.logs import print_error
from engine.models.catalog import CHECKPOINTS, Checkpoint, find
from engine.paths import checkpoint_dirs, config_file, hub_cache_dir
from engine.settings import store

ACTIONS = {
    "download": "download weights from the Hugging Face hub",
    "verify": "check the weights on this machine, and time them",
}


@dataclass(frozen=True)
class ModelsOptions:
    """List all networks: size, license, and whether and where their weights are on this machine.

    `models download` downloads weights and `models verify` checks them; each has its own --help.
    """

    checkpoints_dir: Path | None = None
    """Folder to search for weights before the default ones."""


def main(argv: list[str]) -> int:
    """Run the action that `argv` names, or print the table."""
    try:
        if argv and argv[0] in ACTIONS:
            code: int = import_module(f"engine.commands.models_{argv[0]}").main(argv[1:])
            return code
        options = parse(ModelsOptions, argv, "models")
        print(table(checkpoints_dir(options.checkpoints_dir)))
    except EngineError as error:
        print_error(error)
        return ExitCode.WRONG_INPUT
    return 0


def checkpoints_dir(chosen: Path | None) -> Path | None:
    """Return the folder given on the command line, or the remembered one."""
    return chosen or store.load(config_file()).depth.checkpoints_dir


def table(folder: Path | None) -> str:
    """Return a table of all checkpoints, followed by the folders that were searched."""
    rows = [_row(checkpoint, find(checkpoint.name, folder)) for checkpoint in CHECKPOINTS.values()]
    searched = [*map(str, checkpoint_dirs(folder)), f"{hub_cache_dir()} (the hub's cache)"]
    return "\n".join([as_text(rows), "", "Searched, first match wins:", *(f"  {at}" for at in searched)])


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
