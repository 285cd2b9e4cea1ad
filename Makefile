# Two commands do everything: `make run ARGS="..."` and `make test`. Each sets up what is missing first.

PYTHON ?= python3
# With nothing said: the window with the webcam (which offers the demo if there is none), or where there is no display,
# a picture of the demo from the side.
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname))
PICTURE := --headless --source demo --frames 30 --orbit=-14,7 --screenshot out/demo.png --stats out/demo.json
ARGS ?= $(if $(HAS_DISPLAY),--source webcam,$(PICTURE))

VENV := .venv
# Tests run on all cores, up to four: each process may hold two gigabytes.
SIDE_BY_SIDE := -n auto --maxprocesses=4 --dist loadgroup
BIN := $(VENV)/bin

.PHONY: help run test test-fast check format clean
.SUFFIXES:

help:
	@echo 'make run ARGS="--help"   start the viewer, with these arguments'
	@echo 'make test                run all tests'
	@echo 'make test-fast           run the tests that take no more than a few seconds'
	@echo 'make check               look at format, style, types and import rules'
	@echo 'make format              put the code into its format'
	@echo 'make clean               remove what was made here, .venv included'
	@echo 'PYTHON=python3.12 chooses another Python for .venv'

run: $(VENV)/run.system $(VENV)/run.stamp
	@$(BIN)/python -m engine $(ARGS)

test: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

test-fast: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow"

check: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/ruff format --check --quiet || { echo 'run: make format'; exit 1; }
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

clean:
	rm -rf $(VENV) build dist out tests/diffs .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find engine training tests -name __pycache__ -prune -exec rm -rf {} +

# A stamp says that the set-up was done. System packages come before it, and are looked at each time until all are
# there: without root they may come later, or from elsewhere.
$(VENV)/%.stamp: pyproject.toml constraints.txt tools/setup.sh | $(VENV)/%.system
	@PYTHON="$(PYTHON)" tools/setup.sh python $*

$(VENV)/%.system: tools/setup.sh
	@PYTHON="$(PYTHON)" tools/setup.sh system $*
