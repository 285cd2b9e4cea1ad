"""Command-line arguments from declared classes: each field is an option, and its type and meaning are its help.

Names of fields are unique in a tree of classes, so options need no prefix.
"""

import argparse
import re
import shutil
import sys
import textwrap
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.commands import ExitCode
from engine.commands.option import Option, about, options_of
from engine.settings.complaints import faults

T = TypeVar("T")
Tree = dict[str, Any]
"""Values by name, in nested groups."""

_TAKES_PLUGINS = {"source", "encoder"}
"""Options that plugins add values to. `engine.cli` reads --plugin, for all commands."""
HELP, HELP_ALL = {"-h", "--help"}, {"--help-all"}

_INDENT, _MEANING_COLUMN, _WIDEST, _NARROWEST = 2, 30, 110, 60


def parse(kind: type[T], argv: Sequence[str], command: str) -> T:
    """The arguments of `command` as an instance of `kind`.

    Ends the program (SystemExit) for --help, and with one message for wrong arguments.
    """
    arguments = Arguments(kind, command)
    return arguments.complete(arguments.read(argv))


def program() -> str:
    """How the program was called."""
    return "da3d" if Path(sys.argv[0]).stem == "da3d" else "python -m engine"


class Arguments(Generic[T]):
    """Reads what a class declares. Wrong arguments end the program with one message (SystemExit 2), --help with 0.

    Where some options are `common`, --help shows these, and --help-all the others, too.
    """

    def __init__(
        self,
        kind: type[T],
        command: str,
        *,
        default: Mapping[str, BaseModel] = MappingProxyType({}),
        without: Collection[str] = (),
        introduction: str | None = None,
        has_short_help: bool = False,
        examples: Sequence[str] = (),
    ) -> None:
        """
        command: its name, for the help.
        default: groups whose values hold, and are shown, where no argument says otherwise.
        without: fields that are no options here, and groups of them, as `group.field`.
        introduction: what the help begins with, instead of the docstring of the class.
        has_short_help: whether --help lists the common options only, and --help-all all of them.
        examples: arguments, for the help to show.
        """
        self._kind, self._default = kind, default
        self._called = f"{program()} {command}".rstrip()
        self._introduction = introduction or about(kind)
        self._options = {option.name: option for option in options_of(kind, SimpleNamespace(**default), without)}
        self._has_short_help, self._examples = has_short_help, examples
        self._parser = _Parser(prog=self._called, add_help=False, allow_abbrev=False)
        self._parser.add_argument("-h", "--help", action="store_true", default=argparse.SUPPRESS)
        for option in self._options.values():
            _add(option, self._parser)

    def read(self, argv: Sequence[str]) -> Tree:
        """What `argv` says and nothing else, unchecked, in groups as the class has them."""
        for flags, shows_all in ((HELP_ALL, True), (HELP, False)):
            if flags & set(argv):
                print(self.help(shows_all=shows_all))
                raise SystemExit(0)
        values, unknown = self._parser.parse_known_args(_unambiguous(argv))
        if unknown:
            self._parser.error(self._unknown(unknown[0]))
        tree: Tree = {}
        for name, value in vars(values).items():
            option = self._options[name]
            group = tree
            for part in option.path:
                group = group.setdefault(part, {})
            group[name] = None if value == "none" and option.may_be_none else value
        return tree

    def complete(self, given: Mapping[str, Any], default: Mapping[str, BaseModel] = MappingProxyType({})) -> T:
        """An instance of the class from what was read; `default`, else that of the constructor, has the rest."""
        tree = merged({name: group.model_dump() for name, group in {**self._default, **default}.items()}, given)
        try:
            return TypeAdapter(self._kind).validate_python(tree)
        except ValidationError as error:
            found = (f"{self._written(names)} {wrong}" for names, wrong in faults(error))
            self._parser.error("; ".join(found))

    def help(self, *, shows_all: bool = True) -> str:
        """The help page, with all options or with the common ones."""
        width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
        places = [option for option in self._options.values() if option.is_positional]
        every = [option for option in self._options.values() if not option.is_positional]
        named = [option for option in every if shows_all or not self._has_short_help or option.traits.is_common]
        usage = " ".join(["usage:", self._called, *(option.syntax for option in places), "[options]"])
        paragraphs = [usage, *(_wrapped(part, width) for part in self._introduction.split("\n\n"))]
        if self._examples:
            paragraphs.append("\n".join(f"  {self._called} {example}" for example in self._examples))
        if places:
            paragraphs.append("\n".join(_entry(option.syntax, option.help, width) for option in places))
        for path, group in groupby(named, lambda option: option.path):
            members = list(group)
            title = members[0].heading.rstrip(".") if path else "Options"
            paragraphs.append("\n".join([title, *(_entry(option.syntax, option.help, width) for option in members)]))
        paragraphs.append(_entry("-h, --help", "Show this page", width))
        if _TAKES_PLUGINS & self._options.keys():
            paragraphs[-1] += "\n" + _entry("--plugin FILE", "Add the sources and networks of a file of Python", width)
        if len(named) < len(every):
            paragraphs[-1] += "\n" + _entry("--help-all", f"Show all {len(every)} options", width)
        return "\n\n".join(paragraphs)

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"{word!r} is not expected here"
        name = word.partition("=")[0]
        close = get_close_matches(name, [flag for option in self._options.values() for flag in option.flags], 1)
        return f"there is no option {name}" + (f"; did you mean {close[0]}?" if close else "")

    def _written(self, names: Sequence[str]) -> str:
        option = next((self._options[name] for name in reversed(names) if name in self._options), None)
        return ".".join(names) if option is None else option.syntax if option.is_positional else option.flags[0]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"error: {message}\n{self.prog} --help shows the options", file=sys.stderr)
        raise SystemExit(ExitCode.WRONG_INPUT)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Tree:
    """Both trees in one; where both have a value, that of `over`."""
    tree = dict(under)
    for name, value in over.items():
        tree[name] = merged(tree.get(name) or {}, value) if isinstance(value, Mapping) else value
    return tree


