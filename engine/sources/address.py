"""Addresses of streams."""

SCHEMES = frozenset({"http", "https", "rtsp", "rtsps"})
"""The protocols of streams."""


def is_address(name: str) -> bool:
    """Return whether the name of a source is the address of a stream."""
    return "://" in name
