"""A table of all checkpoints that the program knows. No torch here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import CheckpointError
from engine.paths import EMBEDDED_WEIGHTS, checkpoint_dirs, find_in_hub_cache

Family = Literal["lite", "video_depth", "depth_anything3"]
Need = Literal["embedded", "minimum", "recommended", "optional"]
Commercial = Literal["yes", "no", "unconfirmed"]
Quality = Literal["basic", "good", "better", "best"]

HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the hub."""

    repo: str
    name: str

    @property
    def url(self) -> str:
        """The link for a browser."""
        return f"{HUB}/{self.repo}/resolve/main/{self.name}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One published set of weights."""

    name: str
    """The name that `engine.models.build` takes."""
    family: Family
    variant: str
    """The configuration within the family, for instance vits."""
    files: tuple[str, ...]
    """Possible paths below a checkpoints folder. Downloads go to the first."""
    hub: tuple[HubFile, ...]
    """Where it is published, the preferred repository first; empty for embedded weights."""
    parameters_m: float
    """Millions of parameters."""
    size_mb: float
    """Size of the file in units of 10⁶ bytes, computed from the tensors."""
    license: str
    """As its authors state it; "unconfirmed" if they do not state it for these weights."""
    commercial_use: Commercial
    use: str
    """What it is for."""
    speed: str
    """On which hardware it runs in real time."""
    quality: Quality
    need: Need
    metric: bool = False
    sha256: str | None = None
    """None if it is read from the hub at each download, and kept beside the file."""


_License = tuple[str, Commercial]
_APACHE: _License = ("Apache-2.0", "yes")
_NON_COMMERCIAL: _License = ("CC-BY-NC-4.0", "no")
# Upstream states the license of the relative models only: "Video-Depth-Anything-Small model" is Apache-2.0.
_APACHE_UNCONFIRMED: _License = ("Apache-2.0, unconfirmed", "unconfirmed")
_NON_COMMERCIAL_UNCONFIRMED: _License = ("CC-BY-NC-4.0, unconfirmed", "no")

_GPU = "real time on a GPU"

# size: title on the hub, millions of parameters, MB, speed, quality, license, the metric one's license
_VIDEO_DEPTH: dict[str, tuple[str, float, float, str, Quality, _License, _License]] = {
    "s": ("Small", 29.04, 116.3, "real time on a GPU or a fast CPU", "good", _APACHE, _APACHE_UNCONFIRMED),
    "b": ("Base", 114.44, 458.1, _GPU, "better", _NON_COMMERCIAL, _NON_COMMERCIAL_UNCONFIRMED),
    "l": ("Large", 384.39, 1538.2, "real time on a fast GPU", "best", _NON_COMMERCIAL, _NON_COMMERCIAL_UNCONFIRMED),
}  # fmt: skip


def _video_depth(size: str, *, metric: bool) -> Checkpoint:
    title, parameters_m, size_mb, speed, quality, license, metric_license = _VIDEO_DEPTH[size]
    name = f"{'metric-' if metric else ''}vda-vit{size}"
    file = f"{'metric_' if metric else ''}video_depth_anything_vit{size}.pth"
    hub = [HubFile(f"depth-anything/{'Metric-' if metric else ''}Video-Depth-Anything-{title}", file)]
    if name == "metric-vda-vits":  # where it was published first
        hub.append(HubFile("depth-anything/Video-Depth-Anything-Small", file))
    need: Need = "optional" if size != "s" else "recommended" if metric else "minimum"
    stated, commercial = metric_license if metric else license
    use = {"s": "live frames", "b": "live frames, video", "l": "video, capture"}[size]
    return Checkpoint(
        name, "video_depth", name.replace("vda-", ""), (file,), tuple(hub), parameters_m, size_mb, stated, commercial,
        f"{use}, in meters" if metric else use, speed, quality, need, metric,
    )  # fmt: skip


def _depth_anything3(
    variant: str, repos: tuple[str, ...], parameters_m: float, size_mb: float, license: _License,
    use: str, speed: str, quality: Quality, need: Need,
) -> Checkpoint:  # fmt: skip
    special = variant.startswith(("mono", "metric"))
    name = f"da3{variant}" if special else f"da3-{variant}"
    flat = f"depth_anything_3_{variant.replace('-', '_')}"
    folders = dict.fromkeys((name, *repos, *(repo.lower() for repo in repos)))
    files = (*(f"{folder}/model.safetensors" for folder in folders), f"{flat}.safetensors", f"{flat}.pth")
    hub = tuple(HubFile(f"depth-anything/{repo}", "model.safetensors") for repo in repos)
    return Checkpoint(
        name, "depth_anything3", variant, files, hub, parameters_m, size_mb, *license, use, speed, quality, need,
        variant == "metric-large",
    )  # fmt: skip


