"""`python -m engine models download`: fetch weights from the hub."""

import sys
from dataclasses import dataclass
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.errors import DownloadError
from engine.models.catalog import CHECKPOINTS, Checkpoint, download_command, entry, find
from engine.models.download import download, writable_dir


@dataclass(frozen=True)
class DownloadOptions:
    """Fetch weights from the Hugging Face hub, after showing their size and license and asking.

    Where nobody can be asked, because the input is no terminal, --yes must be given. What an interruption leaves is
    kept: the same command goes on from there. HF_ENDPOINT names another hub, HF_HUB_OFFLINE forbids all of it.
    """

    names: Positional[tuple[str, ...]] = ()
    """Which ones, by their names in the table that `python -m engine models` shows."""
    minimum: bool = False
    """The least that is worth having beside the built-in network."""
    recommended: bool = False
    """The minimum, and what else most people want."""
    all: bool = False
    """Everything there is."""
    yes: bool = False
    """Do not ask."""
    checkpoints_dir: Path | None = None
    """The folder to fetch into; otherwise the first of the usual ones that can be written to."""


def main(argv: list[str]) -> int:
    """Ask and fetch. 0: all is there; 2: wrong arguments, or not confirmed; 3: something could not be fetched."""
    options = parse(DownloadOptions, argv, "models download")
    chosen = _chosen(options)
    if not chosen:
        print("error: which ones? Name them, or say --minimum, --recommended or --all", file=sys.stderr)
        return ExitCode.WRONG_INPUT
    folder = checkpoints_dir(options.checkpoints_dir)
    absent = []
    for checkpoint in chosen:
        path = find(checkpoint.name, folder)
        if path is None:
            absent.append(checkpoint)
        else:
            print(f"{checkpoint.name} is here already: {path}")
    if not absent:
        return 0
    for checkpoint in absent:
        print(describe(checkpoint))
    print(f"{sum(checkpoint.size_mb for checkpoint in absent):.0f} MB in all, into {writable_dir(folder)}")
    if not (options.yes or _is_confirmed()):
        return ExitCode.WRONG_INPUT
    failures = 0
    for checkpoint in absent:
        try:
            print(f"{checkpoint.name}: {fetch(checkpoint, folder)}")
        except DownloadError as error:
            failures += 1
            print(f"error: {error}", file=sys.stderr)
    return ExitCode.NOTHING_CAME if failures else 0


def describe(checkpoint: Checkpoint) -> str:
    """What would be fetched, in a line: size, license, commercial use, place."""
    terms = f"license {checkpoint.license}, commercial use: {checkpoint.commercial_use}"
    return f"{checkpoint.name}: {checkpoint.size_mb:.0f} MB, {terms}, from {checkpoint.hub[0].url}"


def fetch(checkpoint: Checkpoint, folder: Path | None) -> Path:
    """Fetch with a progress bar on the terminal. Raises DownloadError; Ctrl+C ends the program."""
    from tqdm import tqdm

    with tqdm(desc=checkpoint.name, unit="B", unit_scale=True, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            return download(checkpoint.name, folder, show)
        except KeyboardInterrupt:
            bar.close()
            print(f"stopped; {download_command(checkpoint, folder)} goes on from here", file=sys.stderr)
            raise SystemExit(ExitCode.INTERRUPTED) from None


def _chosen(options: DownloadOptions) -> list[Checkpoint]:
    """What the options mean, each once. Raises CheckpointError for an unknown name."""
    needs = {"minimum"} if options.minimum else set()
    if options.recommended:
        needs |= {"minimum", "recommended"}
    if options.all:
        needs |= {"minimum", "recommended", "optional"}
    named = [entry(name) for name in options.names]
    return list(dict.fromkeys([*named, *(c for c in CHECKPOINTS.values() if c.need in needs)]))


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        print("error: nobody can be asked here; to fetch without a question, say --yes", file=sys.stderr)
        return False
    try:
        return input("Fetch? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
