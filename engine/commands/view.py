"""`python -m engine [view]`: the viewer."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import tyro
from pydantic import BaseModel, ConfigDict

from engine import config, logs
from engine.clock import RealClock
from engine.errors import EngineError
from engine.options import RunOptions
from engine.paths import config_file
from engine.settings import Settings

log = logging.getLogger(__name__)

WRONG_INPUT, NOTHING_CAME = 2, 3


class Arguments(BaseModel):
    """A webcam, screen, video or photograph as a live 3D scene."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    settings: Settings = Settings()
    run: RunOptions = RunOptions()


def main(argv: list[str], started_s: float) -> int:
    """Show a source. `started_s` is when the program was started, on the monotonic clock."""
    try:
        if "--reset-settings" in argv:
            config_file().unlink(missing_ok=True)
        remembered = config.load(config_file())
        arguments = tyro.cli(
            tyro.conf.OmitArgPrefixes[Arguments],
            args=argv,
            default=Arguments(settings=remembered),
            prog="python -m engine",
        )
        logs.setup(arguments.run.log_level)
        if arguments.run.list_sources:
            from engine.sources.discovery import list_sources

            print(list_sources())
            return 0
        return _view(arguments.settings, arguments.run, started_s)
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_INPUT


def _view(settings: Settings, options: RunOptions, started_s: float) -> int:
    if not options.headless:
        raise EngineError("the window is not there yet: add --headless --frames N --screenshot out.png")
    from engine.app import App
    from engine.render.context import headless_context

    app = App(settings, options, headless_context(), RealClock(), started_s)
    try:
        in_time = app.run()
    except KeyboardInterrupt:
        in_time = True
    finally:
        report, message = app.report(), app.message
        picture = app.picture() if options.screenshot else None
        app.close()
    if options.screenshot and picture is not None:
        from engine.capture.still import save_picture

        save_picture(options.screenshot, picture)
        log.info("picture in %s", options.screenshot)
    if options.stats:
        _save_json(options.stats, report)
        log.info("figures in %s", options.stats)
    if not in_time:
        print(f"error: no depth came: {message or 'the source or the network is too slow'}", file=sys.stderr)
        return NOTHING_CAME
    return 0


def _save_json(path: Path, report: dict[str, Any]) -> None:
    from engine.capture.files import complete_file

    with complete_file(path) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
