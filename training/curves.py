"""`python -m training.curves RUN/curves.jsonl OUT.png`: what a training run wrote about itself, as a picture."""

import argparse
import json
from pathlib import Path


def draw(curves: Path, out: Path) -> None:
    """Loss and held-out error over the pictures seen. Needs `matplotlib`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    points = [json.loads(line) for line in curves.read_text().splitlines()]
    figure, axes = pyplot.subplots(figsize=(7, 3.2), layout="constrained")
    for key, label in (("loss", "training, L1 / deviation"), ("held_out", "held-out scenes, L1 / deviation")):
        shown = [point for point in points if key in point]
        axes.plot([p["seen"] for p in shown], [p[key] for p in shown], "o-", markersize=3, label=label)
    axes.set_xlabel("pictures seen")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(out, dpi=110)
    pyplot.close(figure)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curves", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    draw(options.curves, options.out)


if __name__ == "__main__":
    main()