CHECKPOINTS: dict[str, Checkpoint] = {
    checkpoint.name: checkpoint
    for checkpoint in (
        Checkpoint(
            "lite", "lite", "lite", ("lite.safetensors",), (), 3.28, 6.6, *_APACHE,
            "live frames, without any download", "real time on a CPU", "basic", "embedded",
        ),
        *(_video_depth(size, metric=metric) for metric in (False, True) for size in _VIDEO_DEPTH),
        _depth_anything3("small", ("DA3-SMALL",), 34.30, 137.2, _APACHE, "capture", _GPU, "good", "optional"),
        _depth_anything3("base", ("DA3-BASE",), 135.37, 541.5, _APACHE, "capture", "captures", "better", "recommended"),
        _depth_anything3(
            "large", ("DA3-LARGE-1.1", "DA3-LARGE"), 410.94, 1643.8, _NON_COMMERCIAL, "capture", "captures", "best",
            "optional",
        ),
        _depth_anything3(
            "mono-large", ("DA3MONO-LARGE",), 334.17, 1336.7, _APACHE, "capture of one image", "captures", "best",
            "optional",
        ),
        _depth_anything3(
            "metric-large", ("DA3METRIC-LARGE",), 334.17, 1336.7, _APACHE, "capture in meters", "captures", "best",
            "optional",
        ),
    )
}  # fmt: skip


def name_for(encoder: str, *, metric: bool) -> str:
    """Return the catalog name of an encoder as users type it: lite, vits, vitb, vitl."""
    if encoder == "lite":
        return "lite"
    return f"{'metric-' if metric else ''}vda-{encoder}"


ALIASES = {name.replace("vda-", ""): name for name in CHECKPOINTS if "vda-" in name}
"""The names that `--encoder` takes, and the same with `metric-` before them."""


def entry(name: str) -> Checkpoint:
    """Return the checkpoint called `name` in the catalog or on the command line (vits for vda-vits).

    Raises CheckpointError for an unknown name.
    """
    name = ALIASES.get(name, name)
    if name not in CHECKPOINTS:
        raise CheckpointError(f"there is no model {name!r}; choose one of {', '.join(CHECKPOINTS)}")
    return CHECKPOINTS[name]


def find(name: str, checkpoints_dir: Path | None = None) -> Path | None:
    """Return the file with the weights of `name` in the checkpoint folders or in the hub's cache, or None."""
    checkpoint = entry(name)
    candidates = [folder / file for folder in checkpoint_dirs(checkpoints_dir) for file in checkpoint.files]
    if not checkpoint.hub:
        candidates.append(EMBEDDED_WEIGHTS)
    present = next((path for path in candidates if path.is_file()), None)
    if present is not None:
        return present
    cached = (find_in_hub_cache(file.repo, file.name) for file in checkpoint.hub)
    return next((path for path in cached if path is not None), None)


def absent_message(checkpoint: Checkpoint, checkpoints_dir: Path | None = None) -> str:
    """Say that the weights are not on this machine, and how to get them."""
    message = f"the weights of {checkpoint.name} are not on this machine"
    if not checkpoint.hub:
        return f"{message}: {EMBEDDED_WEIGHTS} is missing, so the installation is incomplete; install the program again"
    return f"{message}. {how_to_get(checkpoint, checkpoints_dir)}"


def how_to_get(checkpoint: Checkpoint, checkpoints_dir: Path | None = None) -> str:
    """Give the command that downloads the weights, and the link to do it by hand."""
    target = checkpoint_dirs(checkpoints_dir)[0] / checkpoint.files[0]
    return (
        f"To download them ({checkpoint.size_mb:.0f} MB, {checkpoint.license}): "
        f"{download_command(checkpoint, checkpoints_dir)}; or save {checkpoint.hub[0].url} as {target}"
    )


def download_command(checkpoint: Checkpoint, checkpoints_dir: Path | None = None) -> str:
    """Return the command that downloads the weights."""
    where = f' --checkpoints-dir "{checkpoints_dir}"' if checkpoints_dir else ""
    return f"python -m engine models download {checkpoint.name}{where}"
