"""What was measured of each candidate as a table in Markdown: a row for each, a column for each set."""

from collections.abc import Mapping

Numbers = Mapping[str, float]
Results = Mapping[str, Mapping[str, Mapping[str, Numbers]]]
"""Of a candidate's name, a group of sets and a set: what was measured, by name."""

GROUPS = {
    "rgbd": ("measured: ", ("abs_rel", "delta1", "rank")),
    "real": ("", ("abs_rel", "delta1", "rank")),
    "held_out": ("", ("error", "abs_rel", "delta1", "edge_precision", "edge_recall")),
    "silhouettes": ("outlines: ", ("median_px", "near")),
    "time": ("clips, ", ("flicker", "error", "change_error")),
}
"""Of a group: what its columns begin with, and which numbers they show."""


def table(results: Results) -> str:
    """Columns that no candidate has are left out; the second line of a cell's heading names its numbers."""
    columns = []
    for group, (prefix, names) in GROUPS.items():
        sets = dict.fromkeys(name for found in results.values() for name in found.get(group, {}))
        columns += [(group, name, prefix, names) for name in sets]
    head = [f"{prefix}{name}<br>{' / '.join(names)}" for _, name, prefix, names in columns]
    lines = [["weights", *head], ["---"] * (len(columns) + 1)]
    for candidate, found in results.items():
        cells = [_cell(found.get(group, {}).get(name), names) for group, name, _, names in columns]
        lines.append([candidate, *cells])
    return _markdown(lines)


def places(results: Results) -> str:
    """Error over deviation of each kind of place among held-out scenes: a row for each, a column for each candidate."""
    candidates = [name for name, found in results.items() if found.get("places")]
    kinds = dict.fromkeys(kind for name in candidates for kind in results[name]["places"])
    lines = [["place", *candidates], ["---"] * (len(candidates) + 1)]
    lines += [[kind, *(_cell(results[name]["places"].get(kind), ("error",)) for name in candidates)] for kind in kinds]
    return _markdown(lines) if candidates else ""


def _markdown(lines: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(numbers: Numbers | None, names: tuple[str, ...]) -> str:
    return "" if numbers is None else " / ".join(_short(numbers[name]) for name in names)


def _short(value: float) -> str:
    """Three digits after the point, and none before it where that is a zero."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"
