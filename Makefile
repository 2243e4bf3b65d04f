# The two commands of the README, and what they stand on.  Each may be run again and again.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Byte code is written at install: where PYTHONDONTWRITEBYTECODE is set it would never be, and every
# start would pay for that.
COMPILE = $(BIN)/python -m compileall -q src

.PHONY: demo test lint bench validity lock clean readme

# The database of the demonstration is its own; --db goes before every other way to name one.
DEMO := $(BIN)/foretrack --db .demo/foretrack.sqlite

demo: $(VENV)/run.stamp
	@rm -rf .demo && mkdir .demo
	@$(DEMO) init > .demo/init.txt
	@$(DEMO) import forecasts
	@echo && $(DEMO) due
	@echo && $(DEMO) scorecard
	@echo && $(DEMO) scorecard gruzer
	@echo && $(DEMO) scorecard unnamed-research-site

test: $(VENV)/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp
	@$(COMPILE)
	@$(BIN)/python -m bench

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "foretrack needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml src/foretrack/__init__.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(COMPILE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Renews the pins; needs uv.  Neither file names where a package comes from.
lock:
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header requirements/run.in -o requirements/run.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .demo

# Writes the outputs in README.md anew; look at the difference before you commit it.
readme: $(VENV)/dev.stamp
	@$(BIN)/python tests/readme.py --write

# What the scores promise, checked by simulation: about a minute.
validity: $(VENV)/dev.stamp
	@$(BIN)/python -m bench.validity
