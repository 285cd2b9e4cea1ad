"""`python -m training.train`: learns from the shards of `training.generate`, can be stopped at any time and goes on.

AdamW, weights averaged over time (EMA), a rate that falls with the inverse square root of what was seen and is good
at any time. `--cool N` ends a run: the rate falls to zero over N more pictures.
"""

import argparse
import copy
import json
import logging
import math
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from engine.depth.runtime.precision import bfloat16_pays
from engine.files.atomic import complete_file
from engine.models.lite import Lite, SameConv
from training import networks, shards
from training.batches import LARGE_SHAPES, SHAPES, Batches
from training.loss import loss
from training.measures import held_out_error

LOG = logging.getLogger(__name__)
ENCODER_RATE, DECODER_RATE = 2e-4, 1.5e-3
WARM_UP = 600
"""Pictures over which the rate rises at the start of a run."""
RATE_HALF_LIFE = 12_000
"""Pictures after which the rate has fallen by the square root of two."""
EMA = 0.998
SAVE_EVERY_S = 120
FROZEN_STAGES = 2
"""Stem and first stages keep their ImageNet filters: they change little and cost much."""


@dataclass
class Progress:
    seen: int = 0
    seconds: float = 0.0
    cool_from: int = -1
    """What had been seen when cooling began; −1: not cooling."""


