"""Shader programs from files, with includes, and compile errors that name file and line."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import moderngl

from engine.errors import ShaderError
from engine.paths import SHADERS_DIR

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')
_UNIFORM = re.compile(r"^\s*uniform\s+\w+\s+(\w+)", re.MULTILINE)
# Mesa and Intel write 0:4(20), NVIDIA 0(4), AMD and macOS 0:4
_LOCATION = re.compile(r"\b\d+(?::(\d+)(?:\(\d+\))?|\((\d+)\))")
# Drivers disagree on the second number of #line, so the first one encodes the file too: file · this + line.
_LINES_PER_FILE = 10_000


class Source:
    """A shader source with its includes. Each file is included once and keeps its own line numbers."""

    def __init__(self, name: str, folder: Path = SHADERS_DIR, defines: Mapping[str, int] | None = None) -> None:
        """Read `name`, a path below `folder`; `defines` become macros.

        Raises ShaderError for a missing file or a broken include.
        """
        self._folder = folder
        self.files: list[str] = []
        version, _, rest = self._splice(name, "the program").partition("\n")
        macros = [f"#define {macro} {value}" for macro, value in (defines or {}).items()]
        self.text = "\n".join([version, *macros, "#line 2", rest])

    def _splice(self, name: str, wanted_by: str) -> str:
        try:
            lines = (self._folder / name).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ShaderError(f"{wanted_by} needs shader {name}, which cannot be read: {error}") from error
        number = len(self.files)
        self.files.append(name)
        output = [] if number == 0 else [f"#line {number * _LINES_PER_FILE + 1}"]
        for at, line in enumerate(lines, start=1):
            include = _INCLUDE.match(line)
            if include is None:
                output.append(line)
            elif include[1] not in self.files:
                output.append(self._splice(include[1], f"{name}:{at}"))
                output.append(f"#line {number * _LINES_PER_FILE + at + 1}")
            else:
                output.append("")
        return "\n".join(output)

    @property
    def uniforms(self) -> set[str]:
        """Names declared anywhere in the text, used or not."""
        return set(_UNIFORM.findall(self.text))

    def locate(self, message: str) -> str:
        """Replace the line numbers in a driver's message by file and line."""

        def name(match: re.Match[str]) -> str:
            number, line = divmod(int(match[1] or match[2]), _LINES_PER_FILE)
            return f"{self.files[number]}:{line}" if number < len(self.files) else match[0]

        return "\n".join(_LOCATION.sub(name, line, count=1) for line in message.splitlines())


class Program:
    """A linked vertex and fragment shader.

    Setting a uniform that the compiler removed as unused does nothing. A name that is in no source is an error, since
    it must be a typo.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        vertex: str,
        fragment: str,
        *,
        folder: Path = SHADERS_DIR,
        defines: Mapping[str, int] | None = None,
    ) -> None:
        """Compile `vertex` and `fragment`, paths below `folder`. Raises ShaderError with file and line."""
        sources = {"vertex": Source(vertex, folder, defines), "fragment": Source(fragment, folder, defines)}
        try:
            self.gl = ctx.program(sources["vertex"].text, fragment_shader=sources["fragment"].text)
        except moderngl.Error as error:
            raise ShaderError(_explain(str(error), sources)) from None
        self._declared = sources["vertex"].uniforms | sources["fragment"].uniforms

    def set(self, **uniforms: Any) -> None:
        """Set uniforms by name, without their prefix `u_`."""
        for name, value in uniforms.items():
            uniform = f"u_{name}"
            if uniform in self.gl:
                self.gl[uniform] = value
            elif uniform not in self._declared:
                raise ShaderError(f"no shader of this program declares {uniform}")

    def set_declared(self, **uniforms: Any) -> None:
        """Set those of `uniforms` that the program declares."""
        self.set(**{name: value for name, value in uniforms.items() if f"u_{name}" in self._declared})

    def release(self) -> None:
        self.gl.release()


def _explain(message: str, sources: dict[str, Source]) -> str:
    """Return the relevant lines of a driver's message, with files and lines of the stage that failed."""
    stage = "vertex" if "vertex_shader" in message else "fragment"
    lines = [line for line in message.splitlines() if line.strip() and not set(line.strip()) <= set("=-")]
    lines = [line for line in lines if line.strip() not in ("GLSL Compiler failed", "vertex_shader", "fragment_shader")]
    return f"{sources[stage].files[0]} does not compile:\n" + sources[stage].locate("\n".join(lines))
