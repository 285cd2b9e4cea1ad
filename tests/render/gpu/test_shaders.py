import re

import pytest

from engine.errors import ShaderError
from engine.paths import SHADERS_DIR
from engine.render.gpu.shaders import Program, Source
from tests.conftest import ROOT

FRAGMENTS = sorted(path.name for path in SHADERS_DIR.glob("*.frag"))
OWN_VERTICES = {
    "backdrop.frag": "backdrop.vert",
    "surface.frag": "surface.vert",
    "cloud.frag": "cloud.vert",
    "mesh.frag": "mesh.vert",
    "push.frag": "tiles.vert",
    "seed.frag": "tiles.vert",
}
PAIRS = [(OWN_VERTICES.get(name, "fullscreen.vert"), name) for name in FRAGMENTS]
PAIRS += [("background.vert", "surface.frag"), ("silhouettes.vert", "surface.frag")]
MINIMAL = "#version 330 core\nvoid main() { gl_Position = vec4(0.0); }\n"


def test_every_shader_file_belongs_to_a_program():
    assert {p.name for p in SHADERS_DIR.glob("*.*")} == {name for pair in PAIRS for name in pair}
    passes = "".join(path.read_text() for path in (ROOT / "engine" / "render").rglob("*.py"))
    for pair in PAIRS:
        assert f'"{pair[1]}"' in passes or f'"{pair[1].removesuffix(".frag")}"' in passes


@pytest.mark.parametrize("pair", PAIRS)
def test_it_compiles_under_330(ctx, pair):
    for name in pair:
        assert Source(name).text.startswith("#version 330 core\n")
    defines = {"VIEW": 0, "GUIDED": 1, "PLATE": 1, "POINTS": 0, "SHADED": 0, "BEHIND": 0, "RIM": 0}
    defines["RIM"] = int(pair[0] == "silhouettes.vert")
    Program(ctx, *pair, defines=defines).release()


@pytest.mark.parametrize("number", range(12))
def test_every_kind_of_surface_compiles(ctx, number):
    defines = {"VIEW": number // 4, "POINTS": number // 2 % 2, "SHADED": number % 2, "RIM": 0, "BEHIND": 0}
    Program(ctx, "surface.vert", "surface.frag", defines=defines).release()


def test_every_include_exists_and_is_used():
    includes = {p.relative_to(SHADERS_DIR).as_posix() for p in (SHADERS_DIR / "include").iterdir()}
    used = {name for pair in PAIRS for file in pair for name in Source(file).files[1:]}
    assert used == includes


def write(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ("#version 330 core\nout vec4 c;\nvoid main() {\n    c = nonsense;\n}\n", "main.frag:4"),
        ('#version 330 core\nout vec4 c;\n#include "part.glsl"\nvoid main() {\n    c = nonsense;\n}\n', "main.frag:5"),
        ('#version 330 core\nout vec4 c;\n#include "bad.glsl"\nvoid main() { c = vec4(1.0); }\n', "bad.glsl:3"),
    ],
)
def test_an_error_names_file_and_line(ctx, tmp_path, broken, where):
    write(tmp_path, main__vert=MINIMAL, main__frag=broken)
    write(tmp_path, part__glsl="float one() {\n    return 1.0;\n}\n", bad__glsl="\n\nfloat bad = nonsense;\n")
    with pytest.raises(ShaderError) as caught:
        Program(ctx, "main.vert", "main.frag", folder=tmp_path)
    assert where in str(caught.value)
    assert "nonsense" in str(caught.value)


def test_a_broken_vertex_shader_is_told_from_the_fragment_shader(ctx, tmp_path):
    write(tmp_path, v__vert="#version 330 core\nvoid main() {\n    gl_Position = oops;\n}\n")
    write(tmp_path, f__frag="#version 330 core\nout vec4 c;\nvoid main() { c = vec4(1.0); }\n")
    with pytest.raises(ShaderError, match=r"v\.vert:3"):
        Program(ctx, "v.vert", "f.frag", folder=tmp_path)


def test_messages_of_other_drivers_are_located_too():
    source = Source("surface.vert")
    assert source.files[1] == "include/world.glsl"
    assert source.locate("0(10007) : error C1008: undefined variable").startswith("include/world.glsl:7")
    assert source.locate("ERROR: 0:12: 'x' : undeclared").startswith("ERROR: surface.vert:12")


def test_a_missing_include_names_who_wanted_it(tmp_path):
    write(tmp_path, a__frag='#version 330 core\n#include "gone.glsl"\n')
    with pytest.raises(ShaderError, match=re.escape("a.frag:2 needs shader gone.glsl")):
        Source("a.frag", tmp_path)


def test_includes_are_spliced_once(tmp_path):
    write(
        tmp_path, a__frag='#include "b.glsl"\n#include "c.glsl"\n', b__glsl='#include "c.glsl"\n', c__glsl="float c;\n"
    )
    assert Source("a.frag", tmp_path).text.count("float c;") == 1


def test_unused_uniforms_may_be_set_and_unknown_ones_not(ctx, tmp_path):
    write(
        tmp_path,
        v__vert=MINIMAL,
        f__frag="#version 330 core\nuniform float u_unused;\nout vec4 c;\nvoid main() { c = vec4(1.0); }\n",
    )
    program = Program(ctx, "v.vert", "f.frag", folder=tmp_path)
    program.set(unused=1.0)
    with pytest.raises(ShaderError, match="u_typo"):
        program.set(typo=1.0)
