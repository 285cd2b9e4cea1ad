"""Rendered pictures on disk: folders `shard-000042`, each complete once it has that name."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Shard:
    """Pictures (N, H, W, 3) uint8, inverse distance (N, H, W) float16 in 1/m, and kinds of places; on disk."""

    pictures: NDArray[np.uint8]
    inverse: NDArray[np.float16]
    kinds: list[str]

    def __len__(self) -> int:
        return len(self.pictures)


def name(number: int) -> str:
    return f"shard-{number:06d}"


def write(
    folder: Path, number: int, pictures: NDArray[np.uint8], inverse: NDArray[np.floating[Any]], kinds: list[str]
) -> None:
    part = folder / f"{name(number)}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    np.save(part / "pictures.npy", pictures)
    np.save(part / "inverse.npy", inverse.astype(np.float16))
    (part / "kinds.json").write_text(json.dumps(kinds))
    part.rename(folder / name(number))


def read(folder: Path) -> Shard:
    """A shard, mapped into memory."""
    return Shard(
        np.load(folder / "pictures.npy", mmap_mode="r"),
        np.load(folder / "inverse.npy", mmap_mode="r"),
        json.loads((folder / "kinds.json").read_text()),
    )


def folders(folder: Path) -> list[Path]:
    """Those that are complete, oldest first."""
    return sorted(path for path in folder.glob("shard-*") if not path.suffix)


def first(folder: Path) -> Shard:
    """The oldest shard of `folder`. Raises FileNotFoundError if it has none."""
    for path in folders(folder):
        return read(path)
    raise none_in(folder)


def none_in(folder: Path) -> FileNotFoundError:
    """The error for a `folder` without any complete shard."""
    return FileNotFoundError(f"no shards in {folder}; start training.generate")


def sweep(folder: Path) -> None:
    """Delete what a generator left half written or half deleted when it was killed."""
    for part in folder.glob("shard-*.part"):
        shutil.rmtree(part)


def drop_oldest(folder: Path, keep: int) -> None:
    """Delete all but the newest `keep`; whoever has one mapped can read on. None is ever seen half deleted."""
    for path in folders(folder)[:-keep]:
        shutil.rmtree(path.rename(path.with_suffix(".part")))
