"""Every checkpoint the program knows, as a table: no torch here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import CheckpointError
from engine.paths import EMBEDDED_WEIGHTS, checkpoint_dirs

Family = Literal["lite", "video_depth", "depth_anything3"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One published set of weights."""

    name: str
    """The name that `engine.models.build` knows."""
    family: Family
    variant: str
    """Which configuration of the family, e.g. vits."""
    files: tuple[str, ...]
    """Paths below a checkpoints folder where it may lie; the first is where a download goes."""
    repo: str | None
    """Hub repository, None for embedded weights."""
    metric: bool = False


def _video_depth(size: str, title: str, *, metric: bool) -> Checkpoint:
    prefix = "metric_" if metric else ""
    return Checkpoint(
        name=f"{'metric-' if metric else ''}vda-vit{size}",
        family="video_depth",
        variant=f"{'metric-' if metric else ''}vit{size}",
        files=(f"{prefix}video_depth_anything_vit{size}.pth",),
        repo=f"depth-anything/{'Metric-' if metric else ''}Video-Depth-Anything-{title}",
        metric=metric,
    )


def _depth_anything3(variant: str, repo: str) -> Checkpoint:
    name = f"da3{variant}" if variant.startswith(("mono", "metric")) else f"da3-{variant}"
    files = (f"{name}/model.safetensors",)
    return Checkpoint(name, "depth_anything3", variant, files, f"depth-anything/{repo}", variant == "metric-large")


CHECKPOINTS: dict[str, Checkpoint] = {
    checkpoint.name: checkpoint
    for checkpoint in (
        Checkpoint("lite", "lite", "lite", ("lite.safetensors",), None),
        *(
            _video_depth(size, title, metric=metric)
            for metric in (False, True)
            for size, title in (("s", "Small"), ("b", "Base"), ("l", "Large"))
        ),
        _depth_anything3("small", "DA3-SMALL"),
        _depth_anything3("base", "DA3-BASE"),
        _depth_anything3("large", "DA3-LARGE-1.1"),
        _depth_anything3("mono-large", "DA3MONO-LARGE"),
        _depth_anything3("metric-large", "DA3METRIC-LARGE"),
    )
}


def name_for(encoder: str, *, metric: bool) -> str:
    """The catalog name for an encoder as users type it: lite, vits, vitb, vitl."""
    if encoder == "lite":
        return "lite"
    return f"{'metric-' if metric else ''}vda-{encoder}"


def entry(name: str) -> Checkpoint:
    """The checkpoint called `name`. Raises CheckpointError, with the names there are, if there is none."""
    if name not in CHECKPOINTS:
        raise CheckpointError(f"no model is called {name!r}; known: {', '.join(CHECKPOINTS)}")
    return CHECKPOINTS[name]


def find(name: str, checkpoints_dir: Path | None = None) -> Path | None:
    """Where the weights of `name` lie on this machine, or None."""
    checkpoint = entry(name)
    candidates = [folder / file for folder in checkpoint_dirs(checkpoints_dir) for file in checkpoint.files]
    if checkpoint.repo is None:
        candidates.append(EMBEDDED_WEIGHTS)
    return next((path for path in candidates if path.is_file()), None)
