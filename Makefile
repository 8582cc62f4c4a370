# Tỉnh Số. `make` alone lists every recipe.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := src:.

.PHONY: help
help: ## List every recipe
	@grep -hE '^[a-zA-Z_-]+:.*?## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*?## "}; {printf "  make %-18s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Make the virtual environment and install the locked parts
	@$(PYTHON) tools/setup.py

.PHONY: lint
lint: setup ## Format check, lint, types, borders between rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench-signing
bench-signing: setup ## Signed results a second, beside the signing library as it comes
	@$(BIN)/python -m bench.signing
