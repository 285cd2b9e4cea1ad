"""Addresses and other texts without the passwords in them."""

import os
import re
from urllib.parse import urlsplit

_BEFORE_HOST = re.compile(r"""[^\s'"(<]*:[^\s]*@(?=[\w\[])""")
_NAMED = re.compile(r"(?i)(\b(?:\w*pass\w*|pwd|pw|\w*token|api_?key|auth\w*|\w*secret)=|[?&;]\w+=)[^\s&;'\"]+")
_HOST_AND_PORT = re.compile(r"(\[[^]]*\]|[^:]*)(:\d*)?")


def without_secrets(name: str) -> str:
    """Return the name of a source as it may be shown.

    Of an address that is scheme, host, port and path: user, password and query, which may hold a key, are removed, and
    so is everything from the first `=` in the path on. Of an address that is malformed, so that a part of the password
    may look like a host or a path, only the scheme is left. Names of files are returned as they are.
    """
    scheme, is_address, _ = name.partition("://")
    if not is_address:
        return name if os.path.exists(os.path.expanduser(name)) else _without_credentials(name)
    try:
        parts = urlsplit(name)
    except ValueError:  # for instance brackets without an address in them
        return f"{scheme}://…"
    host = parts.netloc.rpartition("@")[2]
    if "@" in parts.path + parts.query + parts.fragment or not _HOST_AND_PORT.fullmatch(host):
        return f"{scheme}://…"
    path, has_values, _ = parts.path.partition("=")
    return f"{parts.scheme}://{host}{path}{'=…' if has_values else ''}"


def redacted(text: str) -> str:
    """Return a message without what looks like a password in an address or in a value with such a name."""
    return _NAMED.sub(r"\1…", _BEFORE_HOST.sub("…@", text))


def _without_credentials(name: str) -> str:
    """Return what may be shown of a name that is no file and no complete address, such as `user:password@host`."""
    before, at, host = name.rpartition("@")
    if at and ":" in before:
        name = f"…@{host}"
    return redacted(name)
