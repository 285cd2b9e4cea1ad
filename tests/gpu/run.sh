#!/bin/sh
# Everything that a GPU changes, measured on this machine: tests/gpu/run.sh [--out FOLDER] [--small]
# One table goes to the terminal, and one JSON file into FOLDER. Without CUDA, the parts that need it say so.
set -e
cd "$(dirname "$0")/../.."
python=.venv/bin/python
[ -x "$python" ] || python=python3
exec "$python" -m tests.gpu "$@"
