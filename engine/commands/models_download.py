"""`python -m engine models download`: download weights from the Hugging Face hub."""

import sys
from dataclasses import dataclass
from pathlib import Path

from engine.commands import ExitCode
from engine.commands.arguments import parse
from engine.commands.models import checkpoints_dir
from engine.commands.option import Positional
from engine.errors import DownloadError
from engine.logs import print_error
from engine.models.catalog import CHECKPOINTS, Checkpoint, download_command, entry, find
from engine.models.download import download, writable_dir


@dataclass(frozen=True)
class DownloadOptions:
    """Download weights from the Hugging Face hub. Their size and license are shown before you are asked to confirm.

    If the input is not a terminal, --yes is required. An interrupted download is kept, and the same command resumes it.
    HF_ENDPOINT names another hub; HF_HUB_OFFLINE forbids downloads.
    """

    names: Positional[tuple[str, ...]] = ()
    """Names of networks, as listed by `python -m engine models`."""
    minimum: bool = False
    """Download what is most worth having beside the built-in network."""
    recommended: bool = False
    """Download the minimum, and what else most people want."""
    all: bool = False
    """Download everything."""
    yes: bool = False
    """Do not ask for confirmation."""
    checkpoints_dir: Path | None = None
    """Folder to download to. The default is the first of the usual ones that is writable."""


def main(argv: list[str]) -> int:
    """Ask and download. Return 2 for wrong arguments or no confirmation, 3 if a download failed, otherwise 0."""
    options = parse(DownloadOptions, argv, "models download")
    chosen = _chosen(options)
    if not chosen:
        print_error("name the networks to download, or use --minimum, --recommended or --all")
        return ExitCode.WRONG_INPUT
    folder = checkpoints_dir(options.checkpoints_dir)
    absent = []
    for checkpoint in chosen:
        path = find(checkpoint.name, folder)
        if path is None:
            absent.append(checkpoint)
        else:
            print(f"{checkpoint.name} is already here: {path}")
    if not absent:
        return 0
    for checkpoint in absent:
        print(describe(checkpoint))
    print(f"{sum(checkpoint.size_mb for checkpoint in absent):.0f} MB in total, to {writable_dir(folder)}")
    if not (options.yes or _is_confirmed()):
        return ExitCode.WRONG_INPUT
    failures = 0
    for checkpoint in absent:
        try:
            print(f"{checkpoint.name}: {fetch(checkpoint, folder)}")
        except DownloadError as error:
            failures += 1
            print_error(error)
    return ExitCode.NOTHING_CAME if failures else 0


def describe(checkpoint: Checkpoint) -> str:
    """Return a line about a download: size, license, commercial use, address."""
    terms = f"license {checkpoint.license}, commercial use: {checkpoint.commercial_use}"
    return f"{checkpoint.name}: {checkpoint.size_mb:.0f} MB, {terms}, from {checkpoint.hub[0].url}"


def fetch(checkpoint: Checkpoint, folder: Path | None) -> Path:
    """Download with a progress bar on the terminal. Raises DownloadError; Ctrl+C ends the program."""
    from tqdm import tqdm

    with tqdm(desc=checkpoint.name, unit="B", unit_scale=True, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            return download(checkpoint.name, folder, show)
        except KeyboardInterrupt:
            bar.close()
            print(f"stopped; to resume: {download_command(checkpoint, folder)}", file=sys.stderr)
            raise SystemExit(ExitCode.INTERRUPTED) from None


def _chosen(options: DownloadOptions) -> list[Checkpoint]:
    """Return the chosen checkpoints, each once. Raises CheckpointError for an unknown name."""
    needs = {"minimum"} if options.minimum else set()
    if options.recommended:
        needs |= {"minimum", "recommended"}
    if options.all:
        needs |= {"minimum", "recommended", "optional"}
    named = [entry(name) for name in options.names]
    return list(dict.fromkeys([*named, *(c for c in CHECKPOINTS.values() if c.need in needs)]))


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        print_error("the input is not a terminal, so confirmation is not possible; add --yes to download without it")
        return False
    try:
        return input("Download? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
