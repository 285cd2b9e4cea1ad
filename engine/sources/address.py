"""Addresses of streams, and how to show them without secrets."""

from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "rtsp", "rtsps"})
"""The protocols of streams."""


def is_address(name: str) -> bool:
    """Return whether the name of a source is the address of a stream."""
    return "://" in name


def without_secrets(name: str) -> str:
    """Return scheme, host, port and path of an address: user, password and query, which may hold a key, are removed.

    Names that are not addresses are returned as they are.
    """
    if not is_address(name):
        return name
    try:
        parts = urlsplit(name)
    except ValueError:  # for instance brackets without an address in them
        return f"{name.partition('://')[0]}://…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
