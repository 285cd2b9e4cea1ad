"""`python -m training.background`: renders and learns by turns, at the lowest priority, for days or for an hour.

A turn renders one shard and learns from all on disk. The program pauses while others need the processor. It can be
killed at any time: the next start continues with the batch after the last one saved and ends with the same weights.
Every so often it evaluates the weights and writes one page, report.md in the run's folder: a table, the curves and a
sheet of depth maps.

On disk are at most `--keep` + 1 shards (25 MB each with 64 frames of 320x240) and 0.2 GB of the run: 5.2 GB by default.
"""

import argparse
import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.depth.runtime.precision import bfloat16_pays
from engine.files.atomic import complete_file, save_json
from engine.gl.context import headless_context
from engine.paths import EMBEDDED_WEIGHTS
from training import curves, generate, idle, networks, shards, sheet, tables, train
from training import library as libraries
from training.batches import LARGE_SHAPES, SHAPES
from training.evaluate import Benchmark, Found, add_options
from training.library import Library
from training.renderer import Renderer
from training.train import Trainer

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """How a run is divided into turns."""

    frames: int
    """Of a shard."""
    passes: float
    """How often each frame is learned from, on average, while shards are added as fast as this allows."""
    keep: int
    """Shards on disk; older ones are deleted."""
    seed: int
    evaluate_every: int
    """Pictures between two rows of the table."""
    cool: int
    until: float
    views: int = 2


