# Two commands are all a newcomer needs: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint lock lock-check bench clean
.DEFAULT_GOAL := help

help:
	@echo "make run    talk to Paperboy, or serve the chats whose tokens are set (the first start sets everything up)"
	@echo "make test   run the whole test suite with its coverage"
	@echo "make lint   ruff, mypy --strict, import-linter"
	@echo "make lock-check   prove, offline, that the locks satisfy pyproject.toml"
	@echo "make lock   make the locks anew (needs uv)"
	@echo "make bench  the table of docs/performance.md"

# The locks are whole (lock-check): --no-deps keeps pip from looking for releases newer than them.
$(BIN)/python:
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh scripts/make_venv.sh

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up Paperboy in $(VENV) (once, about a minute) ..." >&2
	@$(PIP) install --require-hashes --no-deps -r requirements.lock >&2
	@$(PIP) install --no-deps --no-build-isolation -e . >&2
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Setting up the test tools in $(VENV) (once) ..." >&2
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock >&2
	@touch $@

run: $(VENV)/run.stamp
	@$(BIN)/paperboy start

# With bytecode kept, whatever the shell says: hundreds of programs start in the suite, and each would compile Paperboy.
test: $(VENV)/dev.stamp
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=90 $(ARGS)

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lock-check: $(VENV)/dev.stamp
	@$(BIN)/python scripts/lock_check.py && $(PIP) check

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  pyproject.toml --group build --all-extras -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  pyproject.toml --group build --group dev --all-extras -c requirements.lock -o requirements-dev.lock

bench: $(VENV)/run.stamp
	@$(BIN)/paperboy bench

clean:
	rm -rf $(VENV)
