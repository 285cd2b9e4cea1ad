"""The Python half of the set-up behind `make run` and `make test`; `tools/setup.sh` calls it.

    python3 tools/install.py run|test    make .venv and install Python packages into it

It runs before any package is there, so it needs nothing but the standard library.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
EXTRAS = {"run": "openvino", "test": "dev"}

NVIDIA_DRIVER = Path("/proc/driver/nvidia")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""Where torch's builds without CUDA are. Tests of the set-up name another index in TORCH_CPU_INDEX."""
INDEX_TIMEOUT_S = 3.0

LARGE_MB = 10
LAST_LINES = 15


class SetupError(Exception):
    """The set-up cannot go on; the text says why."""


def torch_options() -> tuple[list[str], str]:
    """Return pip's options for the build of torch that suits this machine, and what to tell the user about it.

    PyPI's build for Linux depends on CUDA, several gigabytes that are useless without an NVIDIA GPU. The CPU build of
    the same version has a local version label (2.13.0+cpu), which pip prefers and which the constraints allow.
    """
    if platform.system() != "Linux":
        return [], ""
    if shutil.which("nvidia-smi") or NVIDIA_DRIVER.exists():
        return [], "NVIDIA GPU found: torch comes with CUDA, a download of several gigabytes"
    index = os.environ.get("TORCH_CPU_INDEX", CPU_INDEX)
    if answers(index):
        return ["--extra-index-url", index], f"no NVIDIA GPU found: torch without CUDA, from {index}"
    return [], (
        f"no NVIDIA GPU found, but {index} does not answer. Taking torch from where pip finds it; "
        "the build on PyPI brings CUDA, several gigabytes"
    )


def answers(index: str) -> bool:
    """Return whether a package index has torch and says so within `INDEX_TIMEOUT_S`, name resolution included."""
    has_torch = threading.Event()

    def ask() -> None:
        try:
            request = urllib.request.Request(f"{index.rstrip('/')}/torch/", method="HEAD")
            with urllib.request.urlopen(request, timeout=INDEX_TIMEOUT_S):
                has_torch.set()
        except (OSError, ValueError):  # unreachable, an HTTP error, or not an address
            pass

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(INDEX_TIMEOUT_S)
    return has_torch.is_set()


class Progress:
    """Shows what pip does: large downloads and the number of packages as lines, the rest on one line of a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal
        self._found = 0
        self._file = ""
        self._unpacking: threading.Event | None = None

    def follow(self, line: str) -> None:
        """Take one line of the output of `pip install --progress-bar raw`."""
        if re.match(r"(Collecting|Processing) ", line):
            self._found += 1
            self._replace(f"packages found: {self._found}")
        elif match := re.match(r" *Downloading (?:\S*/)?([^/\s-]+)-([^/\s-]+)-\S+ \(([\d.]+) ([kMG]B)\)", line):
            name, version, size, unit = match.groups()
            self._file = f"{name} {urllib.parse.unquote(version)}, {size} {unit}"
            if unit == "GB" or (unit == "MB" and float(size) >= LARGE_MB):
                self._tell(self._file)
        elif (match := re.match(r"Progress (\d+) of ([1-9]\d*)", line)) and self._file:
            self._replace(f"{self._file}: {100 * int(match[1]) // int(match[2])} %")
        elif line.startswith("Installing collected packages: ") and "," in line:
            count = line.count(",") + 1
            self._tell(f"unpacking {count} packages")
            self._unpacking = threading.Event()
            threading.Thread(target=self._watch, args=(count, self._unpacking), daemon=True).start()

    def end(self) -> None:
        """Clear the terminal's line."""
        if self._unpacking:
            self._unpacking.set()
        self._replace("")

    def _watch(self, count: int, ended: threading.Event) -> None:
        """Count what is unpacked; pip does not tell."""
        before = len(installed())
        while not ended.wait(0.2):
            self._replace(f"{len(installed()) - before} of {count} packages")

    def _tell(self, text: str) -> None:
        say(("\r\033[K" if self._is_terminal else "") + f"      {text}")

    def _replace(self, text: str) -> None:
        if self._is_terminal:
            print(f"\r\033[K      {text}" if text else "\r\033[K", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def installed() -> list[Path]:
    """Return the records of the packages in .venv; a package's record is written last."""
    return list(VENV.glob("lib/python*/site-packages/*.dist-info/RECORD"))


def pip_install(log: Path, *arguments: str) -> None:
    """Run pip, its output in `log`, and raise SetupError with the end of the log if it fails.

    Modules are compiled when they are first imported: compiling all of them takes as long as everything else.
    """
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-compile", "-c", "constraints.txt"]
    progress = Progress(sys.stderr.isatty())
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ pip install {' '.join(arguments)}\n")
        pip = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        )
        for line in pip.stdout:
            progress.follow(line)
            if not line.startswith("Progress "):
                file.write(line)
    progress.end()
    if pip.wait():
        last = log.read_text(encoding="utf-8").splitlines()[-LAST_LINES:]
        raise SetupError("\n".join([f"pip failed. The end of {log}:", *(f"    {line}" for line in last)]))


def make_venv(log: Path) -> None:
    """Make .venv with the tested version of pip. One that works stays; one of a Python that is gone is replaced."""
    if not works("pass"):
        for folder in ("bin", "lib", "lib64"):
            path = VENV / folder
            path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
    if not works("import pip"):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip_install(log, "pip")


def works(code: str) -> bool:
    """Return whether .venv's Python runs this."""
    try:
        return subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install(purpose: str) -> None:
    """Install what `make run` or `make test` needs."""
    start_s = time.monotonic()
    log = VENV / f"{purpose}.log"
    log.unlink(missing_ok=True)
    say(f"setting up .venv for `make {purpose}`; details are in {log}")
    say("[1/3] a virtual environment in .venv")
    make_venv(log)
    say("[2/3] choosing a build of torch")
    options, reason = torch_options()
    if reason:
        say(f"      {reason}")
    options.append("--progress-bar=raw")
    say("[3/3] downloading and installing Python packages")
    try:
        pip_install(log, *options, "-e", f".[{EXTRAS[purpose]}]")
    except SetupError as error:
        if purpose != "run" or "No matching distribution found for openvino" not in str(error):
            raise
        say("note: OpenVINO is not available for this machine; depth on the CPU takes twice as long without it")
        pip_install(log, *options, "-e", ".")
    say(f"set up in {time.monotonic() - start_s:.0f} s")


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
