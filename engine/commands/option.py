"""An option of a command line, made from a field of a declared class."""

import dataclasses
import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from engine.plugins.registered import NETWORKS
from engine.settings.fields import limits, meanings, traits_in
from engine.settings.traits import NO_TRAITS, Traits

T = TypeVar("T")

_BY_PLACE = object()
Positional = Annotated[T, _BY_PLACE]
"""A field that is given by position instead of by name."""

REQUIRED: Any = object()
"""The default of a field without one."""
_LONGEST = 50
"""Longest list of choices to show beside an option, in characters. A longer one goes into the text."""
_PLACEHOLDERS = {int: "N", float: "X", Path: "PATH"}


@dataclass(frozen=True)
class Option:
    """A field and its form on the command line."""

    name: str
    annotation: Any
    default: Any
    meaning: str
    path: tuple[str, ...]
    """Its groups, outermost first."""
    heading: str
    """The title of its group."""
    limits: tuple[float | None, float | None] = (None, None)
    """The smallest and the largest value."""
    traits: Traits = NO_TRAITS

    @property
    def is_positional(self) -> bool:
        return _BY_PLACE in getattr(self.annotation, "__metadata__", ())

    @property
    def flags(self) -> list[str]:
        """All forms of its name."""
        word = self.name.replace("_", "-")
        if self.type is bool:
            return [f"--{word}", f"--no-{word}"]
        return [f"--{word}", *([self.traits.short] if self.traits.short else [])]

    @property
    def may_be_none(self) -> bool:
        return NoneType in self._variants

    @property
    def type(self) -> Any:
        """The type of its value, without None."""
        kind = next(variant for variant in self._variants if variant is not NoneType)
        return get_args(kind)[0] if get_origin(kind) is Annotated else kind

    @property
    def count(self) -> str | int | None:
        """How many words its value takes, in the notation of argparse."""
        if get_origin(self.type) is not tuple:
            return "?" if self.is_positional and self.default is not REQUIRED else None
        parts = get_args(self.type)
        if parts[-1] is not Ellipsis:
            return len(parts)
        return "*" if self.is_positional and self.default is not REQUIRED else "+"

    @property
    def syntax(self) -> str:
        """Its form on the help page: `--subsample N`, `--[no-]metric`, `[DEPTH]`."""
        if self.is_positional:
            word = f"{self.name.upper().removesuffix('S')} …" if self.count in ("*", "+") else self.name.upper()
            return word if self.default is REQUIRED else f"[{word}]"
        word = self.name.replace("_", "-")
        if self.type is bool:
            return f"--{word}" if self.default is False else f"--[no-]{word}"
        return f"{f'{self.traits.short}, ' if self.traits.short else ''}--{word} {self._placeholder}"

    @property
    def help(self) -> str:
        """Its meaning, range and default."""
        text, value = self.meaning.rstrip("."), self.default
        if self._placeholder == "NAME":
            text += f". One of {', '.join((*get_args(self.type), *self._registered))}"
        low, high = self.limits
        notes = [f"{low:g} to {high:g}"] if low is not None and high is not None else []
        if value is True:
            notes.append("default on")
        elif not any(value is nothing for nothing in (REQUIRED, None, False)) and value not in ("", ()):
            notes.append(f"default {' '.join(map(str, value)) if isinstance(value, tuple) else _plain(value)}")
        return f"{text} [{'; '.join(notes)}]" if notes else text

    @property
    def _variants(self) -> tuple[Any, ...]:
        kind = get_args(self.annotation)[0] if get_origin(self.annotation) is Annotated else self.annotation
        return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)

    @property
    def _registered(self) -> tuple[str, ...]:
        return tuple(NETWORKS) if self.name == "encoder" else ()

    @property
    def _placeholder(self) -> str:
        kind = self.type
        if get_origin(kind) is not tuple:
            return _word(kind, self._registered)
        parts = get_args(kind)
        word = _word(parts[0])
        return f"{word} …" if parts[-1] is Ellipsis else " ".join([word] * len(parts))


def _word(kind: Any, registered: tuple[str, ...] = ()) -> str:
    """Return the placeholder for a value of this type. `registered`: values that plugins add."""
    if get_origin(kind) is not Literal:
        return _PLACEHOLDERS.get(kind, "TEXT")
    choices = "|".join((*get_args(kind), *registered))
    return choices if len(choices) <= _LONGEST else "NAME"


def options_of(
    kind: type, default: object = None, without: Collection[str] = (), path: tuple[str, ...] = ()
) -> Iterator[Option]:
    """Yield the options that a pydantic model or a dataclass declares. A field of such a class is a group of options.

    default: an object whose values are shown as defaults; without: fields and groups to skip, as `group.field`.
    """
    texts = meanings(kind)
    for name, annotation in get_type_hints(kind, include_extras=True).items():
        if ".".join((*path, name)) in without or name not in _fields(kind):
            continue
        value = getattr(default, name, _default_of(kind, name))
        if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation)):
            yield from options_of(annotation, None if value is REQUIRED else value, without, (*path, name))
        else:
            heading = about(kind).partition("\n")[0]
            traits = traits_in(getattr(annotation, "__metadata__", ()))
            yield Option(name, annotation, value, texts.get(name, ""), path, heading, _limits(kind, name), traits)


def about(kind: type) -> str:
    """Return the docstring of the class."""
    return inspect.cleandoc(kind.__doc__ or "")


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _limits(kind: type, name: str) -> tuple[float | None, float | None]:
    return limits(kind.model_fields[name].metadata) if issubclass(kind, BaseModel) else (None, None)


def _fields(kind: type) -> Collection[str]:
    if issubclass(kind, BaseModel):
        return kind.model_fields
    assert dataclasses.is_dataclass(kind), f"{kind.__name__} declares no fields"
    return {field.name for field in dataclasses.fields(kind)}


def _default_of(kind: type, name: str) -> Any:
    if issubclass(kind, BaseModel):
        field = kind.model_fields[name]
        return REQUIRED if field.is_required() else field.default
    return getattr(kind, name, REQUIRED)
