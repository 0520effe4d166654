# Short verbs; each sets up what it needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
SOURCES := mockserver contracts tests benchmarks docs

.DEFAULT_GOAL := help
.PHONY: help run test check bench lint format types docs build wheel clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## serve the Workers AI mock on 127.0.0.1:8787 (MOCKFLARE_PORT=N for another port)
	@$(BIN)/mockflare serve

test: $(TOOLS) ## run the tests
	$(BIN)/python -m pytest -n auto -q

check: $(TOOLS) ## check the mock against its contract
	$(BIN)/mockflare check

bench: $(TOOLS) ## measure requests, start-up, memory and the fixture
	$(BIN)/python -m benchmarks

lint: $(TOOLS) ## look for mistakes and for unformatted code
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

format: $(TOOLS) ## format the code
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

types: $(TOOLS) ## check the types
	$(BIN)/mypy

docs: $(TOOLS) ## write the generated tables of the documentation anew
	$(BIN)/python -m docs

build: $(TOOLS) ## build wheel and sdist into dist/
	rm -rf dist
	$(BIN)/python -m build -q

wheel: build ## install the wheel into an empty environment elsewhere, serve from it and ask one question
	PYTHON=$(PYTHON) sh .ci/wheel

clean: ## remove everything that the other verbs made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mockflare needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=25.1"

$(RUNTIME): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e .
	@touch $@

$(TOOLS): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q -e ".[contracts]" --group dev
	@touch $@ $(RUNTIME)
