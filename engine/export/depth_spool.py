"""A temporary file for the depth maps of a video between two passes."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.files.atomic import cannot_write
from engine.frames import DepthMap, DepthRange
from engine.geometry.depth_code import coded, decoded

BYTES_PER_VALUE = 2
_DATA, _INDEX = "depth.raw", "depth.jsonl"  # of a spool that stays
_SAMPLED_MAPS = 400
_SAMPLED_VALUES = 4096


class DepthSpool:
    """Depth maps of the same size, in order. The file is deleted when it is closed, or when the process ends.

    Each map is stored in 16 bits a value, in steps between its own minimum and maximum. NaN is kept, and infinity
    becomes NaN.
    """

    def __init__(self, folder: Path) -> None:
        """Create the file in `folder`, which is created if needed. Raises OutputError."""
        self._folder = folder
        self._ends: list[tuple[float, float]] = []
        self._shape: tuple[int, ...] = ()
        self.scenes: list[int] = []
        """Maps that were said to begin a scene."""
        self.is_complete = False
        """Whether it holds all maps of the video."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._opened()
        except OSError as error:
            raise cannot_write(folder, error) from error

    def _opened(self) -> IO[bytes]:
        return tempfile.TemporaryFile(dir=self._folder)

    def __enter__(self) -> "DepthSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk, which `append` has reported
            self._file.close()

    def __len__(self) -> int:
        return len(self._ends)

    def append(self, depth: DepthMap, *, begins_scene: bool = False) -> None:
        """Store `depth` (h, w). Raises OutputError if the disk is full."""
        self._shape = self._shape or depth.shape
        assert depth.shape == self._shape, "all maps must have the same size"
        codes, low, high = coded(depth)
        try:
            self._file.write(codes.tobytes())
            self._file.flush()
        except OSError as error:
            raise cannot_write(self._folder, error) from error
        if begins_scene:
            self.scenes.append(len(self._ends))
        self._ends.append((low, high))

    def complete(self) -> None:
        """Note that the last map was appended. Raises OutputError."""
        self.is_complete = True

    def __getitem__(self, index: int) -> DepthMap:
        """Read the map (h, w) of frame `index`."""
        low, high = self._ends[index]
        self._file.seek(index * int(np.prod(self._shape)) * BYTES_PER_VALUE)
        data = self._file.read(int(np.prod(self._shape)) * BYTES_PER_VALUE)
        return decoded(np.frombuffer(data, np.uint16).reshape(self._shape), low, high)

    def __iter__(self) -> Iterator[DepthMap]:
        return (self[index] for index in range(len(self)))

    @property
    def extremes(self) -> tuple[float, float]:
        """The minimum and the maximum of all maps."""
        return min(low for low, _ in self._ends), max(high for _, high in self._ends)

    def range(self, start: int, stop: int, percentiles: tuple[float, float]) -> DepthRange:
        """Return percentiles and median of the maps `start` to `stop` together, from a sample of them."""
        step = max(1, (stop - start) // _SAMPLED_MAPS)
        samples: list[NDArray[np.float32]] = []
        for index in range(start, stop, step):
            values = self[index].ravel()
            samples.append(values[:: max(1, values.size // _SAMPLED_VALUES)])
        sample = np.concatenate(samples)
        sample = sample[np.isfinite(sample)]
        if not sample.size:
            return DepthRange(0.0, 1.0, 0.5)
        low, median, high = np.percentile(sample, (percentiles[0], 50, percentiles[1]))
        return DepthRange(float(low), float(high), float(median))


class KeptSpool(DepthSpool):
    """A spool whose file stays. Another one of the same folder and input size goes on with it.

    It holds all maps then if they were complete, and else those up to the last one that begins a scene.
    """

    def __init__(self, folder: Path, input_size: int) -> None:
        """`input_size`: of the network; maps that were computed at another one are dropped. Raises OutputError."""
        self._input_size = input_size
        super().__init__(folder)

    @staticmethod
    def input_size_in(folder: Path) -> int | None:
        """Return the input size of the maps that are kept in `folder`; None if there are none."""
        lines = _lines(folder / _INDEX)
        return int(lines[0]["input_size"]) if lines else None

    def append(self, depth: DepthMap, *, begins_scene: bool = False) -> None:
        is_first = not self._ends
        super().append(depth, begins_scene=begins_scene)
        if is_first:
            self._note({"input_size": self._input_size, "shape": self._shape})
        self._note({"ends": self._ends[-1], "begins_scene": begins_scene})

    def complete(self) -> None:
        super().complete()
        self._note({"complete": True})

    def _opened(self) -> IO[bytes]:
        data, index = self._folder / _DATA, self._folder / _INDEX
        header, *maps = _lines(index) or [{}]
        if header.get("input_size") != self._input_size or not data.exists():
            maps = []
        self.is_complete = bool(maps) and "complete" in maps[-1]
        if self.is_complete:
            maps.pop()
        scenes = [at for at, line in enumerate(maps) if line["begins_scene"]]
        if not self.is_complete:
            maps = maps[: scenes.pop()] if scenes else []
        self.scenes, self._ends = scenes, [(low, high) for low, high in (line["ends"] for line in maps)]
        self._shape = tuple(header["shape"]) if maps else ()
        file = data.open("r+b" if maps else "w+b")
        file.seek(len(maps) * int(np.prod(self._shape)) * BYTES_PER_VALUE)
        kept = [header, *maps, *([{"complete": True}] if self.is_complete else [])] if maps else []
        index.write_text("".join(f"{json.dumps(line)}\n" for line in kept))
        return file

    def _note(self, line: object) -> None:
        try:
            with (self._folder / _INDEX).open("a") as index:
                index.write(f"{json.dumps(line)}\n")
        except OSError as error:
            raise cannot_write(self._folder, error) from error


def _lines(index: Path) -> list[dict[str, Any]]:
    """Return what is noted in `index`, without a line that was cut off."""
    if not index.exists():
        return []
    return [json.loads(line) for line in index.read_text().splitlines(keepends=True) if line.endswith("\n")]