class Run:
    """One run in the folder of its trainer. `started_at`: the number of the first shard that it rendered."""

    def __init__(
        self, trainer: Trainer, library: Library, renderer: Renderer, benchmark: Benchmark, data: Path, plan: Plan
    ) -> None:
        self.trainer, self.plan, self.data = trainer, plan, data
        self._library, self._renderer, self._benchmark = library, renderer, benchmark
        self._page = trainer.run / "report.md"
        self._results_path = trainer.run / "results.json"
        self._held_out = benchmark.held_out
        begun = trainer.run / "begun.json"
        if not begun.exists():
            save_json(begun, {"first_shard": self._next_shard()})
        self._first_shard = int(json.loads(begun.read_text())["first_shard"])

    def go_on(self, goes_on: Callable[[], bool]) -> None:
        """Take turns until the plan is done or `goes_on` says no; it may wait before it answers."""
        progress, plan = self.trainer.progress, self.plan
        if not self._results():
            self._evaluate()
        while goes_on() and progress.seen < plan.until and self.trainer.rate(plan.cool) > 0:
            learned_at = (self._next_shard() - self._first_shard) * plan.frames * plan.passes
            if progress.seen >= learned_at:
                if not self._render(goes_on):
                    break
                continue
            self.trainer.batches.refresh()
            row = (progress.seen // plan.evaluate_every + 1) * plan.evaluate_every
            train.train(self.trainer, cool=plan.cool, until=min(learned_at, row, plan.until),
                        check_every=plan.evaluate_every // 4, held_out=self._held_out, goes_on=goes_on)  # fmt: skip
            if progress.seen >= row:
                self._evaluate()
        if goes_on() and f"{progress.seen} pictures" not in self._results():
            self._evaluate()
        self.trainer.save()
        self._report()

    def _next_shard(self) -> int:
        done = shards.folders(self.data)
        return int(done[-1].name.split("-")[1]) + 1 if done else 0

    def _render(self, goes_on: Callable[[], bool]) -> bool:
        """Add a shard and delete the oldest; False, and nothing added, if it was asked to end."""
        number, collected = self._next_shard(), []
        plan = self.plan
        for scene in generate.frames(self._library, self._renderer, plan.seed, number, views=plan.views):
            collected += scene
            if len(collected) >= plan.frames:
                break
            if not goes_on():
                return False
        shards.sweep(self.data)
        shards.write(self.data, number, *generate.stacked(collected[: plan.frames]))
        shards.drop_oldest(self.data, plan.keep)
        return True

    def _results(self) -> dict[str, Found]:
        found: dict[str, Found] = json.loads(self._results_path.read_text()) if self._results_path.exists() else {}
        return found

    def _evaluate(self) -> None:
        """Add the averaged weights to the table."""
        self.trainer.save()
        name = f"{self.trainer.progress.seen} pictures"
        network = networks.load(self.trainer.run / "state.pt")
        found = self._benchmark.of_network(network)
        save_json(self._results_path, {**self._results(), name: found})
        if self._held_out is not None:
            sheet.write_held_out(self.trainer.run / "held-out.jpg", [network], self._held_out)
        LOG.info("%s", tables.table({name: found}))
        self._report()

    def _report(self) -> None:
        """The page: how far it is, the table, the curves, a sheet of depth maps."""
        progress = self.trainer.progress
        known = shards.folders(self.data)
        lines = [
            "# Training in the background\n",
            f"{progress.seen} pictures learned from in {progress.seconds / 3600:.1f} hours; "
            f"{self._next_shard() - self._first_shard} shards rendered, {len(known)} on disk.\n",
            tables.table(self._results()),
            tables.places(self._results()),
        ]
        if (self.trainer.run / "curves.jsonl").exists():
            curves.draw(self.trainer.run / "curves.jsonl", self.trainer.run / "curves.png")
            lines.append("![Curves](curves.png)\n")
        if (self.trainer.run / "held-out.jpg").exists():
            lines.append(
                "![Held-out scenes, their depth by the latest weights of the table, the truth](held-out.jpg)\n"
            )
        with complete_file(self._page) as temporary:
            temporary.write_text("\n".join(lines))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=Path, help="folder of training.assets; without it, simple shapes alone")
    parser.add_argument("--data", type=Path, required=True, help="folder for shards; those that are there are used")
    parser.add_argument("--run", type=Path, required=True, help="folder for state, curves and report.md")
    parser.add_argument("--start", type=Path, default=EMBEDDED_WEIGHTS, help="weights to begin a new run with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--frames", type=int, default=64, help="frames of a shard")
    parser.add_argument("--passes", type=float, default=2.0, help="how often each frame is learned from, on average")
    parser.add_argument("--keep", type=int, default=200, help="shards on disk; older ones are deleted")
    parser.add_argument("--rate", type=float, default=0.3, help="share of the full learning rate")
    parser.add_argument(
        "--cool", type=int, default=0, help="let the learning rate fall to zero over N pictures, then end"
    )
    parser.add_argument("--large", action="store_true", help="larger pictures, for the last phase")
    parser.add_argument("--until", type=float, default=math.inf, help="end after N pictures in total")
    parser.add_argument("--evaluate-every", type=int, default=3200, help="pictures between rows of the table")
    parser.add_argument(
        "--pause-above", type=float, default=0.5, help="wait while others use more than this share of all cores"
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    idle.lower_priority()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    library = libraries.load(options.assets, held_out=False) if options.assets else libraries.by_rule(options.seed)
    trainer = Trainer(
        options.run, options.start, batch=options.batch, seed=options.seed, data=options.data, bf16=bfloat16_pays(),
        shapes=LARGE_SHAPES if options.large else SHAPES, full_rate=options.rate,
    )  # fmt: skip
    benchmark = Benchmark.read(opencv_data=options.opencv_data, rgbd_folder=options.rgbd, held_out=options.held_out,
                               clips=options.clips, assets=None)  # fmt: skip
    plan = Plan(
        options.frames, options.passes, options.keep, options.seed, options.evaluate_every, options.cool, options.until
    )
    renderer = Renderer(headless_context(), library.textures, generate.SIZE)
    run = Run(trainer, library, renderer, benchmark, options.data, plan)
    with train.Stop() as stop:
        run.go_on(idle.Pause(options.pause_above, lambda: bool(stop)).goes_on)


if __name__ == "__main__":
    main()
