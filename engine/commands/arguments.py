"""Command lines from declared classes: each field is an option, described by its type and docstring.

Field names are unique in a tree of classes, so options need no prefix.
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
from engine.logs import print_error, without_secrets
from engine.settings.complaints import faults

T = TypeVar("T")
Tree = dict[str, Any]
"""Values by field name, in nested groups."""

_TAKES_PLUGINS = {"source", "encoder"}
"""Options to which plugins add values. `engine.cli` handles --plugin for all commands."""
HELP, HELP_ALL = {"-h", "--help"}, {"--help-all"}

_INDENT, _MEANING_COLUMN, _WIDEST, _NARROWEST = 2, 30, 110, 60


def parse(kind: type[T], argv: Sequence[str], command: str) -> T:
    """Return the arguments of `command` as an instance of `kind`.

    Ends the program (SystemExit): for --help, and with one message for wrong arguments.
    """
    arguments = Arguments(kind, command)
    return arguments.complete(arguments.read(argv))


def program() -> str:
    """Return the name under which the program was started."""
    return "da3d" if Path(sys.argv[0]).stem == "da3d" else "python -m engine"


class Arguments(Generic[T]):
    """The parser of one command. It ends the program (SystemExit) after --help, and after an error message."""

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
        command: the name of the command, for the help page.
        default: groups of values to use, and to show as defaults, instead of those in the class.
        without: fields and groups that are not options of this command, as `group.field`.
        introduction: the first paragraphs of the help page; the docstring of the class if None.
        has_short_help: whether --help lists the common options only, and --help-all all of them.
        examples: arguments to show on the help page.
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
        """Return the given values alone, not validated, in the groups of the class."""
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
        """Return an instance of the class with the `given` values over `default`, over the constructor's default."""
        tree = merged({name: group.model_dump() for name, group in {**self._default, **default}.items()}, given)
        try:
            return TypeAdapter(self._kind).validate_python(tree)
        except ValidationError as error:
            found = (f"{self._written(names)} {wrong}" for names, wrong in faults(error))
            self._parser.error("; ".join(found))

    def help(self, *, shows_all: bool = True) -> str:
        """Return the help page, with all options or the common ones only."""
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
            paragraphs[-1] += "\n" + _entry("--plugin FILE", "Load sources and networks from a Python file", width)
        if len(named) < len(every):
            paragraphs[-1] += "\n" + _entry("--help-all", f"Show all {len(every)} options", width)
        return "\n\n".join(paragraphs)

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"unexpected argument {without_secrets(word)!r}"
        name = word.partition("=")[0]
        close = get_close_matches(name, [flag for option in self._options.values() for flag in option.flags], 1)
        return f"there is no option {name}" + (f"; did you mean {close[0]}?" if close else "")

    def _written(self, names: Sequence[str]) -> str:
        option = next((self._options[name] for name in reversed(names) if name in self._options), None)
        return ".".join(names) if option is None else option.syntax if option.is_positional else option.flags[0]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print_error(f"{message}\n{self.prog} --help lists the options")
        raise SystemExit(ExitCode.WRONG_INPUT)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Tree:
    """Return both trees in one. Values of `over` win."""
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
        parser.add_argument(*option.flags, dest=option.name, nargs=option.count, default=argparse.SUPPRESS)


def _unambiguous(argv: Sequence[str]) -> list[str]:
    """Return `argv` with `-` for `_` in names, and with `=` before values that begin with a minus sign."""
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
    """Wrap a paragraph to `width`, unless it has indented lines and so is laid out by hand."""
    return paragraph if "\n " in f"\n{paragraph}" else textwrap.fill(" ".join(paragraph.split()), width)
