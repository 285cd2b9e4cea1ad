"""The commands that open the viewer: `python -m engine [view]`, `webcam3d` and their siblings."""

import contextlib
import logging
import signal
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from engine import logs
from engine.clock import RealClock
from engine.commands import ExitCode
from engine.commands.arguments import Arguments
from engine.commands.viewers import VIEWERS, ViewArguments, introduction
from engine.errors import DownloadError, EngineError, SettingsError
from engine.logs import print_error
from engine.paths import config_file, memory_file
from engine.settings import Settings, store
from engine.settings.presets import find
from engine.settings.run_options import RunOptions

if TYPE_CHECKING:
    from engine.pipeline.pipeline import Pipeline
    from engine.window.window import Window

log = logging.getLogger(__name__)

GPU_FPS, SOFTWARE_FPS = 60.0, 30.0


def main(argv: list[str], started_s: float, name: str = "") -> int:
    """Show a source. `started_s`: the program's start on the monotonic clock; `name`: a key of VIEWERS, or ""."""
    try:
        is_reset = "--reset-settings" in (word.replace("_", "-") for word in argv)
        remembered = Settings() if is_reset else store.load(config_file())
        arguments, names_source = _read(argv, remembered, name)
        settings, options = arguments.settings, arguments.run
        if options.reset_settings:
            store.forget(config_file())
            store.forget(memory_file(config_file()))
        logs.setup(options.log_level)
        if options.list_sources:
            from engine.sources.discovery import list_sources

            print(list_sources())
            return 0
        if options.camera_file is not None:
            from engine.sources.calibration_file import load_lens

            settings = settings.replace(**load_lens(options.camera_file).settings)
        if settings.source.depth_map_baseline and not _has_focal_length(settings):
            raise SettingsError("--depth-map-baseline needs the focal length: --focal-length-x and --calibrated-width")
        asks = not names_source and settings.source.source == Settings().source.source
        return _view(settings, remembered, options, started_s, asks=asks)
    except EngineError as error:
        print_error(error)
        return ExitCode.WRONG_INPUT


def _has_focal_length(settings: Settings) -> bool:
    depth, depth_map = settings.depth, settings.source.depth_map
    is_in_file = depth_map is not None and depth_map.suffix.lower() == ".npz"  # which may have the camera
    return is_in_file or bool(depth.focal_length_x or depth.focal_length_y or depth.fov_deg)


def _read(argv: list[str], remembered: Settings, name: str) -> tuple[ViewArguments, bool]:
    """Return the arguments on top of the command's own settings, the preset's and the remembered ones, and whether a
    source is among the arguments.
    """
    viewer = VIEWERS[name or "view"]
    begin = remembered.replace(**viewer.settings)
    arguments = Arguments(
        viewer.arguments, name or "[COMMAND]", default={"settings": begin}, without=viewer.without,
        introduction=introduction(name), has_short_help=True, examples=viewer.examples if name else (),
    )  # fmt: skip
    given = arguments.read(argv)
    asked = arguments.complete(given)
    chosen = find(asked.shorthands.chosen_preset) if asked.shorthands.chosen_preset else None
    preset = chosen.values if chosen is not None else {}
    if chosen is not None and chosen.size is not None and not asked.run.names_size:
        given.setdefault("run", {})["size"] = chosen.size
    begin = remembered.replace(**preset).replace(**viewer.settings)
    names_source = "source" in asked.request.changes() or "source" in given.get("settings", {}).get("source", {})
    if names_source:
        begin = begin.replace(depth_map=None)  # it belongs to the remembered picture
        if "," in begin.source.crop:  # and so do margins
            begin = begin.replace(crop="auto")
    changes = {**asked.shorthands.changes(), **asked.request.changes()}
    complete = arguments.complete(given, {"settings": begin.replace(**changes)})
    if complete.settings.source.source == remembered.source.source:
        return complete, names_source
    from engine.geometry.intrinsics import with_camera_of  # late: it imports numpy, which --help does not need

    begin = with_camera_of(Settings().replace(**preset), begin)  # the remembered camera belongs to that source
    return arguments.complete(given, {"settings": begin.replace(**changes)}), names_source


def _view(
    settings: Settings, remembered: Settings, options: RunOptions, started_s: float, *, asks: bool = False
) -> int:
    """Show the source of `settings`. `asks`: what to show, in a window, since nobody has said it."""
    from engine.depth.runtime.device import allow_mps_fallback

    allow_mps_fallback(settings.depth.mps_fallback)
    if options.download:
        _download(settings)
    if options.headless:
        return _run_headless(settings, options, started_s)
    return _run_window(settings, remembered, options, started_s, asks=asks)


