PYTHON ?= python3
PORT ?= 8000
HOST ?= http://127.0.0.1:$(PORT)
USERS ?= 50
DURATION ?= 60s
CACHE ?= on
SECONDS ?= 3600
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run stack load bench bench-short bench-growth profile test test-full torture lint

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

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

torture: $(VENV)/installed ## Break what two servers stand on, at random, for SECONDS (3600), and check every answer (SEED=7: the same faults again)
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m tests.torture --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

load: $(VENV)/installed-bench ## Play a blog's day against HOST with USERS people, and check that nobody reads the past (HEADLESS=1 DURATION=60s CACHE=off)
	@$(BIN)/python -m locust --locustfile bench/day/locustfile.py --host $(HOST) --cache $(CACHE) \
		--users $(USERS) --spawn-rate 10 --run-time $(DURATION) \
		$(if $(HEADLESS),--headless --only-summary,--autostart --web-host 127.0.0.1)

bench: $(VENV)/installed-bench ## Measure cached and uncached reads beside yardsticks, in about five minutes: bench/results/latest.md
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.growth --size 1000 --size 3000 --size 10000 --rounds 20 --no-targets --results bench/results/small
	@$(BIN)/python -m bench.speed

bench-short: $(VENV)/installed-bench ## See in a minute that no ratio of `make bench` has halved
	@$(BIN)/python -m bench.speed --short

bench-growth: $(VENV)/installed-bench ## Measure what reads cost at 10,000, 100,000 and 1,000,000 posts, in about five minutes
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.growth

profile: $(VENV)/installed-bench ## Draw flame graphs of a hit, a miss and a write: bench/results/profile-*.svg
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.speed.profiling

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
