"""The names of networks for live depth."""

from typing import Annotated, Literal

from pydantic import PlainSerializer, WrapValidator

from engine.plugins.registered import NETWORKS

Encoder = Literal["auto", "lite", "vits", "vitb", "vitl"]
AnyEncoder = Annotated[
    Encoder,
    WrapValidator(lambda value, check: value if value in NETWORKS else check(value)),
    PlainSerializer(str, return_type=str),  # the literal's own would warn of what a plugin registered
]
"""One of these, or a network that a plugin registered."""
