# One command for each thing one does with a clone. `make help` lists them.

BIN := .venv/bin
WORKERS ?= 2

# Clones never share data: the name of the demo's instance comes from the folder of the clone.
demo demo-check screenshots: export GISREG_INSTANCE ?= demo-$(shell printf %s "$(CURDIR)" | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help bootstrap demo demo-check test lint bench lock docs reference screenshots licences

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1 | \2/' | column -t -s '|'

bootstrap: ## install what lacks (Debian packages, Python environment, browser libraries)
	@scripts/bootstrap demo

demo: bootstrap ## build the demo town and serve it on http://127.0.0.1:8000
	@$(BIN)/gisreg demo up

demo-check: bootstrap ## serve the demo town once, ask for health, map and tile, stop
	@$(BIN)/gisreg demo check

lint: ## style, types, and which room may import which
	@scripts/bootstrap test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## everything that must hold; a skipped test fails the run
	$(BIN)/pytest -n $(WORKERS) --dist loadfile

bench: ## measure against the figures in the manual
	@scripts/bootstrap test
	$(BIN)/python -m bench

lock: ## pin the Python dependencies anew, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --python-version 3.11 --quiet -o requirements.lock

docs: ## build the manual into build/manual (docs/dependencies.md tells why the notice is silenced)
	@scripts/bootstrap test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

reference: ## write the manual's reference pages anew, from the program
	@scripts/bootstrap test
	$(BIN)/python -m scripts.reference

screenshots: ## take the pictures of the maps in docs/images from the demo town
	@scripts/bootstrap test
	$(BIN)/python -m scripts.screenshots

licences: ## list the licences of all that is installed
	@scripts/bootstrap demo
	@$(BIN)/python -m scripts.licences
