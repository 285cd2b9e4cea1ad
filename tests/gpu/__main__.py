"""`python -m tests.gpu`: what a machine with CUDA and EGL does, in one table and one JSON file.

Each part is measured by itself; one that fails leaves a line in the table and does not stop the others.
"""

import argparse
import logging
from pathlib import Path

import torch

from engine.commands.bench import as_text, machine_facts
from engine.files.atomic import save_json
from engine.gl.context import headless_context
from tests.gpu import copies, networks, parity, pipeline, rendering, second_view
from tests.gpu.figures import NO_CUDA, Figure, Size

PARTS = {
    "parity": parity.figures,
    "networks": networks.figures,
    "rendering": rendering.figures,
    "second view": second_view.figures,
    "pipeline": pipeline.figures,
    "copy": copies.figures,
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="tests/gpu/run.sh", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/gpu"), help="folder of figures.json")
    parser.add_argument("--small", action="store_true", help="small sizes and few repetitions, to try the script")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to measure")
    told = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    facts = {**machine_facts(), **_gpu_facts()}
    rows = [
        {"part": name, **figure.row()}
        for name in told.only
        for figure in _measured(name, Size.SMALL if told.small else Size.FULL)
    ]
    print(f"{', '.join(f'{key} {value}' for key, value in facts.items())}\n\n{as_text(rows)}")
    save_json(told.out / "figures.json", {"machine": facts, "is_small": told.small, "figures": rows})


def _measured(name: str, size: Size) -> list[Figure]:
    try:
        return PARTS[name](size)
    except Exception as error:
        logging.getLogger(__name__).exception("%s", name)
        return [Figure("failed", note=f"{type(error).__name__}: {error}")]


def _gpu_facts() -> dict[str, str]:
    ctx = headless_context()
    renderer = ctx.info["GL_RENDERER"]
    ctx.release()
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else NO_CUDA
    return {"torch": torch.__version__, "cuda": device, "gl": renderer}


if __name__ == "__main__":
    main()
