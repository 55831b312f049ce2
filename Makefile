PYTHON ?= python3
PORT ?= 8000
HOST ?= http://127.0.0.1:$(PORT)
USERS ?= 50
RATE ?= 10
DURATION ?= 60s
CACHE ?= on
SECONDS ?= 3600
ENGINE ?= docker
VENV := .venv
BIN := $(VENV)/bin
# what decides about a test that failed: a second run, by itself
AGAIN = || { test $$? = 1 && echo "Again, by themselves: the tests that failed. Find the cause of each." \
	&& $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

# else each process of the tests would compile all of them anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run stack load compare bench bench-short bench-growth profile test test-full torture coverage lint fmt check image sbom

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
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal -m "not timing" $(AGAIN)
	@$(BIN)/python -m pytest -m timing $(AGAIN)
endif

test-full: ## All tests, with ten times as many random histories, all kinds of workers, and an hour of cuts from Redis
	@$(MAKE) --no-print-directory test PYTEST="--hypothesis-profile=full $(PYTEST)"

torture: $(VENV)/installed ## Break what two servers stand on, at random, for SECONDS (3600), and check every answer (SEED=7: the same faults again)
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m tests.torture --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

load: $(VENV)/installed ## Play a blog's day against HOST with USERS people, and check that nobody reads the past (HEADLESS=1 DURATION=60s CACHE=off)
	@$(BIN)/python -m locust --locustfile bench/day/locustfile.py --host $(HOST) --cache $(CACHE) \
		--users $(USERS) --spawn-rate $(RATE) --run-time $(DURATION) \
		$(if $(HEADLESS),--headless --only-summary,--autostart --web-host 127.0.0.1)

compare: $(VENV)/installed ## Compare cached and uncached reads of the server at HOST, also as the caller of TOKEN, and draw plots: bench/results/compare
	@$(BIN)/python -m bench.compare --host $(HOST) $(if $(TOKEN),--token $(TOKEN))

bench: $(VENV)/installed ## Measure cached and uncached reads beside yardsticks, in about eight minutes: bench/results/latest.md
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.growth --size 1000 --size 3000 --size 10000 --rounds 20 --no-targets --results bench/results/small
	@$(BIN)/python -m bench.speed

bench-short: $(VENV)/installed ## See in a minute that no ratio of `make bench` has halved
	@$(BIN)/python -m bench.speed --short

bench-growth: $(VENV)/installed ## Measure what reads cost at 10,000, 100,000 and 1,000,000 posts, in about five minutes
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.growth

profile: $(VENV)/installed ## Draw flame graphs of a hit, a miss and a write: bench/results/profile-*.svg
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m bench.speed.profiling

coverage: $(VENV)/installed-dev ## Run all tests, or PYTEST, and show what none of them reaches: htmlcov/index.html
	@$(BIN)/python -m tests.harness.prepare
	@$(BIN)/python -m coverage run -m pytest $(PYTEST)
	@$(BIN)/python -m coverage html --quiet
	@$(BIN)/python -m coverage report --skip-covered

check: lint ## Check style, types, layers, and by the unit tests, in about a minute: needs no servers
	@$(BIN)/python -m pytest --numprocesses auto --quiet tests/unit tests/architecture

fmt: $(VENV)/installed-dev ## Put the code into the project's style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

image: ## Build the image, labelled with its version, by Docker, or ENGINE=podman, ENGINE=buildah
	@$(ENGINE) build --tag broadsheet --build-arg VERSION=$$(sed -n 's/^VERSION = "\(.*\)"/\1/p' core/version.py) .

sbom: ## Write what packages the image has, with their licences, as CycloneDX: sbom.json
	@rm -rf .sbom
	@$(PYTHON) -m venv .sbom/served
	@$(PYTHON) -m venv .sbom/tool
	@sed '/^# From here on/,$$d; s/^-c /-c ..\//' requirements.txt > .sbom/run.txt
	@.sbom/served/bin/python -m pip install --quiet --disable-pip-version-check -r .sbom/run.txt
	@.sbom/tool/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0
	@.sbom/tool/bin/cyclonedx-py environment --output-reproducible --output-file sbom.json .sbom/served/bin/python

lint: $(VENV)/installed-dev ## Check style, types and the layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/kubernetes-validate --strict --quiet deploy/kubernetes/*.yaml

$(VENV)/installed: requirements.txt constraints.txt
	@echo "Setting up $(VENV), once: this takes about a minute"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Broadsheet needs Python 3.11 or later: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
