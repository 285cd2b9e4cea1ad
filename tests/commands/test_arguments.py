"""From a declared class to a command line and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from engine.commands.arguments import Arguments, merged, parse
from engine.commands.option import Positional
from engine.settings.fields import meanings
from engine.settings.traits import Traits


class Colors(BaseModel):
    """How it looks."""

    contrast: Annotated[float, Traits(is_common=True)] = Field(1.0, ge=-1, le=2)
    """How strong; 100 % is 1."""
    is_bright: bool = True
    """Bright colors
    instead of dark ones."""
    is_framed: bool | None = None
    """With a frame; as before if neither is given."""
    mode: Literal["soft", "hard"] = "soft"
    """Of the edges."""
    mask: Path | None = None
    """Where to work."""


class Job(BaseModel):
    """Does something.

    Then something else.
    """

    files: Positional[tuple[Path, ...]] = Field(min_length=1)
    """What to work on."""
    colors: Colors = Colors()
    sizes: tuple[int, ...] = (1, 2)
    """Of what comes out."""
    orbit: str = "0,0"
    """From where."""


@dataclass(frozen=True)
class Plain:
    """A dataclass does as well."""

    name: Positional[str | None] = None
    """Of the thing."""
    size: tuple[int, int] = (640, 480)
    """In pixels."""
    loud: bool = False
    """Say more."""


def job(*argv: str) -> Job:
    return parse(Job, argv, "job")


def test_what_is_given_counts_and_the_rest_has_its_defaults():
    assert job("a.mp4") == Job(files=(Path("a.mp4"),))
    given = job("a", "b", "--contrast=-0.5", "--no-is-bright", "--mode", "hard", "--mask", "m.png", "--sizes", "3", "4")
    assert given == Job(
        files=(Path("a"), Path("b")), sizes=(3, 4),
        colors=Colors(contrast=-0.5, is_bright=False, mode="hard", mask=Path("m.png")),
    )  # fmt: skip
    assert parse(Plain, ["--size", "3", "4", "--loud"], "plain") == Plain(size=(3, 4), loud=True)
    assert parse(Plain, ["box"], "plain") == Plain("box")


def test_a_value_may_begin_with_a_minus_and_a_name_may_have_underscores():
    assert job("a", "--contrast", "-0.25").colors.contrast == -0.25
    assert job("a", "--orbit", "-14,7").orbit == "-14,7"
    assert job("a", "--is_bright").colors.is_bright


def test_none_takes_away_what_the_default_has():
    colors = Colors(mask=Path("m.png"), contrast=2)
    arguments = Arguments(Job, "job", default={"colors": colors})
    assert "[-1 to 2; default 2]" in arguments.help()
    assert arguments.complete(arguments.read(["a"])).colors == colors
    assert arguments.complete(arguments.read(["a", "--mask", "none"])).colors == Colors(contrast=2)
    assert arguments.complete(arguments.read(["a", "--contrast", "0"]), {"colors": Colors()}).colors.mask is None


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["a", "--contrst", "1"], "there is no option --contrst; did you mean --contrast?"),
        (["a", "--bright"], "there is no option --bright; did you mean --is-bright?"),
        (["a", "--zzz"], "there is no option --zzz\n"),
        (["a", "--contrast", "3"], "--contrast should be less than or equal to 2 (it is '3')"),
        (["a", "--contrast", "much"], "--contrast should be a valid number"),
        (["a", "--mode", "wild"], "--mode should be 'soft' or 'hard'"),
        (["a", "--sizes", "1", "x"], "--sizes should be a valid integer"),
        (["a", "--mask"], "--mask: expected one argument"),
        ([], "FILES"),
    ],
)
def test_a_wrong_argument_is_one_message_and_exit_code_2(argv, says, capsys):
    with pytest.raises(SystemExit) as left:
        job(*argv)
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.startswith("error: ")
    assert "job --help" in said


def test_the_help_says_what_is_declared(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as left:
        job("--help")
    assert left.value.code == 0
    page = capsys.readouterr().out
    assert page.startswith("usage: python -m engine job FILE … [options]\n\nDoes something.\n\nThen something else.\n")
    for line in (
        "  FILE …                      What to work on",
        "How it looks",
        "  --contrast X                How strong; 100 % is 1 [-1 to 2; default 1]",
        "  --[no-]is-bright            Bright colors instead of dark ones [default on]",
        "  --[no-]is-framed            With a frame; as before if neither is given",
        "  --mode soft|hard            Of the edges [default soft]",
        "  --mask PATH                 Where to work",
        "  --sizes N …                 Of what comes out [default 1 2]",
    ):
        assert line in page.splitlines()
    assert max(map(len, page.splitlines())) <= 100


def test_the_help_shows_what_is_common_and_all_on_demand(capsys):
    arguments = Arguments(Job, "job", has_short_help=True, examples=["a.png --contrast 1"])
    pages = []
    for flag in ("--help", "--help-all"):
        with pytest.raises(SystemExit) as left:
            arguments.read([flag])
        assert left.value.code == 0
        pages.append(capsys.readouterr().out)
    assert all("  python -m engine job a.png --contrast 1\n" in page and "--contrast X" in page for page in pages)
    assert "--mask" not in pages[0]
    assert "--mask" in pages[1]
    every = len([line for line in pages[1].splitlines() if line.startswith("  --")])
    assert f"Show all {every} options" in pages[0]
    assert "--help-all" not in pages[1]


def test_options_can_be_left_out_of_a_command():
    arguments = Arguments(Job, "job", without={"colors.contrast"})
    assert "--contrast" not in arguments.help()
    with pytest.raises(SystemExit):
        arguments.read(["a", "--contrast", "1"])


def test_trees_are_merged_branch_by_branch():
    assert merged({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}, "c": 6}) == {"a": {"x": 1, "y": 5}, "b": 3, "c": 6}


def test_meanings_of_a_class_include_those_of_its_bases():
    class Finer(Colors):
        pass

    assert meanings(Finer)["mode"] == "Of the edges."
    assert meanings(int) == {}