class Trainer:
    def __init__(
        self, run: Path, start: Path | None, *, batch: int, seed: int, data: Path, bf16: bool,
        shapes: tuple[tuple[int, int], ...] = SHAPES, full_rate: float = 1.0,
    ) -> None:  # fmt: skip
        self.run = run
        self._seed = seed
        self._full_rate = full_rate
        run.mkdir(parents=True, exist_ok=True)
        self.network = Lite()
        if not (run / "state.pt").exists():
            self.network = networks.load(start) if start is not None else networks.from_imagenet()
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        prepare(self.network, bf16)
        self.optimizer = _optimizer(self.network)
        self.progress = Progress()
        self._bf16 = bf16
        self._state = run / "state.pt"
        if self._state.exists():
            self._resume()
        self.batches = Batches(data, batch, shapes)

    def rate(self, cool: int) -> float:
        """Share of the full learning rate now; 0 when a run that cools is over. With `cool` 0 it does not cool."""
        seen = self.progress.seen
        share = self._full_rate * min(1.0, (seen + 1) / WARM_UP) / math.sqrt(1 + seen / RATE_HALF_LIFE)
        if cool and self.progress.cool_from >= 0:
            share *= max(0.0, 1 - (seen - self.progress.cool_from) / cool)
        return share

    def step(self, rate: float) -> tuple[float, float]:
        """One batch; the loss and its L1 part."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["full_lr"] * rate
        # by what was seen: a run that was interrupted draws the same as one that was not
        pictures, truth = self.batches.draw(np.random.default_rng((self._seed, self.progress.seen)))
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._bf16):
            predicted = self.network.decoder(self.network.encoder(pictures))[:, 0]  # (B, H/2, W/2)
        total, level = loss(predicted.float(), truth)
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.progress.seen += self.batches.size
        self._follow()
        return float(total.detach()), float(level.detach())

    @torch.no_grad()
    def _follow(self) -> None:
        steps = self.progress.seen / self.batches.size
        keep = min(EMA, (steps + 1) / (steps + 20))
        for slow, fast in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - keep)
            else:
                slow.copy_(fast)

    def save(self) -> None:
        """Everything that is needed to go on."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        with complete_file(self._state) as temporary:
            torch.save(state, temporary)

    def _resume(self) -> None:
        state = torch.load(self._state, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        if (curves := self.run / "curves.jsonl").exists():  # may be ahead of the state after a kill
            lines = [line for line in curves.read_text().splitlines() if json.loads(line)["seen"] <= self.progress.seen]
            curves.write_text("".join(line + "\n" for line in lines))
        LOG.info("goes on after %d pictures", self.progress.seen)

    def note(self, **values: float) -> None:
        """Append one line to the run's curves."""
        with (self.run / "curves.jsonl").open("a") as file:
            file.write(
                json.dumps({"seen": self.progress.seen, "seconds": round(self.progress.seconds), **values}) + "\n"
            )


def prepare(network: Lite, bf16: bool) -> None:
    """Freeze the first stages, slow the norms down and, for bfloat16, keep depthwise convolutions in float32."""
    for part in (network.encoder.stem, *network.encoder.stages[:FROZEN_STAGES]):
        part.requires_grad_(False)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.02
        if bf16 and isinstance(module, SameConv) and module.groups > 1:
            # backward in bfloat16 takes five times as long on CPUs
            module.forward = _in_float32(module.forward)  # type: ignore[method-assign, assignment]
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stub


def _in_float32(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def forward_in_float32(x: Tensor) -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return forward(x.float())

    return forward_in_float32


def _optimizer(network: Lite) -> Optimizer:
    groups: list[dict[str, Any]] = [
        {"params": [p for p in network.encoder.parameters() if p.requires_grad], "full_lr": ENCODER_RATE},
        {"params": list(network.decoder.parameters()), "full_lr": DECODER_RATE},
    ]
    return AdamW(groups, lr=DECODER_RATE, weight_decay=1e-2)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training.generate")
    parser.add_argument("--held-out", type=Path, help="folder of training.generate --held-out")
    parser.add_argument("--run", type=Path, required=True, help="folder for state and curves")
    parser.add_argument("--start", type=Path, help="weights to begin a new run with; ImageNet's if none")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--cool", type=int, default=0, help="let the learning rate fall to zero over N pictures, then stop"
    )
    parser.add_argument("--large", action="store_true", help="larger pictures, for the last phase")
    parser.add_argument("--until", type=float, default=math.inf, help="stop after N pictures in total")
    parser.add_argument("--check-every", type=int, default=3200, help="pictures between looks at the held-out scenes")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    trainer = Trainer(options.run, options.start, batch=options.batch, seed=options.seed, data=options.data,
                      bf16=bfloat16_pays(), shapes=LARGE_SHAPES if options.large else SHAPES)  # fmt: skip
    held_out = shards.first(options.held_out) if options.held_out else None
    with Stop() as stop:
        train(trainer, cool=options.cool, until=options.until, check_every=options.check_every, held_out=held_out,
              goes_on=lambda: not stop)  # fmt: skip


class Stop:
    """Becomes true when the process is asked to end; `with Stop() as stop` answers SIGTERM and SIGINT."""

    def __enter__(self) -> "Stop":
        self._asked = False
        self._before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __bool__(self) -> bool:
        return self._asked

    def _ask(self, *_: object) -> None:
        self._asked = True


def train(
    trainer: Trainer, *, cool: int, until: float, check_every: int, held_out: shards.Shard | None,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:  # fmt: skip
    """Until `until` pictures have been seen, the rate has fallen to zero, or `goes_on` says no, which is asked before
    each batch; state and curves are written on the way."""
    progress = trainer.progress
    if not cool:
        progress.cool_from = -1
    elif progress.cool_from < 0:
        progress.cool_from = progress.seen
    trainer.batches.refresh()
    saved = time.monotonic()
    levels: list[float] = []
    while (rate := trainer.rate(cool)) > 0 and progress.seen < until and goes_on():
        start = time.monotonic()
        _, level = trainer.step(rate)
        levels.append(level)
        now = time.monotonic()
        progress.seconds += now - start
        if progress.seen % check_every < trainer.batches.size:
            known = trainer.batches.refresh()
            values = {"loss": float(np.mean(levels)), "rate": rate, "shards": float(known)}
            if held_out is not None:
                values["held_out"] = held_out_error(trainer.average, held_out)
            trainer.note(**values)
            LOG.info("%d pictures in %.0f s: %s", progress.seen, progress.seconds, values)
            levels.clear()
        if now - saved > SAVE_EVERY_S:
            trainer.save()
            saved = now
    trainer.save()


if __name__ == "__main__":
    main()
