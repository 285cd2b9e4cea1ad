"""What all tests share: one GL context for the run, a deterministic seed, and a home without the user's settings."""

import atexit
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2  # noqa: F401  # before PyAV: both bring libxcb, and OpenCV crashes while it grabs a screen with the other one
import hypothesis
import numpy as np
import pytest

from engine.cli import leave
from engine.jobs import JobRunner
from engine.settings import language
from tests.waiting import LIMIT_S

hypothesis.settings.register_profile("any machine", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("any machine")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes side by side: together they have the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("LP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
# Every test has a home of its own; shaders need not be compiled anew in each.
SHADER_CACHE = ROOT / ".pytest_cache" / "shaders"
SHADER_CACHE.mkdir(parents=True, exist_ok=True)  # Mesa makes no parents, and goes without a cache
os.environ.setdefault("MESA_SHADER_CACHE_DIR", str(SHADER_CACHE))
# Nor need Python's modules be, torch's above all, where nothing may be written beside them.
if sys.dont_write_bytecode:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or python -B was asked for
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(ROOT / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False


_OF_A_HOME = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA", "HF_HOME")
_MEDIA = ("Documents", "Pictures", "Videos")
# Each test has values of its own. Native threads, as that of Mesa's shader cache, read the environment without a lock:
# to replace a value is safe then, to add one is not.
for _variable in (*_OF_A_HOME, *(f"XDG_{kind.upper()}_DIR" for kind in _MEDIA)):
    os.environ[_variable] = str(ROOT / ".pytest_cache" / "home")
os.environ["LANGUAGE"] = "en"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the reference pictures anew, then look at them")


def pytest_sessionstart(session: pytest.Session) -> None:
    # A shell's background job ignores SIGINT, and so would the programs that tests start in order to interrupt them.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # A test may end while a network that it asked for is still loading: then the run ends as the program does.
    atexit.register(lambda: leave(int(session.exitstatus)))


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    for variable in _OF_A_HOME:
        monkeypatch.setenv(variable, str(home))
    for kind in _MEDIA:
        monkeypatch.setenv(f"XDG_{kind.upper()}_DIR", str(home / kind))
    monkeypatch.setenv("LANGUAGE", "en")  # whatever the machine speaks
    language.use("en")
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    yield
    _finish_jobs()
    if hasattr(os, "sched_getscheduler"):  # a test process in real time starves the X servers that it waits for
        assert os.sched_getscheduler(0) == os.SCHED_OTHER, "something has given the tests real-time priority"


def _finish_jobs() -> None:
    """Wait for the background jobs of a test before the environment changes again.

    Native code reads the environment without a lock: a graph that is compiled at that time crashes the process.
    """
    for thread in threading.enumerate():
        if isinstance(getattr(getattr(thread, "_target", None), "__self__", None), JobRunner):
            thread.join(LIMIT_S)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def gl():
    from engine.gl.context import headless_context

    ctx = headless_context()
    if os.environ.get("EXPECT_SOFTWARE_GL") and "llvmpipe" not in ctx.info["GL_RENDERER"]:
        pytest.fail(f"expected llvmpipe, found {ctx.info['GL_RENDERER']}")
    _leave_egl()
    return ctx


def _leave_egl() -> None:
    """Have no context current on this thread: a window of a later test brings its own, through GLX."""
    if not sys.platform.startswith("linux"):
        return
    egl = ctypes.CDLL("libEGL.so.1")
    egl.eglGetCurrentDisplay.restype = ctypes.c_void_p
    egl.eglMakeCurrent.argtypes = [ctypes.c_void_p] * 4
    assert egl.eglMakeCurrent(egl.eglGetCurrentDisplay(), None, None, None)


@pytest.fixture
def ctx(gl) -> Iterator:
    """The context, clean before and free of errors after."""
    import moderngl

    with gl:
        assert gl.error == "GL_NO_ERROR"
        gl.enable_only(moderngl.NOTHING)
        yield gl
        assert gl.error == "GL_NO_ERROR"
