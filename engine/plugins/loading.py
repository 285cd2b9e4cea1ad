"""Plugins: files of Python and installed packages that register sources and networks."""

import logging
import sys
from functools import cache
from pathlib import Path

from engine.errors import PluginError

log = logging.getLogger(__name__)

ENTRY_POINTS = "da3d.plugins"
"""The group of entry points by which installed packages name their plugins."""
OPTION = "--plugin"
LOADED: list[Path] = []
"""The files that were loaded, in this order. Changed by `load_file` alone."""


def load_named(argv: list[str]) -> list[str]:
    """Load the file behind each `--plugin` of a command line; return the rest of it. Raises PluginError."""
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        option, equals, value = word.partition("=")
        if option != OPTION:
            rest.append(word)
            continue
        file = value if equals else next(words, "")
        if not file or (not equals and file.startswith("-")):
            raise PluginError(f"{OPTION} wants a file of Python, such as {OPTION} my_camera.py")
        load_file(Path(file).expanduser())
    return rest


def load_file(path: Path) -> None:
    """Run a file of Python that registers sources or networks. Raises PluginError."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"da3d_plugin_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise PluginError(f"{path} is no plugin: it should be a file of Python (.py)")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses and pickle look for it
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever it does, it is not ours
        raise PluginError(f"the plugin {path} failed: {type(error).__name__}: {error}") from error
    LOADED.append(path.absolute())


@cache
def load_installed() -> None:
    """Load the plugins of installed packages, once. One that fails is left out, with a line in the log."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS):
        try:
            plugin = entry.load()
            if callable(plugin):
                plugin()
        except Exception as error:  # whatever it does, it is not ours
            log.warning("the plugin %s was left out: %s: %s", entry.name, type(error).__name__, error)
