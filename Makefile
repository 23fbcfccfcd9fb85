# elko-mock: all that is wanted beforehand is make and Python 3.11 or newer. `make help` lists the targets.

VENV    := .venv
PY      := $(VENV)/bin/python
SERVING := $(VENV)/.serving
TOOLS   := $(VENV)/.tools
FUZZING := $(VENV)/.fuzzing
SUPPLY  := $(VENV)/.supply
INSTALL := $(PY) -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
ARGS    ?=
VERSION  = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

# Installed again when what is to be installed changed, or when the checkout moved or its Python went away.
ifneq ($(shell test -x $(PY) && $(PY) -P -c 'import elko_mock; print(elko_mock.__path__[0])' 2>/dev/null),$(CURDIR)/elko_mock)
STALE := FORCE
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint types bench soak fuzz audit licences sbom image wheel clean FORCE

help: ## list the targets
	@sed -n 's/^\([a-z][a-z]*\):.*## /  make \1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: $(SERVING) ## serve the mock; settings by ARGS="--port 8080 --lenient"
	@exec $(PY) -m elko_mock serve $(ARGS)

test: $(TOOLS) ## lint, types, layers, all tests with coverage; ARGS go to pytest
	@exec $(PY) .ci/suite.py $(ARGS)

lint: $(TOOLS) ## style and the layers of the package
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(VENV)/bin/lint-imports

types: $(TOOLS) ## mypy, strict, on package and tests
	@$(PY) -m mypy

bench: $(TOOLS) ## measure against bare ASGI and the peers
	@exec $(PY) -m benchmarks $(ARGS)

soak: $(TOOLS) ## mixed traffic for 30 minutes, memory and latency flat; ARGS="--minutes 5 --state"
	@exec $(PY) -m benchmarks.soak $(ARGS)

fuzz: $(FUZZING) ## fuzz the parsers; for how long by ARGS="--minutes 60"
	@exec $(PY) -m tests.fuzz $(ARGS)

audit: $(SUPPLY) ## ask for known vulnerabilities of what is pinned; 77 when nobody answers
	@exec $(PY) .ci/audit.py

licences: $(SUPPLY) $(FUZZING) ## write docs/licences.md anew; ARGS=--check only compares
	@exec $(PY) -m tests.licences $(ARGS)

sbom: $(SUPPLY) wheel ## write the serving install's bill of materials (CycloneDX) into dist/, the same bytes each time
	@rm -rf build/serving && $(PY) -m venv --without-pip build/serving
	@$(PY) -m pip --python build/serving/bin/python install --disable-pip-version-check --quiet --no-compile \
	    --constraint constraints.txt dist/elko_mock-$(VERSION)-py3-none-any.whl
	@$(PY) -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible --output-format JSON \
	    --spec-version 1.6 --validate --output-file dist/elko_mock-$(VERSION).cdx.json build/serving/bin/python

image: ## build the container image
	docker build --tag elko-mock .

wheel: $(TOOLS) ## build the wheel into dist/, the same bytes each time
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-315532800} $(PY) -m build --wheel --no-isolation --outdir dist

clean: ## remove all that was made here
	rm -rf $(VENV) dist build .fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(SERVING): pyproject.toml constraints.txt $(STALE)
	@sh .ci/venv $(VENV)
	@echo "Installing elko-mock into $(VENV) ..."
	@$(INSTALL) hatchling editables && $(INSTALL) --no-build-isolation --editable . || { cat .ci/offline.txt >&2; exit 1; }
	@touch $@

$(TOOLS): pyproject.toml constraints.txt $(STALE)
	@sh .ci/venv $(VENV)
	@echo "Installing elko-mock and its test tools into $(VENV) ..."
	@$(INSTALL) hatchling editables && $(INSTALL) --no-build-isolation --editable '.[dev]' || { cat .ci/offline.txt >&2; exit 1; }
	@touch $(SERVING) $@

$(FUZZING): $(TOOLS)
	@echo "Installing the fuzzer into $(VENV) ..."
	@$(INSTALL) --no-build-isolation --editable '.[dev,fuzz]'
	@touch $@

$(SUPPLY): $(TOOLS)
	@echo "Installing the tools for audit, licences and bill of materials into $(VENV) ..."
	@$(INSTALL) --no-build-isolation --editable '.[dev,supply]'
	@touch $@
