"""Downloads that the window offers and runs in the background."""

import threading

import pytest

from engine.app.downloads import Downloads, wanted
from engine.depth.capture import choice as capture_network
from engine.errors import DownloadError
from engine.settings import DepthSettings, Settings
from tests.waiting import LIMIT_S, wait_for


@pytest.fixture
def nothing(tmp_path):
    return {"checkpoints_dir": tmp_path}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "vda-vits"),
        ({"metric": True}, "metric-vda-vits"),
        ({"encoder": "vitl"}, "vda-vitl"),
        ({"encoder": "vitb", "metric": True}, "metric-vda-vitb"),
        ({"encoder": "lite"}, None),
    ],
)
def test_what_settings_want(nothing, changes, name):
    checkpoint = wanted(DepthSettings(**nothing, **changes))
    assert (checkpoint.name if checkpoint else None) == name


def test_only_what_was_chosen_is_offered(nothing, tmp_path):
    fetch = Downloads(lambda: None)
    assert fetch.offer(DepthSettings(**nothing)) is None  # auto does well with what there is
    assert fetch.offer(DepthSettings(encoder="vits", **nothing)).network == "vda-vits"
    assert fetch.offer(DepthSettings(encoder="vitl", **nothing)).license == "CC-BY-NC-4.0"
    assert fetch.offer(DepthSettings(metric=True, **nothing)).network == "metric-vda-vits"
    (tmp_path / "video_depth_anything_vits.pth").write_bytes(b"")
    assert fetch.offer(DepthSettings(encoder="vits", **nothing)) is None


def test_a_download_runs_beside_and_tells_how_far_it_is(nothing):
    half, ends, done = threading.Event(), threading.Event(), threading.Event()

    started = 0

    def download(name, folder, progress):
        nonlocal started
        started += 1
        progress(58_000_000, 116_000_000)
        half.set()
        ends.wait(LIMIT_S)
        return folder / name

    settings = DepthSettings(encoder="vits", **nothing)
    fetch = Downloads(done.set, download)
    fetch.start_wanted(settings)
    assert half.wait(LIMIT_S)
    assert fetch.status.progress == ("vda-vits: 58 of 116 MB", 0.5)
    assert fetch.offer(settings) is None
    fetch.start_wanted(settings)  # another click
    ends.set()
    assert done.wait(LIMIT_S)
    wait_for(lambda: fetch.status.progress is None)
    assert fetch.status.message is None
    assert started == 1


def test_a_failed_download_is_said_and_offered_again(nothing):
    def download(name, folder, progress):
        raise DownloadError("no network")

    settings = DepthSettings(encoder="vits", **nothing)
    fetch = Downloads(lambda: pytest.fail("nothing came"), download)
    fetch.start_wanted(settings)
    wait_for(lambda: fetch.status.message == "no network")
    assert fetch.offer(settings)


def test_closing_stops_a_download(nothing):
    begun, stopped = threading.Event(), threading.Event()

    def download(name, folder, progress):
        try:
            while True:
                progress(1, 116_000_000)
                begun.set()
        finally:
            stopped.set()

    fetch = Downloads(lambda: pytest.fail("nothing came"), download)
    fetch.start_wanted(DepthSettings(encoder="vits", **nothing))
    assert begun.wait(LIMIT_S)
    fetch.close()
    assert stopped.wait(LIMIT_S)
    wait_for(lambda: fetch.status.progress is None)
    assert fetch.status.message is None


def test_what_captures_lack_is_offered_and_fetched(tmp_path):
    settings = Settings().replace(checkpoints_dir=tmp_path)
    asked = []
    fetch = Downloads(
        lambda: pytest.fail("the live network is no other one"),
        lambda name, folder, progress: asked.append((name, folder)),
    )
    assert fetch.offer_for_capture(settings).network == "da3-base"
    assert fetch.offer_for_capture(settings.replace(metric=True)).network == "da3metric-large"
    assert fetch.offer_for_capture(settings.replace(capture_model="lite")) is None
    fetch.start(capture_network.wanted(settings), tmp_path)
    wait_for(lambda: fetch.status.progress is None)
    assert asked == [("da3-base", tmp_path)]
    (tmp_path / "da3-base").mkdir()
    (tmp_path / "da3-base" / "model.safetensors").write_bytes(b"")
    assert fetch.offer_for_capture(settings) is None