def _add(option: Option, parser: argparse.ArgumentParser) -> None:
    if option.is_positional:
        parser.add_argument(option.name, nargs=option.count, metavar=option.name.upper(), default=argparse.SUPPRESS)
    elif option.type is bool:
        for flag, action in zip(option.flags, ("store_true", "store_false"), strict=True):
            parser.add_argument(flag, dest=option.name, action=action, default=argparse.SUPPRESS)
    else:
        parser.add_argument(option.flags[0], dest=option.name, nargs=option.count, default=argparse.SUPPRESS)


def _unambiguous(argv: Sequence[str]) -> list[str]:
    """`argv` with `-` for `_` in names, and with values that begin with a minus tied to their names by `=`."""
    words: list[str] = []
    for word in argv:
        if re.match(r"-[\d.]", word) and words and re.fullmatch(r"--[\w-]+", words[-1]):
            words[-1] += f"={word}"
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            words.append(name.replace("_", "-") + equals + value)
        else:
            words.append(word)
    return words


def _entry(syntax: str, meaning: str, width: int) -> str:
    lines = textwrap.wrap(meaning, width - _MEANING_COLUMN, break_on_hyphens=False) or [""]
    start = " " * _INDENT + syntax
    if len(start) > _MEANING_COLUMN - 2:
        return "\n".join([start, *(" " * _MEANING_COLUMN + line for line in lines)])
    return "\n".join([start.ljust(_MEANING_COLUMN) + lines[0], *(" " * _MEANING_COLUMN + line for line in lines[1:])])


def _wrapped(paragraph: str, width: int) -> str:
    """Wrapped to `width`, unless it is laid out by hand: with indented lines."""
    return paragraph if "\n " in f"\n{paragraph}" else textwrap.fill(" ".join(paragraph.split()), width)
