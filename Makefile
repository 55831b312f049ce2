PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run stack test test-full lint

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/installed ## Set up all that is needed and serve on PORT (8000)
	@$(BIN)/python main.py migrate
	@$(BIN)/python main.py serve --port $(PORT)

stack: $(VENV)/installed ## Serve on PORT on real servers: a MySQL primary and its replica, Redis, RabbitMQ, and a worker
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m tests.harness.stack serve $(PORT)

test: $(VENV)/installed ## Set up all that is needed, servers too, and run all tests, or PYTEST="tests/unit -k slug"
	@$(BIN)/python -m tests.harness.prepare
ifdef PYTEST
	@$(BIN)/python -m pytest $(PYTEST)
else
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -m "not timing"
	@$(BIN)/python -m pytest -m timing
endif

test-full: ## All tests, with ten times as many random histories
	@$(MAKE) --no-print-directory test PYTEST="--hypothesis-profile=full $(PYTEST)"

lint: $(VENV)/installed-dev ## Check style, types and the layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

$(VENV)/installed: requirements.txt requirements-run.txt constraints.txt
	@echo "Setting up $(VENV), once: this takes about a minute"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Broadsheet needs Python 3.11 or later: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed requirements-bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed-bench requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
