# `make run` and `make test` set everything up; both need only Python 3.11+, make and the package registry.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ROUNDS ?= 6

.PHONY: run test check bench report clean

run: $(VENV)/.installed ## a few rounds with the real client against the embedded upstream
	$(BIN)/probe run --target embedded --rounds $(ROUNDS)

report: $(VENV)/.installed ## the latest run's report, made again from the store
	@$(BIN)/probe report

test: check ## everything that CI runs
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.installed-dev ## formatting, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev ## what probe costs, against what one would run instead
	$(BIN)/python -m benchmarks

clean: ## what can be made again; runs are kept
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[client]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[client,parquet,dev]'
	@touch $@ $(VENV)/.installed
