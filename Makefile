# Each command sets everything up in .venv by itself; the second run starts at once.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Few tests at a time to each worker: then all end together.
PARALLEL := --numprocesses auto --maxschedchunk 4

.PHONY: help setup demo test check fuzz format texts lock sbom
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(READY) ## make .venv

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(READY)

demo: $(READY) ## run the product with a sandbox Slack on loopback
	$(BIN)/imi-bot demo

test: $(READY) ## run the tests
	$(BIN)/python -m pytest $(PARALLEL)

check: $(READY) ## format, lint, types, imports, tests with coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest $(PARALLEL) -m "not postgres and not sweep" --cov --cov-report=
	$(BIN)/python -m pytest $(PARALLEL) -m "postgres and not sweep" --cov --cov-append --cov-report= --cov-config=tests/postgres.coveragerc
	$(BIN)/python -m pytest $(PARALLEL) -m sweep
	$(BIN)/python tests/coverage_floors.py

fuzz: $(READY) ## send broken payloads for minutes instead of seconds
	IMI_FUZZ_EXAMPLES=$${IMI_FUZZ_EXAMPLES:-20000} $(BIN)/python -m pytest --timeout 0 tests/handlers/test_fuzz.py tests/handlers/test_isolation_state_machine.py

format: $(READY) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

texts: $(READY) ## bring the catalogues of texts in line with the code
	$(BIN)/python -m core.languages.extract

lock: $(READY) ## make requirements.lock anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --quiet --extra dev -o requirements.lock pyproject.toml

sbom: $(READY) ## write the bill of materials (CycloneDX) into sbom.json
	$(BIN)/python -m docs.sbom sbom.json
