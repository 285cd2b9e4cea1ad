"""Addresses of streams, as they may be shown: without what is secret in them."""

from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "rtsp", "rtsps"})
"""What a stream can be fetched by."""


def is_address(name: str) -> bool:
    """Whether a source's name is meant as the address of a stream."""
    return "://" in name


def without_secrets(name: str) -> str:
    """Scheme, host, port and path of an address. User, password and query, which often holds a key, are left out;
    a name that is no address stays as it is."""
    if not is_address(name):
        return name
    try:
        parts = urlsplit(name)
    except ValueError:  # such as brackets that hold no address
        return f"{name.partition('://')[0]}://…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
