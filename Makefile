# Two commands matter: `make demo` and `make test`. Both set up all they need; a second run is quick.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

# What Debian provides: OCR engine and data, text reader and renderer used by tests, fonts that the samples are drawn with.
DEBIAN := python3-venv tesseract-ocr tesseract-ocr-vie tesseract-ocr-fra tesseract-ocr-eng tesseract-ocr-osd \
          poppler-utils fuse3 fonts-dejavu-core fonts-dejavu-extra 'fonts-liberation2|fonts-liberation' libgl1 libglib2.0-0

.PHONY: help setup demo test check format lint types bench lock clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/.debian: Makefile
	@mkdir -p $(VENV)
	@./.ci/debian-packages $(DEBIAN)
	@touch $@

$(VENV)/.python: $(VENV)/.debian requirements-dev.lock requirements-eark.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sohoa needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the Python packages of requirements-dev.lock into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-eark.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.python ## Install what is needed (Debian packages, Python packages)

demo: setup ## Draw the sample pages and digitize them into a sealed insurance set
	@$(BIN)/python samples/draw.py samples/pages
	@$(BIN)/python samples/draw.py samples/nop-luu transfer
	@./.ci/demo $(BIN)/sohoa

test: setup ## Run the tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q

format: setup ## Format the code
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix-only .

lint: setup ## Check format and lint
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: setup ## Check types
	@$(BIN)/mypy

check: lint types test ## Format, lint, types, tests: all that must be green

bench: setup ## Measure against the named peers (takes minutes)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@$(BIN)/python -m benchmarks

lock: ## Write the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -c requirements.lock -o requirements-dev.lock
	uv pip compile pyproject.toml --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -c requirements-dev.lock -o requirements-bench.lock
	uv pip compile --group pyproject.toml:eark --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements-eark.lock

clean: ## Remove what was made here, the installed packages included
	rm -rf $(VENV) out samples/pages samples/pages.* samples/nop-luu samples/nop-luu.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
