# `make run` and `make test` set everything up; both need only Python 3.11+, make and the package registry.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
ROUNDS ?= 10

# Modules are compiled when they are first loaded (pip would compile all of them), and that is kept for later processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint conventions types bench report examples site clean

run: $(VENV)/.installed ## ten rounds with the real client against the embedded upstream
	$(BIN)/probe run --target embedded --rounds $(ROUNDS)

report: $(VENV)/.installed ## the latest run's report, made again from the store
	@$(BIN)/probe report

test: check ## everything that CI runs
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.installed-dev ## lint, conventions and types, side by side
	@$(MAKE) --no-print-directory --jobs lint conventions types

lint: $(VENV)/.installed-dev ## formatting, and what ruff finds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

conventions: $(VENV)/.installed-dev ## docstrings, names and complexity
	$(BIN)/python -m tests.style

types: $(VENV)/.installed-dev ## mypy, strict
	$(BIN)/mypy

bench: $(VENV)/.installed-dev ## what probe costs, against what one would run instead
	$(BIN)/python -m benchmarks

EXAMPLES := reports/examples
FAULTS := --fault 'cold_start(delay=3s, on=call1)' --fault 'hang(on=call1, probability=0.2, seed=7)' \
	--fault 'status(code=529, on=call1, request=first, every=6)'
REPORT = $(BIN)/probe --lang en report --out build/examples --output $(EXAMPLES)

examples: $(VENV)/.installed-dev ## reports/examples: one real run, in every format
	rm -rf build/examples && mkdir -p build $(EXAMPLES)
	$(BIN)/probe --lang en run --out build/examples --target embedded --control --rounds 30 --timeout 10s $(FAULTS) \
		--fail-on 'call1.failure_rate > 5% surely' --fail-on 'call2.failed > 0' 2> build/examples.log || test $$? -eq 3
	sed '1,/^$$/d' build/examples.log > $(EXAMPLES)/terminal.txt
	$(BIN)/probe --lang zh run --out build/examples --resume latest 2> build/examples.zh.log || test $$? -eq 3
	sed '1,/^$$/d' build/examples.zh.log > $(EXAMPLES)/terminal.zh.txt
	$(REPORT)/report.md --charts || test $$? -eq 3
	$(REPORT)/report.zh.md --lang zh || test $$? -eq 3
	$(REPORT)/report.html --format html || test $$? -eq 3
	$(REPORT)/report.zh.html --format html --lang zh || test $$? -eq 3
	$(REPORT)/report.json --format json || test $$? -eq 3
	$(REPORT)/report.junit.xml --format junit || test $$? -eq 3
	$(REPORT)/calls.csv --format csv || test $$? -eq 3
	$(BIN)/probe export --out build/examples --format openmetrics --output $(EXAMPLES)/metrics.prom
	$(BIN)/python -m tests.render.screenshot $(EXAMPLES)/report.html $(EXAMPLES)/report.png

site: $(VENV)/.installed-dev ## the documentation, in build/site; strict, and links are checked
	$(BIN)/python -m website

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean: ## what can be made again; runs are kept
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[client]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[client,parquet,history,fleet,otel,docs,dev]'
	@touch $@ $(VENV)/.installed
