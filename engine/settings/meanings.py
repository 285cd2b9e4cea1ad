"""What the fields of a class mean: the docstrings below them.

Python throws these strings away, so they are read from the source when somebody asks. Pydantic can collect them too,
but does so for each class when it is made, which took a quarter of the time in which the program starts.
"""

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise


@cache
def meanings(kind: type) -> dict[str, str]:
    """The docstring below each field of `kind` and its bases, by name, with its lines joined into one.

    Fields without one, and all of them where the source is not there, are left out.
    """
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= _of_module(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    """For each class at the top of the module, its fields' docstrings."""
    module = sys.modules.get(name)
    if module is None or name in sys.stdlib_module_names or name.partition(".")[0] == "pydantic":
        return {}
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):  # no source file: built in, or frozen into a single program
        return {}
    return {node.name: dict(_documented(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _documented(body: list[ast.stmt]) -> list[tuple[str, str]]:
    """The fields in a class's body that have a docstring below them."""
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
