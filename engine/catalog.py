"""Every checkpoint the program knows, as a table: no torch here."""

from dataclasses import dataclass
from typing import Literal

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


CHECKPOINTS: dict[str, Checkpoint] = {
    checkpoint.name: checkpoint
    for checkpoint in (
        Checkpoint("lite", "lite", "lite", ("lite.safetensors",), None),
        *(
            _video_depth(size, title, metric=metric)
            for metric in (False, True)
            for size, title in (("s", "Small"), ("b", "Base"), ("l", "Large"))
        ),
    )
}


def name_for(encoder: str, *, metric: bool) -> str:
    """The catalog name for an encoder as users type it: lite, vits, vitb, vitl."""
    if encoder == "lite":
        return "lite"
    return f"{'metric-' if metric else ''}vda-{encoder}"
