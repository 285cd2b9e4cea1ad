"""Readable messages for values that pydantic rejects, and what is left of a tree without them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from engine.logs import redacted, without_secrets

Model = TypeVar("Model", bound=BaseModel)

_UNKNOWN = "is not a known setting"


def complaint(error: ValidationError) -> str:
    """Return one line that lists each wrong field with the reason and the value."""
    return "; ".join(f"{'.'.join(path)} {reason}" for path, reason in faults(error))


def faults(error: ValidationError) -> list[tuple[list[str], str]]:
    """Return the path of each wrong field, and in words what is wrong with its value."""
    found = []
    for detail in error.errors(include_url=False):
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
        reason = _UNKNOWN if detail["type"] == "extra_forbidden" else f"{message} (it is {_shown(detail['input'])})"
        found.append(([str(part) for part in detail["loc"]], reason))
    return found


def _shown(value: object) -> str:
    """Return a value as it may be shown: it may be an address with a password."""
    return repr(without_secrets(value)) if isinstance(value, str) else redacted(repr(value))


def salvage(kind: type[Model], tree: dict[str, Any]) -> tuple[Model, list[str]]:
    """Return a `kind` made from the valid part of nested dicts, and a line for each value that was left out."""
    problems: list[str] = []
    while True:
        try:
            return kind.model_validate(tree), problems
        except ValidationError as error:
            found = faults(error)
        for path, reason in found:
            consequence = "it is ignored" if reason == _UNKNOWN else "the default is used"
            problems.append(f"{'.'.join(path)} {reason}; {consequence}")
            tree = _without(tree, path)


def _without(tree: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return a copy without the value at `path`. Parts below the value, as unions report them, are ignored."""
    name, *rest = path
    value = tree.get(name)
    if rest and isinstance(value, dict):
        return {**tree, name: _without(value, rest)}
    return {key: item for key, item in tree.items() if key != name}
