# `make run ARGS="..."` starts the viewer, `make test` runs the tests. Each sets up what is missing first.

PYTHON ?= python3
# Without arguments: the window with the webcam, or, where there is no display, pictures of the demo and a photograph.
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname))
PICTURE := --headless --source demo --frames 30 --orbit=-14,7 --screenshot out/demo.png --stats out/demo.json
PHOTOGRAPH := --headless --source assets/astronaut.jpg --frames 1 --orbit=-8,4 --screenshot out/photograph.png
ARGS ?= $(if $(HAS_DISPLAY),--source webcam,$(PICTURE))

VENV := .venv
# Tests run on all cores, up to four: each process may hold two gigabytes.
SIDE_BY_SIDE := -n auto --maxprocesses=4 --dist loadgroup
BIN := $(VENV)/bin

# Programs that draw the pictures in the docs. lite-curves.png and lite-photographs.jpg are not among them: they come
# from a training run (docs/lite.md).
DOCS_PICTURES := tests.render.photograph tests.render.sides tests.render.gallery tests.render.gallery_layers \
	tests.window.picture tests.window.capture_pictures tests.window.command_pictures tests.window.measure_pictures \
	tests.window.source_pictures tests.window.states

.PHONY: help run test test-fast coverage check format hooks docs-pictures clean
.SUFFIXES:

help:
	@echo 'make run ARGS="--help"   start the viewer with these arguments'
	@echo 'make test                run all tests'
	@echo 'make test-fast           run the tests that take no more than a few seconds'
	@echo 'make coverage            run all tests and print line coverage'
	@echo 'make check               check format, style, types and import rules'
	@echo 'make format              format the code'
	@echo 'make hooks               check format and style before each commit'
	@echo 'make docs-pictures       draw the pictures in the docs again'
	@echo 'make clean               remove everything that was made here, .venv included'
	@echo 'PYTHON=python3.12 chooses another Python for .venv'

run: $(VENV)/run.system $(VENV)/run.stamp
	@$(BIN)/python -m engine $(ARGS)
	@$(if $(HAS_DISPLAY)$(filter-out file,$(origin ARGS)),,$(BIN)/python -m engine $(PHOTOGRAPH))

test: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

test-fast: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow"

coverage: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) --cov --cov-report=term

check: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/ruff format --check --quiet || { echo 'run: make format'; exit 1; }
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

hooks: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/pre-commit install

docs-pictures: $(VENV)/test.system $(VENV)/test.stamp
	@$(BIN)/python -m pip install --quiet -c constraints.txt scikit-image  # its photographs are in the docs
	@set -e; for program in $(DOCS_PICTURES); do echo $$program; $(BIN)/python -m $$program docs/images; done

clean:
	rm -rf $(VENV) build dist out tests/diffs .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find da3d engine examples training tests tools -name __pycache__ -prune -exec rm -rf {} +

# A stamp says that a step is finished. System packages come first, and are looked for on each call until all are
# there: without root, someone else may install them later.
$(VENV)/%.stamp: pyproject.toml constraints.txt tools/setup.sh tools/install.py | $(VENV)/%.system
	@PYTHON="$(PYTHON)" tools/setup.sh python $*

$(VENV)/%.system: tools/setup.sh
	@PYTHON="$(PYTHON)" tools/setup.sh system $*
