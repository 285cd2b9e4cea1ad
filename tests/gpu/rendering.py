"""`bench render`, on the device that draws."""

from engine.commands.bench_render import Options, rows
from tests.gpu.figures import Figure, Size

VIEWS = ((1280, 720), (1920, 1080))


def figures(size: Size) -> list[Figure]:
    if size is Size.SMALL:
        options = [Options(repetitions=1, size=(64, 36), source=(64, 36), subsamples=(4,), modes=("mesh",))]
    else:
        options = [Options(size=view, source=view, subsamples=(1, 2, 4)) for view in VIEWS]
    return [
        Figure(
            f"{row['drawn']}, 1/{row['subsample']}, {each.size[0]}x{each.size[1]}",
            row["ms"],
            "ms",
            f"p90 {row['ms p90']:.2f}",
        )
        for each in options
        for row in rows(each)
    ]
