"""What pydantic says about wrong values, in our words."""

from pydantic import ValidationError


def complaint(error: ValidationError) -> str:
    """One line for all wrong fields: the name, what is wrong, what it was."""
    return "; ".join(f"{'.'.join(names)} {wrong}" for names, wrong in what_is_wrong(error))


def what_is_wrong(error: ValidationError) -> list[tuple[list[str], str]]:
    """For each wrong field its groups and name, and in words what is wrong and what it was."""
    found = []
    for detail in error.errors(include_url=False):
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
        found.append(([str(part) for part in detail["loc"]], f"{message} (it is {detail['input']!r})"))
    return found