def _download(settings: Settings) -> None:
    """Download the weights of the chosen network. If that fails, the best network on this machine is used."""
    from engine.app.downloads import wanted
    from engine.commands.models_download import describe, fetch

    checkpoint = wanted(settings.depth)
    if checkpoint is None:
        return
    log.info("downloading %s", describe(checkpoint))
    try:
        fetch(checkpoint, settings.depth.checkpoints_dir)
    except DownloadError as error:
        log.warning("%s", error)


@contextlib.contextmanager
def _until_interrupted() -> Iterator[None]:
    """Let Ctrl+C and SIGTERM end the block instead of the program, so that results are still written."""
    for number in (signal.SIGINT, signal.SIGTERM):  # also SIGINT: background jobs of a shell ignore it
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def _run_headless(settings: Settings, options: RunOptions, started_s: float) -> int:
    from engine.gl.context import headless_context
    from engine.pipeline.headless import run_headless
    from engine.pipeline.pipeline import Pipeline

    clock = RealClock()
    in_time = True
    with contextlib.closing(Pipeline(settings, options, headless_context(), clock, started_s)) as app:
        if options.virtual_cam:
            app.toggle_virtual_camera()
        app.start(patient=False)
        log.info("showing %s", app.source.name)
        with _until_interrupted():
            in_time = run_headless(app, options, clock)
        message = app.source.message or app.worker.status.message
        _write_results(app, options)
    if not in_time:
        print_error(f"no depth came: {message or 'the source or the network is too slow'}")
        return ExitCode.NOTHING_CAME
    return ExitCode.DONE


def _run_window(
    settings: Settings, remembered: Settings, options: RunOptions, started_s: float, *, asks: bool = False
) -> int:
    from engine.app import window_state
    from engine.window.placement import Placement
    from engine.window.window import Window  # first: see there

    # Opening the display and its driver takes a tenth of a second, in which Python can load the rest.
    loading = threading.Thread(target=import_module, args=("engine.app.viewer",), name="imports", daemon=True)
    loading.start()
    last = window_state.load(memory_file(config_file()))
    placement = Placement(last.window_px, last.window_at, last.is_maximized)
    with contextlib.ExitStack() as stack:
        window = Window("da3d", options.size_px, placement=None if options.names_size else placement)
        stack.callback(window.destroy)
        _choose_monitor(window, options, last.fullscreen_at)
        loading.join()
        from engine.app.viewer import Viewer
        from engine.gl.context import is_software
        from engine.pipeline.pipeline import Pipeline

        clock = RealClock()
        app = stack.enter_context(contextlib.closing(Pipeline(settings, options, window.ctx, clock, started_s)))
        viewer = Viewer(app, window, remembered, config_file(), clock, asks=asks)
        stack.enter_context(contextlib.closing(viewer))
        if options.virtual_cam:
            app.toggle_virtual_camera()
        viewer.turn(clock.now_s())  # a first picture, before decoders and networks load and occupy the processor
        app.start(patient=True)
        with _until_interrupted():
            viewer.run(options.fps or (SOFTWARE_FPS if is_software(window.ctx) else GPU_FPS), options.frames)
        _write_results(app, options)
    return ExitCode.DONE


def _choose_monitor(window: "Window", options: RunOptions, fullscreen_at: tuple[int, int] | None) -> None:
    """Move the window to the monitor that is asked for, and fill it, or the one that it filled last."""
    from engine.window.fullscreen import monitor_at, numbered

    monitor = numbered(options.monitor_out) if options.monitor_out is not None else None
    if monitor is not None:
        window.show_on(monitor)
    was_full = fullscreen_at is not None and not options.names_size
    if was_full if options.fullscreen is None else options.fullscreen:
        window.enter_fullscreen(monitor or monitor_at(fullscreen_at))


def _write_results(app: "Pipeline", options: RunOptions) -> None:
    if options.screenshot:
        from engine.export.image_file import save_picture

        save_picture(options.screenshot, app.display.picture())
        log.info("saved the picture to %s", options.screenshot)
    if options.stats:
        from engine.files.atomic import save_json

        save_json(options.stats, app.report())
        log.info("saved the measurements to %s", options.stats)
