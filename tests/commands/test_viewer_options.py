"""Each option that people know changes something that can be seen: a picture, what is asked of a source, a network."""

import os
import re
from math import degrees, radians
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.clock import FixedClock
from engine.commands import COMMANDS, capture, video, view
from engine.commands.arguments import parse
from engine.commands.capture import CaptureArguments
from engine.commands.option import options_of
from engine.commands.video import VideoArguments
from engine.commands.viewers import VIEWERS
from engine.depth.live.worker import DepthWorker
from engine.errors import CheckpointError, SettingsError
from engine.mailbox import Mailbox
from engine.navigation.camera import Camera
from engine.navigation.sway import Sway
from engine.paths import config_file
from engine.pipeline.pipeline import Pipeline
from engine.render.draw_request import DrawRequest
from engine.render.renderer import Renderer
from engine.settings import Settings
from engine.settings.run_options import RunOptions
from engine.sources import sizes
from engine.sources.demo import DemoSource
from engine.sources.registry import open_source
from tests.depth_frames import checker
from tests.export.test_virtual_camera import FakeCamera, stand_in  # noqa: F401
from tests.waiting import wait_for

WIDTH, HEIGHT = 160, 90


def read(name, *argv, remembered=Settings()):  # noqa: B008
    return view._read(list(argv), remembered, name)[0]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A picture, and a noisy depth map with a step and stray points."""
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    depth = 2 + 1.5 * x / WIDTH + 0.5 * y / HEIGHT
    depth[20:70, 50:100] = 1.2
    depth *= 1 + 0.01 * rng.standard_normal(depth.shape)
    stray = rng.random(depth.shape) < 0.02
    depth[stray] *= rng.uniform(0.6, 1.5, stray.sum())
    cv2.imwrite(str(folder / "depth.png"), (depth * 1000).astype(np.uint16))
    cv2.imwrite(str(folder / "photo.png"), checker(WIDTH, HEIGHT, 10)[..., ::-1])
    return folder


@pytest.fixture
def picture(ctx, files, monkeypatch):
    """What `view3d` with these options draws."""
    monkeypatch.chdir(files)
    renderer = Renderer(ctx, (WIDTH, HEIGHT))

    def draw(*options, kind="disparity"):
        arguments = read("view3d", "photo.png", "depth.png", "--depth-map-kind", kind, "--size", "240x135", *options)
        settings = arguments.settings
        frame = sizes.read(open_source(settings.source), settings.source.max_res)
        worker = DepthWorker(Mailbox(), Mailbox(), settings.depth, FixedClock())
        renderer.resize(arguments.run.size_px)
        renderer.draw(worker._depth_of(frame), Camera.home(2).orbited(radians(20), radians(8)), settings)
        return renderer.read()

    yield draw
    renderer.release()


PICTURES = {
    "--max-res": ("64", ()),
    "--subsample": ("8", ()),
    "--depth-scale": ("1.5", ()),
    "--depth-min-percentile": ("30", ()),
    "--depth-max-percentile": ("60", ()),
    "--depth-threshold": ("0.6", ()),
    "--invert-depth": (None, ()),
    "--display-mode": ("pointcloud", ()),
    "--wireframe": (None, ()),
    "--smooth": (None, ()),
    "--background": ("0.9,0.1,0.1", ()),
    "--sor-neighbors": ("12", ("--display-mode", "pointcloud")),
    "--sor-std-ratio": ("5", ("--display-mode", "pointcloud", "--sor-neighbors", "12")),
    "--focal-length-x": ("100", ()),
    "--focal-length-y": ("300", ("--focal-length-x", "100")),
    "--principal-point-x": ("40", ("--focal-length-x", "100")),
    "--principal-point-y": ("20", ("--focal-length-x", "100")),
    "--metric-depth-scale": ("3", ()),
    "--high-quality": (None, ()),
    "--preset": ("real-time", ()),
    "--width": ("200", ()),
    "--height": ("100", ()),
}
"""Option, a value, and what it needs beside it."""


@pytest.mark.parametrize("option", PICTURES)
def test_an_option_changes_the_picture(picture, option):
    value, beside = PICTURES[option]
    kind = "metric" if option == "--metric-depth-scale" else "disparity"
    before, after = picture(*beside, kind=kind), picture(*beside, option, *([value] if value else []), kind=kind)
    if option in ("--width", "--height"):
        assert after.shape == ((135, 200, 3) if option == "--width" else (100, 240, 3))
    else:
        changed = np.abs(before.astype(int) - after).max(-1) > 8
        assert changed.mean() > 0.003


@pytest.fixture
def asked(monkeypatch):
    """What is asked of cameras and screens."""
    found = []

    def opened(*what):
        found.append(what)
        return DemoSource()

    monkeypatch.setattr("engine.sources.live.webcam.open_webcam", opened)
    monkeypatch.setattr("engine.sources.live.screen.ScreenSource", opened)

    def ask(name, *argv):
        found.clear()
        open_source(read(name, *argv).settings.source)
        return found[0]

    return ask


SOURCES = {
    "--camera-id": ("webcam3d", ("--camera-id", "2"), ("webcam:2", 0, 0, 0)),
    "--camera-width": ("webcam3d", ("--camera-width", "1280"), ("webcam", 1280, 0, 0)),
    "--camera-height": ("webcam", ("--camera-height", "720"), ("webcam", 0, 720, 0)),
    "--monitor": ("screen3d-viewer", ("--monitor", "2"), ("screen:2", 30)),
    "--region": ("screen", ("--region", "0, 10,640,480"), ("screen:0,10,640,480", 30)),
    "--fps": ("screen3d", ("--fps", "12"), ("screen", 12)),
    "camera of any viewer": ("view", ("--camera-id", "1"), ("webcam:1", 0, 0, 0)),
    "screen of any viewer": ("", ("--monitor", "1", "--screen-fps", "5"), ("screen:1", 5)),
}


@pytest.mark.parametrize("option", SOURCES)
def test_an_option_asks_something_of_the_source(asked, option):
    name, argv, expected = SOURCES[option]
    assert asked(name, *argv) == expected


NETWORKS = {
    "--encoder": (("--encoder", "vitl"), r"vda-vitl"),
    "--metric": (("--encoder", "vits", "--metric"), r"metric-vda-vits"),
    "--checkpoints-dir": (("--encoder", "vits", "--checkpoints-dir", "my weights"), r"my weights"),
}


@pytest.mark.parametrize("option", NETWORKS)
def test_an_option_asks_for_another_network(option):
    from engine.depth.live.estimator import make_estimator

    argv, says = NETWORKS[option]
    with pytest.raises(CheckpointError, match=says):
        make_estimator(read("webcam3d", *argv).settings.depth)


def test_precision_and_input_size_of_the_network():
    from engine.depth.live.estimator import make_estimator

    estimator = make_estimator(read("webcam3d", "--fp32", "--input-size", "128").settings.depth)
    assert estimator.info.precision == "fp32"
    assert min(estimator.estimate(checker(320, 180)).shape) == 128


@pytest.mark.parametrize("option", ["--auto-rotate", "--mouse-control"])
def test_an_option_moves_the_camera(option):
    sway, settings = Sway(), read("screen3d-viewer", option).settings
    for _ in range(60):
        sway.update(1 / 30, settings, (0.9, 0.5))
    assert abs(degrees(sway.applied(Camera.home(2)).yaw_rad)) > 2


def test_the_virtual_camera_gets_the_scene(ctx, stand_in):  # noqa: F811
    options = read("webcam3d", "--virtual-cam", "--width", "64", "--height", "36").run
    app = Pipeline(Settings().replace(background="#ff8000"), options, ctx, FixedClock(), 0.0)
    assert options.virtual_cam
    app.toggle_virtual_camera()
    assert app.virtual_camera == "/dev/video9"
    app.draw_if_changed(DrawRequest(None, Camera.home(2)))
    device = FakeCamera.opened[-1]
    wait_for(lambda: device.sent)
    assert device.sent[-1].shape == (36, 64, 3)
    assert tuple(device.sent[-1][0, 0]) == (255, 128, 0)
    app.close()
    assert device.is_closed


@pytest.fixture
def started(monkeypatch):
    """Runs a command up to where it would begin to draw; what it would begin with."""
    found = []
    monkeypatch.setattr(view, "_run_headless", lambda *what: found.append(what) or 0)
    monkeypatch.setenv("PYTORCH_ENABLE_MPS_FALLBACK", "")
    monkeypatch.delenv("PYTORCH_ENABLE_MPS_FALLBACK")

    def start(*argv, name="view"):
        assert view.main([*argv, "--headless"], 0.0, name) == 0
        return found[-1][0]

    return start


def test_the_fallback_of_apples_gpu_is_told_to_torch(started):
    started()
    assert os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] == "1"
    started("--no-mps-fallback")
    assert os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] == "0"


def test_settings_can_be_forgotten(started):
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("[scene]\ndepth_scale = 2.5\n")
    assert started(name="webcam3d").scene.depth_scale == 2.5
    assert started("--reset-settings", name="webcam3d").scene.depth_scale == 0.5
    assert not config_file().exists()


def test_a_folder_in_place_of_the_settings_stops_nothing(started):
    config_file().mkdir(parents=True)
    assert started().scene.depth_scale == 0.5
    assert started("--reset-settings").scene.depth_scale == 0.5
    assert config_file().is_dir()


def test_a_mistyped_option_forgets_nothing(started):
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("[scene]\ndepth_scale = 2.5\n")
    with pytest.raises(SystemExit):
        started("--reset-settings", "--mistyped")
    assert config_file().exists()
    started("--reset_settings")
    assert not config_file().exists()


@pytest.mark.parametrize("name", [name for name in VIEWERS if name != "view3d"])
def test_an_option_beats_the_preset_that_beats_what_is_remembered(name):
    remembered = Settings().replace(subsample=5, max_res=333, point_size=3)
    argv = ("--preset", "real-time", "--max-res", "700")
    settings = read(name, *argv, remembered=remembered).settings
    assert (settings.source.max_res, settings.display.subsample, settings.display.point_size) == (700, 4, 3)
    assert settings.source.source == VIEWERS[name].settings.get("source", "demo")


def test_the_picture_and_its_depth_map_have_their_places():
    source = read("view3d", "a.jpg", "b.png", remembered=Settings().replace(source="webcam")).settings.source
    assert (source.source, source.depth_map) == ("a.jpg", Path("b.png"))
    assert read("view3d", "a.jpg").settings.source.depth_map is None
    source = read("view", "a.jpg", "b.npz", remembered=Settings().replace(source="webcam")).settings.source
    assert (source.source, source.depth_map) == ("a.jpg", Path("b.npz"))
    source = read("view", "captures/now", remembered=Settings().replace(depth_map=Path("old.png"))).settings.source
    assert (source.source, source.depth_map) == ("captures/now", None)


@pytest.mark.parametrize(
    "argv", [("--source", "b.jpg"), ("--source", "webcam"), ("--camera-id", "1"), ("--monitor", "1")]
)
def test_a_remembered_depth_map_stays_with_its_picture(argv):
    remembered = Settings().replace(source="a.jpg", depth_map=Path("a.png"))
    assert read("view", *argv, remembered=remembered).settings.source.depth_map is None
    assert read("view", "--subsample", "3", remembered=remembered).settings.source.depth_map == Path("a.png")
    own = read("view", "--source", "b.jpg", "--depth-map", "b.png", remembered=remembered).settings.source
    assert own.depth_map == Path("b.png")


@pytest.mark.parametrize(
    "argv",
    [
        ("--camera-id", "1", "--monitor", "2"),
        ("--monitor", "2", "--region", "0,0,9,9"),
        ("--preset", "quality", "--high-quality"),
        ("a.jpg", "--camera-id", "1"),
    ],
)
def test_two_sources_or_presets_at_once_are_refused(argv):
    with pytest.raises(SettingsError, match="cannot be combined"):
        read("view", *argv)


KNOWN = {
    *PICTURES, *(name for name in SOURCES if name.startswith("--")), *NETWORKS, "--input-size", "--fp32",
    "--auto-rotate", "--mouse-control", "--virtual-cam", "--no-mps-fallback", "--reset-settings",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "example"), [(n, example) for n, viewer in VIEWERS.items() for example in viewer.examples]
)
def test_every_example_in_the_help_is_understood(name, example):
    arguments = read(name, *example.split())
    assert (arguments.settings, arguments.run) != (Settings(), RunOptions())


@pytest.mark.parametrize(("command", "kind"), [(capture, CaptureArguments), (video, VideoArguments)])
def test_every_example_of_the_other_commands_is_understood(command, kind):
    read_examples = [parse(kind, example.split(), "any") for example in command.EXAMPLES]
    assert len(set(map(repr, read_examples))) == len(command.EXAMPLES)


def test_the_short_help_lists_far_less_than_everything():
    every = {option.name: option for viewer in VIEWERS.values() for option in options_of(viewer.arguments)}
    common = {name for name, option in every.items() if option.traits.is_common}
    assert {"source", "encoder", "camera_id", "preset", "headless", "list_sources"} <= common
    assert len(common) < len(every) / 2


@pytest.mark.parametrize("name", VIEWERS)
def test_the_help_of_every_viewer_names_what_concerns_it(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as left:
        read(name, "--help-all")
    assert left.value.code == 0
    page = capsys.readouterr().out
    assert f"engine {name} " in page
    assert COMMANDS[name].meaning[1:] in page
    named = {
        option
        for option in KNOWN
        if re.search(rf"^  --(\[no-])?{option.removeprefix('--').removeprefix('no-')} ", page, re.M)
    }
    camera = {"--camera-id", "--camera-width", "--camera-height"}
    screen = {"--monitor", "--region"}
    wanted = {"webcam3d": KNOWN - screen, "webcam": KNOWN - screen, "view": KNOWN, "view3d": KNOWN - camera - screen}
    flat = {"webcam", "screen"}
    if name in flat:
        assert named >= camera if name == "webcam" else screen
        assert not any(option in named for option in ("--sor-neighbors", "--depth-scale", "--wireframe"))
    else:
        assert named == wanted.get(name, KNOWN - camera)
    assert max(map(len, page.splitlines())) <= 100


def test_the_remembered_camera_stays_with_its_source():
    known = Settings().replace(source="webcam", fov_deg=70, focal_length_x=900, focal_length_y=900)
    assert read("", remembered=known).settings.depth == known.depth
    assert read("", "--max-res", "320", remembered=known).settings.depth == known.depth
    assert read("", "--source", "demo", remembered=known).settings.depth == Settings().depth
    told_the_same = read("", "--source", "demo", "--fov-deg", "70", remembered=known).settings
    assert (told_the_same.depth.fov_deg, told_the_same.depth.focal_length_x) == (70, 0)
