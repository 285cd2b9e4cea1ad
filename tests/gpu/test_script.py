"""The measurement for machines with a GPU, on a machine without one."""

import ctypes
import json
import subprocess
from types import SimpleNamespace

import pytest
import torch

from tests.conftest import ROOT
from tests.gpu import __main__ as script
from tests.gpu import copies
from tests.gpu.figures import Figure
from tests.gpu.interop import InteropError, SharedBuffer, torch_runtime
from tests.waiting import LIMIT_S

without_cuda = pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")


class Runtime:
    """A CUDA runtime that notes its calls; `broken` fails."""

    def __init__(self, broken=None):
        self.calls, self._broken = [], broken

    def __getattr__(self, name):
        def call(*values):
            self.calls.append(name)
            return 999 if name == self._broken else 0

        return call


BUFFER = SimpleNamespace(glo=3, size=16)
VALUES = torch.arange(4, dtype=torch.float32)


def test_a_shared_buffer_is_mapped_only_while_it_is_written():
    runtime = Runtime()
    shared = SharedBuffer(BUFFER, runtime)
    shared.write(VALUES)
    shared.release()
    assert runtime.calls == [
        "cudaGraphicsGLRegisterBuffer",
        "cudaGraphicsMapResources",
        "cudaGraphicsResourceGetMappedPointer",
        "cudaMemcpyAsync",
        "cudaGraphicsUnmapResources",
        "cudaGraphicsUnregisterResource",
    ]


def test_a_buffer_that_cannot_be_shared_or_written_is_said_and_not_left_mapped():
    with pytest.raises(InteropError, match="cudaGraphicsGLRegisterBuffer failed with CUDA error 999"):
        SharedBuffer(BUFFER, Runtime("cudaGraphicsGLRegisterBuffer"))
    runtime = Runtime("cudaMemcpyAsync")
    with pytest.raises(InteropError, match="cudaMemcpyAsync"):
        SharedBuffer(BUFFER, runtime).write(VALUES)
    assert runtime.calls[-1] == "cudaGraphicsUnmapResources"
    for wrong in (VALUES[:2], VALUES.repeat(2)[::2]):
        with pytest.raises(InteropError, match="16 bytes"):
            SharedBuffer(BUFFER, Runtime()).write(wrong)


@without_cuda
def test_without_cuda_there_is_no_runtime_and_each_copy_says_so():
    with pytest.raises(InteropError, match="CUDA"):
        torch_runtime()
    assert {figure.note for figure in copies.figures(script.Size.SMALL)} == {"no CUDA"}


def test_a_part_that_fails_leaves_a_line_and_the_others_are_measured(tmp_path, monkeypatch, capsys):
    def fail(size):
        raise ctypes.ArgumentError("broken")

    monkeypatch.setitem(script.PARTS, "parity", fail)
    monkeypatch.setitem(script.PARTS, "copy", lambda size: [Figure("a case", 1.5, "ms")])
    script.main(["--small", "--only", "parity", "copy", "--out", str(tmp_path)])
    found = json.loads((tmp_path / "figures.json").read_text())
    assert [row["case"] for row in found["figures"]] == ["failed", "a case"]
    assert "ArgumentError: broken" in capsys.readouterr().out


@pytest.mark.slow
@without_cuda
def test_every_part_runs_on_two_cores(tmp_path):
    done = subprocess.run(
        ["sh", ROOT / "tests" / "gpu" / "run.sh", "--small", "--out", str(tmp_path)],
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "figures.json").read_text())
    by_part = {}
    for row in found["figures"]:
        by_part.setdefault(row["part"], []).append(row)
        assert row["case"] != "failed", row
        assert (row["value"] is None) == (row["note"].startswith("no ")), row
    assert set(by_part) == set(script.PARTS)
    assert found["machine"]["cuda"] == "no CUDA"
