# Tỉnh Số. `make` alone lists every recipe.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ASKED := install Python 3.11 or newer and run make PYTHON=python3.11 with the same recipe
export PYTHONPATH := src:.
unexport PYTHONDONTWRITEBYTECODE # compiled modules are kept: processes start twice as fast

.PHONY: help
help: ## List every recipe
	@grep -hE '^[a-zA-Z_-]+:.*?## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "}; {printf "  make %-18s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Make the virtual environment and install the locked parts
	@command -v $(PYTHON) > /dev/null || { echo "tinhso: $(PYTHON) is not on this machine; $(ASKED)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("tinhso: Python " + sys.version.split()[0] + " is too old; $(ASKED).")'
	@$(PYTHON) tools/setup.py

.PHONY: run
run: web ## Run the whole province with its demo data; Ctrl-C stops everything
	@$(BIN)/tinhso run

.PHONY: test
test: web ## Run every test: lint, borders, rooms, journeys in a real browser
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint ahead
	$(BIN)/pytest -n 3 --dist worksteal

.PHONY: ahead
ahead: web ## Make what the workers of `make test` share: the migrated database, compiled tests
	@$(BIN)/pytest -n 0 -k test_a_database_of_this_release_is_brought_up

.PHONY: soak
soak: setup ## Kill database, web and worker under load (ROUNDS=20), then walk at random, 100,800 steps (WALKS=4200)
	@$(BIN)/python -m tests.soak

.PHONY: faults
faults: setup ## Kill whatever handles money at every step, walk long through payments (WALKS=500), kill servers and gateways (ROUNDS=5)
	FAULTS=all $(BIN)/pytest -n 0 tests/payments/faults
	WALKS=$${WALKS:-500} $(BIN)/pytest -n 0 -o faulthandler_timeout=1800 tests/payments/test_walks.py
	$(BIN)/python -m tests.soak.money
	$(BIN)/python -m tests.soak.exchange

.PHONY: web
web: setup ## Build styles, scripts, icons and catalogues of the pages
	@$(PYTHON) tools/web.py

.PHONY: messages
messages: setup ## Bring the English and Khmer catalogues up to the source
	$(BIN)/python tools/messages.py extract

.PHONY: browser
browser: setup ## Install the headless browser that tests use
	@$(PYTHON) tools/web.py --browser

.PHONY: lint
lint: setup ## Format check, lint, types of both languages, borders between rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	DATABASE_URL=postgresql://nowhere/nowhere $(BIN)/mypy
	$(BIN)/lint-imports
	@$(PYTHON) tools/web.py --types

.PHONY: format
format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: room
room: setup ## Make the skeleton of a room: make room NAME=payments FLOOR_OF=tasks
	@$(BIN)/python tools/room.py "$(NAME)"

.PHONY: bench-signing
bench-signing: setup ## Signed results a second, beside the signing library as it comes
	@$(BIN)/python -m bench.signing

.PHONY: bench-worktime
bench-worktime: setup ## Count a million promised dates and write bench/results/worktime.json
	$(BIN)/python -m bench.worktime

.PHONY: bench-recounting
bench-recounting: setup ## Count 100,000 open promises anew after a calendar change, beside the limit of 60 s
	@$(BIN)/python -m bench.recounting

.PHONY: bench-pages
bench-pages: web ## First visits on a slow phone and the desk's keys, beside their limits
	$(BIN)/python -m bench.pages

.PHONY: bench-cases
bench-cases: web ## Hot paths of the one-stop at 10 thousand and 1 million dossiers, beside their floors; then pages
	$(BIN)/python -m bench.cases

.PHONY: bench-onestop
bench-onestop: web ## The one-stop at 1 million dossiers, on a busy morning, at a deadline, taken out (PART=, ROWS=)
	$(BIN)/python -m bench.onestop

.PHONY: bench-studio
bench-studio: web ## A large form, saving, publishing, 2,000 procedures imported, 10,000 dossiers rebased
	@$(BIN)/python -m bench.studio

.PHONY: bench-payments
bench-payments: web ## Notices, a day reconciled, balances of ten million entries, receipts (SHORT=1 to try)
	@$(BIN)/python -m bench.payments

.PHONY: bench-exchange
bench-exchange: setup ## Signed exchanges through two gateways, beside nginx and a bare proxy (SHORT=1, PART=)
	@$(BIN)/python -m bench.exchange

.PHONY: bench-table
bench-table: setup ## Write the latest bench figures into the README
	@$(BIN)/python tools/bench_table.py
