"""Passes that are made when they are first needed."""

from typing import Protocol, TypeVar, cast

import moderngl


class Pass(Protocol):
    """Something on the GPU that is made with a context and given back when it is done."""

    def __init__(self, ctx: moderngl.Context) -> None: ...

    def release(self) -> None: ...


AnyPass = TypeVar("AnyPass", bound=Pass)


class Passes:
    """One pass of each kind. What no setting asks for is never compiled, and takes no memory."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._made: dict[type, Pass] = {}

    def __getitem__(self, kind: type[AnyPass]) -> AnyPass:
        if kind not in self._made:
            self._made[kind] = kind(self._ctx)
        return cast("AnyPass", self._made[kind])

    def release(self) -> None:
        for made in self._made.values():
            made.release()
