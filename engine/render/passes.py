"""Passes that are created when they are first needed."""

from typing import Protocol, TypeVar, cast

import moderngl


class Pass(Protocol):
    """Something on the GPU that is created with a context and has to be released."""

    def __init__(self, ctx: moderngl.Context) -> None: ...

    def release(self) -> None: ...


AnyPass = TypeVar("AnyPass", bound=Pass)


class Passes:
    """One pass of each class. A pass that no setting asks for is never compiled and takes no memory."""

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
