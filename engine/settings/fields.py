"""What is declared of a setting: for controls, help and whoever else shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from engine.plugins.registered import NETWORKS
from engine.settings.meanings import meanings
from engine.settings.schema import GROUPS, group_of


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of one setting, for whoever shows it."""

    name: str
    meaning: str
    type: type
    default: Any
    words: tuple[str, ...]
    """Those of `choices` that are built in."""
    low: float | None
    high: float | None

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that the value can be; empty unless it is one of a few."""
        return (*self.words, *NETWORKS) if self.name == "encoder" else self.words

    @property
    def help(self) -> str:
        """The meaning and, where there is one, the range."""
        if self.low is None or self.high is None:
            return self.meaning
        return f"{self.meaning} From {self.low:g} to {self.high:g}."


@cache
def declaration(name: str) -> Declaration:
    """The declaration of field `name`. Raises SettingsError if there is no such field."""
    field = GROUPS[group_of(name)].model_fields[name]
    is_choice = get_origin(field.annotation) is Literal
    low, high = limits(field.metadata)
    return Declaration(
        name=name,
        meaning=meanings(GROUPS[group_of(name)])[name],
        type=str if is_choice or not isinstance(field.annotation, type) else field.annotation,
        default=field.default,
        words=get_args(field.annotation) if is_choice else (),
        low=low,
        high=high,
    )


def nearest(name: str, value: float) -> Any:
    """`value`, or the nearest to it that field `name` may have; of the field's own type."""
    declared = declaration(name)
    if declared.low is not None:
        value = max(value, declared.low)
    if declared.high is not None:
        value = min(value, declared.high)
    return declared.type(value)


def limits(metadata: Iterable[object]) -> tuple[float | None, float | None]:
    """The least and the greatest value that a field's `metadata` allow."""
    bounds: dict[type, float] = {
        type(limit): float(getattr(limit, type(limit).__name__.lower()))
        for limit in metadata
        if isinstance(limit, Ge | Gt | Le | Lt)
    }
    return bounds.get(Ge, bounds.get(Gt)), bounds.get(Le, bounds.get(Lt))
