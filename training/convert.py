"""`python -m training.convert STATE.pt … OUT.safetensors`: the averaged weights of a run, as the viewer loads them.

Of several runs that went apart from one state, the mean of their weights: it is often better than each (Wortsman et al.
2022, "Model soups").
"""

import argparse
from pathlib import Path

from training import networks


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", type=Path, nargs="+", help="of runs, or weights")
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", default="1", help="for the file's metadata")
    options = parser.parse_args(arguments)
    network = networks.mean([networks.load(path) for path in options.states])
    networks.save(network, options.out, options.version)


if __name__ == "__main__":
    main()
