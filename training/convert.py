"""`python -m training.convert STATE.pt OUT.safetensors`: the averaged weights of a run, as the viewer loads them."""

import argparse
from pathlib import Path

from training import networks


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", default="1", help="for the file's metadata")
    options = parser.parse_args(arguments)
    networks.save(networks.load(options.state), options.out, options.version)


if __name__ == "__main__":
    main()
