"""`python -m engine status`: what this machine offers the program, and how to fix what is missing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.commands import facts
from engine.commands.arguments import parse
from engine.paths import config_file
from engine.settings import store


@dataclass(frozen=True)
class StatusOptions:
    """Check Python, packages, graphics, devices, cameras, monitors, weights, settings and disk space.

    Each problem comes with a way to fix it. Nothing is changed, downloaded or sent. The exit code is always 0.
    """

    json: bool = False
    """Print JSON, for programs and bug reports."""


def main(argv: list[str]) -> int:
    """Print the report."""
    options = parse(StatusOptions, argv, "status")
    report = gather()
    if options.json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        print(as_text(report))
    return 0


def gather() -> dict[str, Any]:
    """Return all facts by section, and `problems`: a list of {"section", "what", "fix"}."""
    folder = store.read(config_file())[0].depth.checkpoints_dir
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
        except Exception as error:  # the report must not fail where something is broken
            found = facts.Facts({}, [(f"{type(error).__name__}: {error}", "please report this, with --json")])
        report[name] = found.values
        problems += [{"section": name, "what": what, "fix": fix} for what, fix in found.problems]
    return {**report, "problems": problems}


def as_text(report: dict[str, Any]) -> str:
    """Return the report as text: a block for each section, and the problems at the end."""
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
        lines += [f"  {problem['section']}: {problem['what']}", f"    → {problem['fix']}"]
    return "\n".join(lines)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
