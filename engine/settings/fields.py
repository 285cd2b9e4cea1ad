"""The declarations of settings: meaning, type, range and traits, for controls and help pages."""

import ast
import inspect
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from engine.plugins.registered import NETWORKS
from engine.settings.language import _
from engine.settings.schema import GROUPS, group_of
from engine.settings.traits import NO_TRAITS, Traits


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration of one setting."""

    name: str
    meaning: str
    type: type
    default: Any
    words: tuple[str, ...]
    """The built-in `choices`."""
    low: float | None
    high: float | None
    traits: Traits

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that are allowed as values; empty if it is not one of a few."""
        return (*self.words, *NETWORKS) if self.name == "encoder" else self.words

    @property
    def label(self) -> str:
        """What the panel calls it, in the language in use."""
        return _(self.traits.label)

    @property
    def help(self) -> str:
        """The meaning, followed by the range if there is one."""
        if self.low is None or self.high is None:
            return _(self.meaning)
        return f"{_(self.meaning)} {_('Range: {low} to {high}.').format(low=f'{self.low:g}', high=f'{self.high:g}')}"

    @property
    def is_logarithmic(self) -> bool:
        """Whether its range spans so many orders of magnitude that equal steps would not do."""
        return self.low is not None and self.high is not None and 0 < 1000 * self.low <= self.high

    @property
    def digits(self) -> int:
        """How many digits after the point the panel writes, in percent if it is a share."""
        span = (self.high or 1.0) - (self.low or 0.0)
        if self.type is not float:
            return 0
        if self.traits.is_share:
            return 1 if span < 0.3 else 0
        return 2 if self.is_logarithmic or span <= 5 else 1

    def rounded(self, value: float) -> Any:
        """Return `value` with the digits that the panel writes."""
        return self.type(round(value, self.digits + 2 * self.traits.is_share))

    def text(self, value: Any) -> str:
        """Return `value` as the panel writes it, with its unit."""
        traits = self.traits
        if isinstance(value, bool):
            return _("on") if value else _("off")
        if isinstance(value, int | float):
            if not value and traits.zero:
                return _(traits.zero)
            number = 100 * value if traits.is_share else value
            return ("{} %" if traits.is_share else traits.form).format(f"{round(number, self.digits):g}")
        if value is None:
            return _(traits.zero or "none")
        return _(self.word(str(value))) if self.choices else str(value)

    def word(self, choice: str) -> str:
        """Return what the panel calls a choice, in English."""
        return self.traits.names.get(choice, choice.replace("-", " "))

    def says_something(self, value: Any) -> bool:
        """Whether the value belongs into a summary: it is neither off nor left to the program."""
        if isinstance(value, bool) or (isinstance(value, int | float) and self.traits.zero):
            return bool(value)
        return value not in ("auto", "off")

    def summary(self, value: Any) -> str:
        """Return a few words on the value; a switch that is off has none."""
        if isinstance(value, bool):
            return self.label if value else ""
        is_number = isinstance(value, int | float) and self.says_something(value)
        return f"{self.label} {self.text(value)}" if is_number else self.text(value)

    def option(self, value: Any) -> str:
        """Return the option of the command line that sets `value`."""
        word = self.name.replace("_", "-")
        if self.type is bool:
            return f"--{word}" if value else f"--no-{word}"
        return (
            f"--{word}" if value is None else f"--{word} {value:g}" if isinstance(value, float) else f"--{word} {value}"
        )


@cache
def declaration(name: str) -> Declaration:
    """Return the declaration of field `name`. Raises SettingsError if there is no such field."""
    model = GROUPS[group_of(name)]
    field = model.model_fields[name]
    is_choice = get_origin(field.annotation) is Literal
    low, high = limits(field.metadata)
    return Declaration(
        name=name,
        meaning=meanings(model)[name],
        type=str if is_choice or not isinstance(field.annotation, type) else field.annotation,
        default=field.default,
        words=get_args(field.annotation) if is_choice else (),
        low=low,
        high=high,
        traits=traits_in(field.metadata),
    )


@cache
def all_traits() -> dict[str, Traits]:
    """Return the traits of every setting by name, in the order of their declaration."""
    return {name: traits_in(field.metadata) for model in GROUPS.values() for name, field in model.model_fields.items()}


def nearest(name: str, value: float) -> Any:
    """Return the allowed value of field `name` that is nearest to `value`, in the field's own type."""
    declared = declaration(name)
    if declared.low is not None:
        value = max(value, declared.low)
    if declared.high is not None:
        value = min(value, declared.high)
    return declared.type(value)


def limits(metadata: Iterable[object]) -> tuple[float | None, float | None]:
    """Return the smallest and the largest value that a field's `metadata` allow."""
    bounds: dict[type, float] = {
        type(limit): float(getattr(limit, type(limit).__name__.lower()))
        for limit in metadata
        if isinstance(limit, Ge | Gt | Le | Lt)
    }
    return bounds.get(Ge, bounds.get(Gt)), bounds.get(Le, bounds.get(Lt))


def traits_in(metadata: Iterable[object]) -> Traits:
    """Return the traits among a field's `metadata`."""
    return next((item for item in metadata if isinstance(item, Traits)), NO_TRAITS)


@cache
def meanings(kind: type) -> dict[str, str]:
    """Return the docstring below each field of the class `kind` and its bases, by name, on one line.

    Python discards these strings, so they are read from the source on demand. Pydantic can collect them while it builds
    a class, but that took a quarter of the program's start-up time. Fields without a docstring are left out, and so are
    all fields of a class whose source is not available.
    """
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= _documented_classes(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _documented_classes(module_name: str) -> dict[str, dict[str, str]]:
    """Return the field docstrings of each top-level class of a module."""
    module = sys.modules.get(module_name)
    if module is None or module_name in sys.stdlib_module_names or module_name.partition(".")[0] == "pydantic":
        return {}
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):  # no source file: built in, or frozen into a single program
        return {}
    return {node.name: dict(_documented_fields(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _documented_fields(body: list[ast.stmt]) -> list[tuple[str, str]]:
    pairs = []
    for field, text in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        ):
            pairs.append((field.target.id, " ".join(text.value.value.split())))
    return pairs
