# Every command of this project. `make help` lists them; each sets up what it needs by itself.
PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin
VERSION := $(shell $(PYTHON) --version 2>&1)
RUNTIME := .venv/installed-$(shell (echo "$(VERSION)"; cat requirements.txt) | cksum | cut -d' ' -f1)
DEV := .venv/installed-dev-$(shell (echo "$(VERSION)"; cat requirements.txt requirements-dev.txt) | cksum | cut -d' ' -f1)
BENCH := .venv/installed-bench-$(shell cat requirements.txt requirements-bench.txt | cksum | cut -d' ' -f1)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard workbench/locale/*/LC_MESSAGES/*.po))
PACKAGES := workbench annotations training
NEEDY := encoder or browser or services
ROWS := tests/annotations tests/training/views $(patsubst %,tests/training/test_%.py,actions leases pending store upkeep)
COMPILE := $(BIN)/pip-compile --quiet --no-header --strip-extras --annotation-style=line \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
PRODUCTION := DEBUG=0 HTTPS=1 ALLOWED_HOSTS=tertium.example \
	SECRET_KEY=a-key-only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-fast lint format check system requirements screenshots readme-table bench-adaptation bench-detection bench-load bench-queue bench-scale clean

help:  ## list every target
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tertium needs Python 3.11 or newer, and $(PYTHON) is $(VERSION): run make PYTHON=python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } || \
		{ echo "$(PYTHON) cannot make a virtual environment: install the system package python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(RUNTIME): | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@rm -f .venv/installed-[0-9]*; touch $@

$(DEV): $(RUNTIME) | $(CATALOGUES)
	$(BIN)/python -m pip install --quiet -r requirements.txt -r requirements-dev.txt
	@rm -f .venv/installed-dev-*; touch $@

$(BENCH): $(RUNTIME)
	$(BIN)/python -m pip install --quiet -r requirements.txt -r requirements-bench.txt
	@rm -f .venv/installed-bench-*; touch $@

%.mo: %.po workbench/catalogues.py | $(RUNTIME)
	$(BIN)/python -m workbench.catalogues compile

install: $(RUNTIME) $(CATALOGUES)  ## make .venv and install what Tertium runs on

demo: $(RUNTIME) $(CATALOGUES)  ## the main job on real data, then serve at http://127.0.0.1:8000 (SERVE=0: end after the table)
	@$(BIN)/python manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: $(RUNTIME) $(CATALOGUES)  ## migrate, then start broker, worker, beat and web at http://127.0.0.1:8000
	@$(BIN)/python manage.py serve

test: system lint check  ## everything: system packages, lint, types, import contracts, checks, all tests, the database ones on PostgreSQL too
	$(BIN)/python -m pytest -m "not browser"
	$(BIN)/python -m pytest -m browser
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -m "not ($(NEEDY) or sqlite)" $(ROWS)

test-fast: $(DEV)  ## the default inner loop, under two minutes: no real encoder, browser, services, whole training or race, few random examples
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --hypothesis-profile=brief -m "not ($(NEEDY) or slow)"

lint: $(DEV)  ## ruff, its formatter, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES) benchmarks
	$(BIN)/lint-imports

format: $(DEV)  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: $(DEV)  ## migrations complete, production settings sound
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

system:  ## Chromium and PostgreSQL for the tests: by apt-get where root, else named
	@missing=""; \
	command -v chromium >/dev/null || missing="chromium fonts-dejavu-core"; \
	[ -n "$$TEST_DATABASE_URL" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; } || \
		{ echo "The tests need system packages that are missing here: install $$missing." >&2; exit 1; }

requirements: $(DEV)  ## pin requirements*.txt anew from requirements*.in
	$(COMPILE) --output-file requirements.txt requirements.in
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.txt
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

screenshots: system $(DEV)  ## take docs/images anew, from a copy of the demo's database
	$(BIN)/python -m tests.screenshots

readme-table: $(RUNTIME)  ## write the last demo's table into README.md
	$(BIN)/python manage.py demo --readme README.md

bench-adaptation: $(BENCH)  ## every way to spend the same verdicts, into docs/benchmarks (QUICK=1: fewer verdicts and tests; resumable)
	$(BIN)/python -m benchmarks.adaptation $(if $(filter 1,$(QUICK)),--quick)

bench-detection: $(RUNTIME)  ## planted errors in real lists: every signal and their combination over verdicts (QUICK=1: under 10 minutes; resumable)
	$(BIN)/python -m benchmarks.detection $(if $(filter 1,$(QUICK)),--quick)

bench-scale: $(BENCH)  ## embedding beside sentence-transformers, search, scoring and growth from 10,000 pairs on (FULL=1: to 1,000,000; resumable)
	$(BIN)/python -m benchmarks.scale $(if $(filter 1,$(FULL)),--full)

bench-load: $(DEV)  ## twenty reviewers over HTTP on both databases: speed, a million pairs, nothing twice or lost (resumable)
	$(BIN)/python -m benchmarks.load

bench-queue: $(DEV)  ## errors found and held-out P@1 against verdicts, in several orders of the queue
	$(BIN)/python -m benchmarks.queue

clean:  ## remove caches, not .venv and not var
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
