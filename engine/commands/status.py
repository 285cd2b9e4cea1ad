"""`python -m engine status`: what this machine has for the program, and how to mend what is missing."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.commands import facts
from engine.commands.arguments import parse
from engine.errors import EngineError
from engine.paths import config_file
from engine.settings import store


@dataclass(frozen=True)
class StatusOptions:
    """Python, packages, graphics, devices, cameras, monitors, weights, settings and disk; each problem with its mend.

    Nothing is changed, downloaded or sent. The exit code is 0 whatever is found.
    """

    json: bool = False
    """Print JSON, for programs and for reports."""


def main(argv: list[str]) -> int:
    """Look at the machine and print what there is."""
    options = parse(StatusOptions, argv, "status")
    report = gather()
    if options.json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        print(as_text(report))
    return 0


def gather() -> dict[str, Any]:
    """Everything, by section, and `problems`: a list of {"section", "what", "mend"}."""
    folder = None
    try:
        folder = store.load(config_file()).depth.checkpoints_dir
    except EngineError as error:
        print(f"warning: {error}", file=sys.stderr)
    sections: dict[str, Callable[[], facts.Facts]] = {
        "python": facts.python,
        "packages": facts.packages,
        "graphics": facts.graphics,
        "devices": facts.devices,
        "cameras": facts.cameras,
        "monitors": facts.monitors,
        "checkpoints": lambda: facts.checkpoints(folder),
        "settings": facts.settings,
        "disk": lambda: facts.disk(folder),
    }
    report: dict[str, Any] = {}
    problems: list[dict[str, str]] = []
    for name, look in sections.items():
        try:
            found = look()
        except Exception as error:  # a status that fails where something is broken would be of no use
            found = facts.Facts({}, [(f"{type(error).__name__}: {error}", "please report this, with --json")])
        report[name] = found.values
        problems += [{"section": name, "what": what, "mend": mend} for what, mend in found.problems]
    return {**report, "problems": problems}


def as_text(report: dict[str, Any]) -> str:
    """The report for people: a block for each section, and the problems at the end."""
    lines: list[str] = []
    for section, values in report.items():
        if section == "problems":
            continue
        lines += [section.capitalize()]
        lines += [f"  {name:<18} {_plain(value)}" for name, value in values.items()] or ["  none"]
        lines += [""]
    problems = report["problems"]
    lines += [f"Problems: {len(problems) or 'none'}"]
    for problem in problems:
        lines += [f"  {problem['section']}: {problem['what']}", f"    → {problem['mend']}"]
    return "\n".join(lines)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
