"""Tools: what the user works with in the scene, one module each."""

from importlib import import_module
from pkgutil import iter_modules

from engine.app.tools.tool import Tool


def tool_classes() -> list[type[Tool]]:
    """Return the tools in this package, by the names of their modules."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return [
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, Tool)
        and found.__module__ == module.__name__ != Tool.__module__
    ]
