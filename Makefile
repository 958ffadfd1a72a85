# The front door. `make` alone lists what there is.
# Everything installs itself first: a fresh machine needs Python 3.11 or newer, git and make.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first Python on the path that is new enough; `make PYTHON=/path/to/python test` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo $$p && break; done)
INSTALLED := $(VENV)/.installed
TESTS ?=
# More than there are cores: much of the time is a server or a terminal being waited for.
WORKERS ?= 4

.PHONY: help demo test lint types snap bench pictures docs clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## open the workbench on the demo: nothing to configure, nothing leaves this machine
	@$(BIN)/csmdesk demo

test: $(INSTALLED) ## run the tests (TESTS=tests/domain for a part of them)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

lint: $(INSTALLED) ## check the format, the lint rules and who may import whom
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(INSTALLED) ## check the types, strictly
	@$(BIN)/mypy

snap: $(INSTALLED) ## look at and accept changed screen snapshots
	@$(BIN)/python -m pytest tests/tui --snapshot-update

bench: $(INSTALLED) ## measure first paint, keys, agenda, log and pull, as ratios in one run
	@$(BIN)/python -m bench

pictures: $(INSTALLED) ## take the README's pictures from the demo
	@$(BIN)/python docs/pictures.py

docs: $(INSTALLED) ## write the pages that are generated from the code (commands, settings, keys)
	@$(BIN)/python docs/generate.py

clean: ## remove the virtual environment and every cache
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: Python 3.11 or newer is needed. Install it, or: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Installing into $(VENV), a minute the first time…" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
