# Each command sets everything up in .venv by itself; the second run starts at once.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# The documentation's site has an environment of its own.
DOCS_READY := .venv-docs/.ready
# Tests wait as well as compute, so there are two workers to a core. Each takes few tests at a time:
# then all end together.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(16, 2 * os.cpu_count()))')
# Without compiled files, each worker and each process of the product would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxschedchunk 4
# The long tests wait for processes of their own even more, so there are three workers to a core.
LONG_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(24, 3 * os.cpu_count()))')
LONG := $(BIN)/python -m pytest --numprocesses $(LONG_WORKERS) --maxschedchunk 2
# Two groups by markers (pyproject.toml says what each means); every test is in one of them.
QUICK := not postgres and not product and not sweep and not browser and not image
REST := postgres or product or sweep or browser
# Tests of the lines that only PostgreSQL reaches. To measure coverage takes about as long as the
# tests themselves, so the rest runs unmeasured.
POSTGRES_ONLY := $(addprefix tests/,core/store core/authority_search core/accounts core/reminders bot/cli/test_backup.py)
COVERAGE := --cov --cov-report=
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --quiet

.PHONY: help setup introduction demo test test-all test-rest test-postgres test-long test-image test-mutations mutations lint check bench fuzz format texts lock docs pictures wheel sbom image
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(READY) ## make .venv

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@echo "Step 1 of 3: make .venv"
	@$(PYTHON) -m venv .venv
	@echo "Step 2 of 3: install $$(grep -c '==' requirements-dev.lock) packages into it, each with a line; this takes some minutes"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@echo "Step 3 of 3: install imi-bot"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $(READY)

# What to do is the first thing on the screen, while the rest is installed, and the last one.
introduction:
	@test -e $(READY) || sed 's,{page},http://127.0.0.1:8010/,; s,{portal},http://127.0.0.1:8000,' bot/demo/introduction.txt
	@test -e $(READY) || printf '\nThis begins once everything is installed, with the same words:\n\n'

demo: introduction $(READY) ## run the product with a sandbox Slack on loopback
	@$(BIN)/imi-bot demo

test: $(READY) ## run the quick tests, which takes some minutes on two cores
	$(PYTEST) -m "$(QUICK)"

test-all: $(READY) ## run every test; a test whose server or browser is missing is skipped
	$(PYTEST)

lint: $(READY) ## check format, lint, types and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-rest: test-postgres test-long test-image test-mutations

# The coverage of the quick tests, which ran before, counts too.
test-postgres: $(READY)
	$(PYTEST) -m "$(REST)" $(COVERAGE) --cov-append --cov-config=tests/postgres.coveragerc $(POSTGRES_ONLY)
	$(BIN)/python tests/coverage_floors.py

test-long: $(READY)
	$(LONG) -m "$(REST)" $(addprefix --ignore=,$(POSTGRES_ONLY))

test-image: $(READY)
	$(BIN)/python -m pytest -m image tests/deploy

test-mutations: $(READY)
	$(BIN)/python -m tests.mutations --sample 10

image: $(READY) ## build the container image, and its base from Debian's packages (needs root, podman, runc, mmdebstrap)
	PYTHON=$(BIN)/python deploy/build_image.sh --own-base

mutations: $(READY) ## break the product at each line that keeps a security claim; each test must fail
	$(BIN)/python -m tests.mutations

check: lint ## check everything: format, lint, types, imports, every test, coverage
	PYTEST_ADDOPTS="$(COVERAGE)" $(MAKE) test
	$(MAKE) test-rest

fuzz: $(READY) ## send broken payloads for minutes instead of seconds
	IMI_FUZZ_EXAMPLES=$${IMI_FUZZ_EXAMPLES:-20000} $(BIN)/python -m pytest --timeout 0 tests/handlers/test_fuzz.py tests/handlers/test_isolation_state_machine.py

format: $(READY) ## format, and fix what can be fixed automatically
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

texts: $(READY) ## bring the catalogues of texts in line with the code
	$(BIN)/python -m core.languages.extract

lock: $(READY) ## update requirements.lock (the product) and requirements-dev.lock (everything) and requirements-docs.lock; needs uv
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) --all-extras -o requirements-dev.lock pyproject.toml
	$(LOCK) --group docs -o requirements-docs.lock

$(DOCS_READY): requirements-docs.lock
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $(DOCS_READY)

docs: $(READY) $(DOCS_READY) ## write the reference, build the site into build/site, check every link
	$(BIN)/python -m docs.reference_pages
	@# With --quiet, mkdocs would not count its warnings, and nothing would fail.
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --clean

pictures: $(READY) ## take the documentation's pictures of the demo anew (needs Chromium)
	$(BIN)/python -m docs.pictures

bench: $(READY) ## measure everything beside its baseline, and write docs/performance.md
	$(BIN)/python -m benchmarks

wheel: $(READY) ## build the source distribution, and from it the wheel, into dist/
	rm -rf dist
	$(BIN)/hatchling build -t sdist -d dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist dist/*.tar.gz

sbom: $(READY) ## write the bill of materials (CycloneDX) into sbom.json
	$(BIN)/python -m docs.sbom sbom.json
