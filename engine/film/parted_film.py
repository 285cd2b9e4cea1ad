"""A video's film, drawn and encoded in parts, which are joined with what the video has beside its frames."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from shutil import disk_usage

from engine.export.audio_track import AudioRefusedError
from engine.export.encodings import Encoding
from engine.export.joined_video import Piece
from engine.export.subtitle_track import chapters_of
from engine.export.video_writer import Track, tick_of
from engine.film.clip import ClipFilm
from engine.film.film_file import Target, join_film, write_part
from engine.film.painter import Painter
from engine.film.shape import EYES, MONO, StereoLayout
from engine.film.tracks import tracks_of
from engine.pipeline.clip_depth import Progress

log = logging.getLogger(__name__)


def shown(target: Target, painter: Painter) -> tuple[tuple[int, int], StereoLayout]:
    """Return the size (width, height) of what each file of `target` shows, and how that holds both eyes."""
    return (painter.size, painter.layout) if target.right is None else (painter.view_px, MONO)


class PartedFilm:
    """A film whose finished parts are kept in a folder."""

    def __init__(self, film: ClipFilm, painter: Painter, target: Target, encoding: Encoding, folder: Path) -> None:
        self._film, self._painter, self._target, self._folder = film, painter, target, folder
        self._size, self._layout = shown(target, painter)
        self._encoding = encoding

    def write(self, progress: Progress) -> int:
        """Write all files, and return the number of frames. Raises SourceError, OutputError."""
        for path, pieces in zip(self._target.paths, self._draw_parts(progress), strict=True):
            target = replace(self._target, path=path, right=None)
            try:
                self._join(pieces, target, has_tracks=True)
            except AudioRefusedError as error:
                source = self._film.clip.path
                log.warning("%s: its audio cannot be copied (%s); written without audio", source, error)
                self._join(pieces, target, has_tracks=False)
        return self._film.count

    def _draw_parts(self, progress: Progress) -> list[list[Piece]]:
        """Draw and encode the parts that are not in the folder yet, and return all, for each file."""
        film = self._film
        suffix = "mov" if self._encoding.encoder == "prores_ks" else "mp4"
        pieces = [
            [
                Piece(self._folder / f"{number:06d}{eye}.{suffix}", film.starts_s(part))
                for number, part in enumerate(film.parts)
            ]
            for eye in ("", *EYES[1:])[: len(self._target.paths)]
        ]
        done = [all(piece.path.exists() for piece in part) for part in zip(*pieces, strict=True)]
        missing = [number for number, is_done in enumerate(done) if not is_done]
        if any(done):
            log.info("%d of %d parts are already drawn; --fresh starts over", sum(done), len(done))
        parts = [film.parts[number] for number in missing]
        pictures = iter(progress(film.pictures(self._painter, parts), "drawing", sum(map(len, parts))))
        for number, part in zip(missing, parts, strict=True):
            starts_s = film.starts_s(part)
            own = ((picture, time_s - starts_s) for picture, time_s in islice(pictures, len(part)))
            paths = [of_eye[number].path for of_eye in pieces]
            write_part(paths, own, self._size, film.fps, self._encoding, is_regular=film.is_regular)
            if number == missing[0]:
                written = sum(path.stat().st_size for path in paths)
                self._warn_of_space(pieces, written / len(part), sum(map(len, parts)) - len(part))
        for _ in pictures:  # lets the progress end
            pass
        return pieces

    def _warn_of_space(self, pieces: Sequence[Sequence[Piece]], a_frame: float, left: int) -> None:
        """Say so early if the disk seems too small for what is left, and for all once more, when parts are joined.

        a_frame: bytes of a frame in the first part that was drawn; left: the frames of those that are not.
        """
        paths = [piece.path for of_eye in pieces for piece in of_eye]
        there, free = sum(path.stat().st_size for path in paths if path.exists()), disk_usage(self._folder).free
        needed = there + 2 * a_frame * left
        if needed > free:
            log.warning(
                "%s has %.1f GB free, and the film may take %.1f GB more; if it is full, finished parts are kept",
                self._folder.parent, free / 1e9, needed / 1e9,
            )  # fmt: skip

    def _join(self, pieces: Sequence[Piece], target: Target, *, has_tracks: bool) -> None:
        """Write `pieces` as one file, with what the video has beside its frames."""
        film, clip, path = self._film, self._film.clip, self._film.clip.path
        end_s = None if film.excerpt.until_s is None else film.end_s
        tracks: list[Track] = []
        if has_tracks and clip.is_video:
            is_cut = film.excerpt.from_s > 0
            tracks = tracks_of(path, target.container, clip.start_s, end_s, clip.offsets_s, is_cut=is_cut)
        has_chapters = clip.is_video and target.container in ("mp4", "mov", "mkv")
        chapters = chapters_of(path, clip.start_s, end_s) if has_chapters else ()
        tick = tick_of(self._encoding, film.fps, is_regular=film.is_regular)
        join_film(target, pieces, tick, layout=self._layout, tracks=tracks, chapters=chapters, folder=self._folder)
