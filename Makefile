# Short verbs; each sets up what it needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
CLIENTS := $(VENV)/clients
NODE := tests/sdk/node/node_modules/.package-lock.json
NPM_CI := npm ci --no-audit --no-fund --ignore-scripts --loglevel=error --fetch-retries=1 --fetch-timeout=30000
SOURCES := mockserver contracts tests benchmarks docs

.DEFAULT_GOAL := help
.PHONY: help run test node clients check bench lint format types docs build wheel clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## serve the Workers AI mock on 127.0.0.1:8787 (MOCKFLARE_PORT=N for another port)
	@$(BIN)/mockflare serve

test: $(TOOLS) node ## run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal -q

node: ## install the npm packages that the tests speak through, where there is npm
	@command -v npm >/dev/null && $(MAKE) -s $(NODE) || echo "without the npm packages: their tests are skipped"

clients: $(CLIENTS)/.done ## run the how-tos of other clients: LangChain, Pydantic AI, AI SDK
	$(CLIENTS)/bin/python -m pytest -q -W ignore -o filterwarnings= tests/howto/clients/*.py

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
	rm -rf $(VENV) tests/sdk/node/node_modules tests/howto/clients/node_modules dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

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

$(NODE): tests/sdk/node/package-lock.json
	cd tests/sdk/node && $(NPM_CI)

$(CLIENTS)/.done: pyproject.toml tests/howto/clients/package-lock.json
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/python -m pip install -q --upgrade "pip>=25.1"
	$(CLIENTS)/bin/python -m pip install -q -e . --group clients
	cd tests/howto/clients && $(NPM_CI)
	@touch $@
