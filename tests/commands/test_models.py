"""`models`, and its downloads with the hub's real client against a hub on this machine."""

import hashlib
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from engine.commands import models
from engine.models.catalog import CHECKPOINTS, entry
from tests.conftest import ROOT
from tests.hub import MB, Hub
from tests.pipeline.test_headless import run
from tests.waiting import LIMIT_S, wait_for

VITS = "depth-anything/Video-Depth-Anything-Small/video_depth_anything_vits.pth"
FILE = "video_depth_anything_vits.pth"
HALF = 15 * MB


@pytest.fixture(scope="module")
def content():
    return np.random.default_rng(3).bytes(30 * MB)  # the client writes in pieces of 10 MiB


@pytest.fixture
def hub(content):
    hub = Hub({VITS: content})
    yield hub
    hub.close()


def download(*arguments, cwd, hub=None, **environment):
    return run(
        "models", "download", *arguments, "--checkpoints-dir", cwd / "weights", cwd=cwd,
        **{**(hub.environment if hub else {}), **environment},
    )  # fmt: skip


def test_the_table_names_all_with_license_and_place(tmp_path, capsys):
    (tmp_path / FILE).write_bytes(b"weights")
    assert models.main(["--checkpoints-dir", str(tmp_path)]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()}
    for name, checkpoint in CHECKPOINTS.items():
        assert checkpoint.license in lines[name]
        assert f"{checkpoint.size_mb:.1f}" in lines[name]
    assert lines["vda-vits"].endswith(str(tmp_path / FILE))
    assert lines["lite"].split()[1] == "yes"
    assert lines["vda-vitl"].split()[1] == "no"


def test_a_download_is_complete_checked_and_remembered(tmp_path, hub, content):
    done = download("vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 0, done.stderr
    assert "Apache-2.0" in done.stdout
    assert "116 MB" in done.stdout
    assert (tmp_path / "weights" / FILE).read_bytes() == content
    digest = hashlib.sha256(content).hexdigest()
    assert (tmp_path / "weights" / f"{FILE}.sha256").read_text() == f"{digest}  {FILE}\n"
    assert len(list((tmp_path / "weights").iterdir())) == 2
    again = download("vda-vits", cwd=tmp_path, hub=hub)
    assert again.returncode == 0
    assert "already here" in again.stdout
    assert hub.sent == len(content)


@pytest.mark.parametrize("has_cdn", [False, True])
def test_a_connection_that_breaks_is_taken_up_again(tmp_path, hub, content, has_cdn):
    hub.cut_at, hub.has_cdn = HALF, has_cdn
    done = download("vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "weights" / FILE).read_bytes() == content
    assert len(hub.ranges) == 2
    assert hub.ranges[1].startswith("bytes=")
    assert hub.sent < 2 * len(content)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGINT"])
def test_what_an_interruption_leaves_is_completed_by_the_next_call(tmp_path, hub, content, number):
    hub.stall_at = HALF
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "models", "download", "vda-vits", "--yes", "--checkpoints-dir", "weights"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), **hub.environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: any(part.stat().st_size for part in (tmp_path / "weights").glob(".*.part")))
    process.send_signal(getattr(signal, number))
    _, stderr = process.communicate(timeout=LIMIT_S)
    assert process.returncode == (130 if number == "SIGINT" else -signal.SIGKILL)
    assert "Traceback" not in stderr
    assert not (tmp_path / "weights" / FILE).exists()  # never half-written
    hub.stall_at = None
    done = download("vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "weights" / FILE).read_bytes() == content
    assert int(hub.ranges[-1].removeprefix("bytes=").rstrip("-")) > 0
    assert not list((tmp_path / "weights").glob(".*"))


def test_a_wrong_hash_is_refused_and_nothing_is_left(tmp_path, hub):
    hub.sha256 = "1" * 64
    done = download("vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 3
    assert "sha256" in done.stderr
    assert list((tmp_path / "weights").iterdir()) == []


def names_the_way_out(stderr):
    assert "python -m engine models download vda-vits" in stderr
    assert entry("vda-vits").hub[0].url in stderr
    assert "Traceback" not in stderr
    return True


def test_a_file_the_hub_lacks_and_one_it_has_in_the_same_call(tmp_path, hub, content):
    done = download("vda-vitl", "vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 3
    assert "the hub has no depth-anything/Video-Depth-Anything-Large/video_depth_anything_vitl.pth" in done.stderr
    assert "models download vda-vitl" in done.stderr
    assert (tmp_path / "weights" / FILE).read_bytes() == content  # one that fails does not stop the others


def test_the_small_metric_network_is_found_at_its_older_place_too(tmp_path, hub):
    name = "metric_video_depth_anything_vits.pth"
    hub.files[f"depth-anything/Video-Depth-Anything-Small/{name}"] = b"metric"
    done = download("metric-vda-vits", "--yes", cwd=tmp_path, hub=hub)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "weights" / name).read_bytes() == b"metric"


def test_without_a_network_the_command_and_the_link_are_named(tmp_path):
    done = download("vda-vits", "--yes", cwd=tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr
    assert names_the_way_out(done.stderr)


def test_offline_mode_is_respected(tmp_path, hub):
    done = download("vda-vits", "--yes", cwd=tmp_path, hub=hub, HF_HUB_OFFLINE="1")
    assert done.returncode == 3
    assert "HF_HUB_OFFLINE" in done.stderr
    assert hub.ranges == []
    assert names_the_way_out(done.stderr)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--minimum"),
        (("vda-vitz",), "vda-vits"),
        (("vda-vits",), "--yes"),  # nobody can be asked
    ],
)
def test_wrong_arguments_fetch_nothing(tmp_path, hub, arguments, says):
    done = download(*arguments, cwd=tmp_path, hub=hub)
    assert done.returncode == 2
    assert says in done.stderr
    assert hub.ranges == []


@pytest.mark.parametrize(("choice", "least"), [("minimum", 1), ("recommended", 2), ("all", 6)])
def test_choices_name_what_runs_and_ask_first(tmp_path, hub, choice, least):
    done = download(f"--{choice}", cwd=tmp_path, hub=hub)
    assert done.returncode == 2  # nobody can be asked
    offered = [line.partition(":")[0] for line in done.stdout.splitlines() if "license" in line]
    assert len(offered) >= least
    assert "vda-vits" in offered
    assert all(entry(name).hub for name in offered)
