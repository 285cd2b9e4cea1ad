"""The set-up behind `make run` and `make test`, without installing anything."""

import http.server
import importlib.util
import os
import socket
import subprocess
import threading
from types import ModuleType

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "tools").exists(), reason="not a checkout")


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path) -> ModuleType:
    """tools/install.py on a Linux machine without a GPU, in an empty folder."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "tools" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.platform, "system", lambda: "Linux")
    monkeypatch.setattr(module, "NVIDIA_DRIVER", tmp_path / "driver")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return module


@pytest.fixture
def index():
    """The address of a package index that has torch, and the requests that it got."""
    requests = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            requests.append(self.path)
            self.send_response(200 if self.path == "/whl/cpu/torch/" else 404)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/whl/cpu", requests
        server.shutdown()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_without_a_gpu_torch_comes_from_the_index_of_cpu_builds(install, index, monkeypatch):
    address, requests = index
    monkeypatch.setenv("TORCH_CPU_INDEX", address)
    options, reason = install.torch_options()
    assert options == ["--extra-index-url", address]
    assert address in reason
    assert requests == ["/whl/cpu/torch/"]


@pytest.mark.parametrize("sign", ["nvidia-smi", "driver"])
def test_with_an_nvidia_gpu_torch_comes_with_cuda(install, index, monkeypatch, tmp_path, sign):
    (tmp_path / sign).write_text("#!/bin/sh\n")
    (tmp_path / sign).chmod(0o755)
    monkeypatch.setenv("TORCH_CPU_INDEX", index[0])
    options, reason = install.torch_options()
    assert options == []
    assert "CUDA" in reason
    assert index[1] == []


def test_elsewhere_there_is_nothing_to_choose(install, index, monkeypatch):
    monkeypatch.setattr(install.platform, "system", lambda: "Darwin")
    monkeypatch.setenv("TORCH_CPU_INDEX", index[0])
    assert install.torch_options() == ([], "")
    assert index[1] == []


def test_an_index_that_does_not_answer_is_told_and_passed_over(install, index, monkeypatch):
    for address in (f"http://127.0.0.1:{closed_port()}/whl/cpu", index[0] + "/other", "nonsense"):
        monkeypatch.setenv("TORCH_CPU_INDEX", address)
        options, reason = install.torch_options()
        assert options == []
        assert f"{address} does not answer" in reason


def test_a_silent_index_is_not_waited_for(install, monkeypatch):
    monkeypatch.setattr(install, "INDEX_TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not install.answers(f"http://127.0.0.1:{silent.getsockname()[1]}")


def test_progress_names_large_downloads_and_counts_packages(install, capsys):
    progress = install.Progress(is_terminal=False)
    for line in (
        "Collecting glfw>=2.7 (from da3d==0.1.0)",
        "  Downloading glfw-2.11.0-py2.py3-none-manylinux_2_28_x86_64.whl (248 kB)",
        "Collecting torch>=2.6 (from da3d==0.1.0)",
        "  Downloading https://download.pytorch.org/whl/cpu/torch-2.13.0%2Bcpu-cp312-cp312-linux_x86_64.whl (191.8 MB)",
        "Progress 1000 of 191794682",
        "Downloading nvidia_cublas-13.1-py3-none-manylinux_2_27_x86_64.whl (1.2 GB)",
        "Progress 0 of 0",
        "Installing collected packages: glfw, torch, nvidia-cublas",
    ):
        progress.follow(line)
    progress.end()
    assert capsys.readouterr().err.split("\n") == [
        "      torch 2.13.0+cpu, 191.8 MB", "      nvidia_cublas 13.1, 1.2 GB", "      unpacking 3 packages", "",
    ]  # fmt: skip


def test_a_failure_names_the_log_and_shows_its_end(install, monkeypatch, tmp_path):
    monkeypatch.setattr(install, "PYTHON", tmp_path / "python")
    (tmp_path / "python").write_text("#!/bin/sh\nfor n in 1 2 3; do echo line $n; done; exit 1\n")
    (tmp_path / "python").chmod(0o755)
    log = tmp_path / "run.log"
    with pytest.raises(install.SetupError, match=r"run\.log:\n(.*\n)*    line 3$"):
        install.pip_install(log, "torch")
    assert log.read_text().splitlines() == ["$ pip install torch", "line 1", "line 2", "line 3"]


def test_a_missing_python_is_named():
    done = subprocess.run(
        ["sh", ROOT / "tools" / "setup.sh", "python", "run"],
        env={"PYTHON": "python3.99", "PATH": os.defpath}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "there is no python3.99 here" in done.stderr
