"""Films for programs: a photograph or a video becomes a file, or frames as numpy arrays."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.errors import InputError, SettingsError
from engine.export.encodings import CONTAINERS
from engine.film.film_file import PICTURES, Target
from engine.film.options import FilmOptions
from engine.film.shape import EYES
from engine.film.studio import Studio
from engine.frames import Image
from engine.settings import Settings
from engine.settings.complaints import complaint

Step = TypeVar("Step")


def render(source: "str | os.PathLike[str]", output: "str | os.PathLike[str]", **options: Any) -> Path:
    """Render a photograph, a capture or a video to `output`, whose suffix says which kind of file, and return its path.

    A path without a suffix is a folder of PNG files. With `two_files` two are written, NAME_L and NAME_R, and the path
    of the first is returned. Any option of `python -m engine render` goes by its name:
    `render("photo.jpg", "swing.webp", seconds=6)`, `render("film.mkv", "film_LR.mkv", stereo="half-side-by-side")`.

    Raises SourceError, InputError for a kind of file or a path that there is not, SettingsError, OutputError.
    """
    target = Path(output).expanduser()
    container = target.suffix.lower().removeprefix(".") or "png"
    known = (*CONTAINERS, *PICTURES)
    if container not in known and container != "png":
        raise InputError(f"{target} has an unknown ending; use one of {', '.join(f'.{name}' for name in known)}")
    settings, film = _split(options | ({"format": container} if container in PICTURES else {}))
    with closing(Studio(settings, film, _silently)) as studio:
        paths = [target.with_name(f"{target.stem}{eye}{target.suffix}") for eye in EYES] if film.two_files else [target]
        studio.render(Path(source), Target(paths[0], container, film.codec, film.crf, *paths[1:]))
    return paths[0]


def render_frames(source: "str | os.PathLike[str]", **options: Any) -> Iterator[Image]:
    """Yield the frames that `render` would write, uint8 RGB (H, W, 3). HDR is tone-mapped.

    Takes the same options, and raises the same.
    """
    settings, film = _split(options)
    with closing(Studio(settings, film, _silently)) as studio:
        yield from studio.pictures(Path(source))


def _split(options: dict[str, Any]) -> tuple[Settings, FilmOptions]:
    of_film = {name: value for name, value in options.items() if name in FilmOptions.model_fields}
    others = {name: value for name, value in options.items() if name not in of_film}
    try:
        film = FilmOptions.model_validate({name: _as_text(value) for name, value in of_film.items()})
    except ValidationError as error:
        raise SettingsError(complaint(error)) from None
    return Settings().replace(**others), film


def _as_text(value: Any) -> Any:
    """Return what the command line would have: a size may be (width, height), and a path of key frames a Path."""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _silently(steps: Iterable[Step], doing: str, total: int | None) -> Iterable[Step]:
    return steps
