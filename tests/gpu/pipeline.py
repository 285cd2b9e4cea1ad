"""The whole program without a window, on a video that plays."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.clips import demo_clip
from tests.gpu.figures import Figure, Size

VIEWS = ((1280, 720), (1920, 1080))
FRAMES = 600


def figures(size: Size) -> list[Figure]:
    """Return rates and latency, from the capture of a frame to the drawing of its depth."""
    views, frames = (((160, 96),), 10) if size is Size.SMALL else (VIEWS, FRAMES)
    with tempfile.TemporaryDirectory() as folder:
        return [figure for view in views for figure in _run(Path(folder), view, frames)]


def _run(folder: Path, view: tuple[int, int], frames: int) -> list[Figure]:
    name = f"{view[0]}x{view[1]}"
    clip, stats = demo_clip(folder / f"{name}.mp4", size=view), folder / f"{name}.json"
    subprocess.run(
        [
            sys.executable, "-m", "engine", "view", "--headless", "--source", str(clip), "--size", name,
            "--max-res", str(view[0]), "--frames", str(frames), "--stats", str(stats), "--orbit", "8,4",
        ],
        check=True,
    )  # fmt: skip
    found = json.loads(stats.read_text())
    network = f"{found['encoder']} {found['precision']} on {found['device']}"
    latency, frame = found["latency_ms"], found["frame_ms"]
    return [
        Figure(f"{name}, depth maps", found["depth_fps"], "1/s", network),
        Figure(f"{name}, pictures", found["display_fps"], "1/s", f"drawn {found['drawn']}"),
        Figure(f"{name}, latency", latency["p50"], "ms", f"p99 {latency['p99']}"),
        Figure(f"{name}, time of a picture", frame["p50"], "ms", f"p99 {frame['p99']}"),
    ]
