# Bosman. `make help` lists what there is; `make up` and `make test` need nothing but Python >= 3.11, make and git.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Where this is set, every start of every process would compile all of Python's packages anew.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEB_INPUTS := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
PORT ?= 8080
STATE ?= .bosman
# Tests start servers and processes of their own: more of them at once than cores only wait for each other.
WORKERS ?= $(shell nproc)

.PHONY: help setup web up dev seed test test-unit test-e2e test-windows test-windows-all test-commands test-durations test-nightly installer-windows installer-linux check format bench clean requirements openapi audit

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.installed web ## Install everything (Python, Node packages) and build the web app

$(VENV)/.installed: requirements/bootstrap.txt requirements/dev.txt protocol/pyproject.toml agent/pyproject.toml server/pyproject.toml scripts/setup.sh
	@scripts/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

web/node_modules/.installed: web/package-lock.json web/package.json $(VENV)/.installed
	@scripts/npm.sh ci --no-progress --ignore-scripts
	@touch $@

server/bosman_server/web_dist/index.html: web/node_modules/.installed $(WEB_INPUTS)
	@scripts/npm.sh run build
	@rm -rf server/bosman_server/web_dist && cp -r web/dist server/bosman_server/web_dist

web: server/bosman_server/web_dist/index.html

up: setup ## Start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/bosman up --state-dir $(STATE) --port $(PORT) $(ARGS)

dev: setup ## Vite's development server in front of a running `make up`
	@BOSMAN_API=http://127.0.0.1:$(PORT) scripts/npm.sh run dev

seed: setup ## Fill a running `make up` with a believable fleet (see bench/seed.py --help)
	@$(BIN)/python -m bench.seed --state-dir $(STATE) $(ARGS)

check: setup ## Formatting, lint, types, import rules, web checks: what pre-commit runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@for part in protocol agent server "testkit bench e2e releasing"; do $(BIN)/mypy $$part; done
	@$(BIN)/mypy --platform win32 agent/bosman_agent agent/tests/windows/*.py
	@$(BIN)/lint-imports
	@scripts/check-openapi.sh
	@scripts/npm.sh run check

test: check test-unit test-e2e test-windows ## Everything that must hold: checks, unit tests, end-to-end tests, Windows
	@echo "make test: all green"

test-unit: setup ## Unit and API tests against real PostgreSQL and NATS
	@scripts/test-packages.sh
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-e2e: setup ## The story in a real browser, and processes killed for real
	@scripts/test-packages.sh
	@$(BIN)/pytest e2e --ignore=e2e/windows --ignore=e2e/commands -n 2 --dist loadfile $(ARGS)

test-windows: setup ## What asks Windows, on a Polish Windows' CPython under Wine, and an installed agent's whole life
	@scripts/test-packages.sh windows
	@scripts/test-windows.sh $(ARGS)

test-windows-all: setup ## All of the agent under Wine: every test there, on English and on Polish Windows
	@scripts/test-packages.sh windows
	@scripts/test-windows.sh --all

test-commands: setup ## Type every documented command that takes minutes: a clone's set-up, installers, every bench
	@scripts/test-packages.sh && scripts/test-packages.sh windows
	@$(BIN)/pytest e2e/commands $(ARGS)

test-durations: setup ## Unit tests on a quiet machine: fails for one that is slow and does not say why
	@BOSMAN_TEST_DURATIONS=fail $(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

test-nightly: export BOSMAN_TEST_ALL_ROLES := 1
test-nightly: test-windows-all test-commands test-durations ## What `make test` leaves out: all of Windows, long commands, all roles

installer-windows: $(VENV)/.installed ## Build the Windows installer and its signed bundle into dist/ (see releasing/windows.py --help)
	@$(BIN)/python -m releasing.windows $(ARGS)

installer-linux: $(VENV)/.installed ## Build the Debian package and its signed bundle into dist/ (see releasing/linux.py --help)
	@$(BIN)/python -m releasing.linux $(ARGS)

bench: setup ## Print the figures that the bars are about (ARGS=--quick: only see that each runs)
	@scripts/bench.sh $(ARGS)

audit: setup ## Ask the internet whether anything pinned is known to be vulnerable (not part of `make test`)
	@for name in server agent; do \
		$(BIN)/uv run -q --isolated --no-project --python $(BIN)/python --with-requirements requirements/audit.txt \
			pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements/$$name.txt; done
	@scripts/npm.sh audit --omit=dev --audit-level=moderate

format: setup ## Format and mend what can be mended
	@$(BIN)/ruff check --fix-only -q . ; $(BIN)/ruff format -q .
	@scripts/npm.sh run format

openapi: $(VENV)/.installed ## Write the API's description and the web client's types anew
	@$(BIN)/bosman openapi > web/openapi.json
	@scripts/npm.sh run generate

requirements: $(VENV)/.installed ## Pin every Python package anew, with hashes
	@for name in bootstrap agent server dev audit windows-test; do \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove what was built and installed here (not the data of `make up`)
	rm -rf $(VENV) web/node_modules web/dist server/bosman_server/web_dist .mypy_cache .ruff_cache .pytest_cache
