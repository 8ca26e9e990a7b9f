# What one does with a checkout. Needs Python 3.11 or newer and, the first time, a network; never root.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Every process would compile all of Django anew, which takes longer than what most of them are started for.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help demo run setup test lint format reliability fuzz bench bench-api bench-console bench-plans bench-webhooks screenshots clients stop clean FORCE

UV_VERSION := 0.13.9
INTO_TOOLS = --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION)
UV := $(shell command -v uv || echo .tools/bin/uv)
# The system's Python comes first: distributions build theirs with profiles, others such as pyenv's take a quarter longer.
PYTHON ?= $(shell /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
RUN := .venv/bin/python
MANAGE := $(RUN) manage.py
INSTALLED := .venv/.installed
READY := var/.ready
ARGS ?=

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

demo: $(READY)  ## Show the portal with invented people, payouts and a bank (ARGS=--exit ends it when all is shown)
	@PORTAL_INSECURE_HTTP=$${PORTAL_INSECURE_HTTP:-true} $(MANAGE) demo $(ARGS)

run: $(READY)  ## Serve the portal on this machine: web, worker and sandbox bank
	@PORTAL_INSECURE_HTTP=$${PORTAL_INSECURE_HTTP:-true} $(MANAGE) serve $(ARGS)

setup: $(INSTALLED)  ## Make the database and the static files ready for this version
	@$(MANAGE) setup && touch $(READY)

test: $(INSTALLED)  ## Check everything, with the browser tests when there is a Chromium
	@DJANGO_SETTINGS_MODULE=tests.settings $(RUN) -m tests.database & $(MAKE) --no-print-directory lint && wait $$!
	@.ci/chromium
	@.ci/axe
	@$(RUN) -m clients.node || true
	@$(RUN) -m pytest --numprocesses=auto --maxprocesses=4 --maxschedchunk=4 $(ARGS)
	@DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) db stop --if-idle >/dev/null

lint: $(INSTALLED)  ## Check style, the order of apps and the settings of production
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	@$(MANAGE) check --deploy --fail-level WARNING

format: $(INSTALLED)  ## Bring the code into form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

reliability: $(INSTALLED)  ## Let the machines of docs/reliability.md run for half an hour, and add up (ARGS="--minutes 5")
	@$(RUN) -m tests.reliability $(ARGS)

fuzz: $(INSTALLED)  ## Try every operation of the API with 20,000 requests of all kinds (CASES=5000)
	@FUZZ_CASES=$(or $(CASES),20000) $(RUN) -m pytest tests/api/test_fuzz.py -s $(ARGS)
	@DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) db stop --if-idle >/dev/null

bench: $(READY)  ## Measure how fast it is on this machine
	@$(RUN) -m tests.bench

bench-api: $(READY)  ## Measure a single POST next to a bare DRF insert (ARGS="--list FOLDER" for a list of OFAC's own)
	@$(RUN) -m tests.bench.api $(ARGS)

bench-console: $(READY)  ## Measure the pages of the console over a million payouts (ARGS="--payouts 100000")
	@$(RUN) -m tests.bench.console $(ARGS)

bench-plans: $(READY)  ## Measure what a file of payouts costs to plan and to commit (ARGS="--known --rows 100000")
	@$(RUN) -m tests.bench.plans $(ARGS)

bench-webhooks: $(READY)  ## Measure how many webhooks are delivered while some endpoints hang (ARGS="--seed 2")
	@$(RUN) -m tests.bench.webhooks $(ARGS)

screenshots: $(INSTALLED)  ## Take a picture of every page, in light and dark, wide and narrow (ARGS="--only payout")
	@.ci/chromium
	@.ci/axe
	@$(RUN) -m tests.pages $(ARGS)

clients: $(INSTALLED)  ## Make the generated part of the clients anew, from the API's description
	@$(RUN) -m clients.node
	@$(RUN) -m clients.generate

stop: $(INSTALLED)  ## Stop the embedded PostgreSQL; its data stays
	@$(MANAGE) db stop

clean:  ## Remove what was installed; the data in var/ stays
	rm -rf .venv .tools .mypy_cache clients/typescript/node_modules clients/typescript/dist

# What changes the database or the static files makes setup run again; elsewhere than in var/ it runs every time.
$(READY): $(INSTALLED) $(if $(DATABASE_URL)$(PORTAL_HOME),FORCE) $(shell find apps payouts_portal static -name '*.py' -path '*/migrations/*' -o -path '*/sql/*.sql' \
		-o -name apps.py -o -path 'static/*' -type f | grep -v ' ')
	@$(MANAGE) setup
	@touch $(READY)

$(INSTALLED): pyproject.toml uv.lock | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@$(UV) sync --frozen --quiet --python "$$(command -v $(PYTHON))"
	@touch $(INSTALLED)

.tools/bin/uv:
	@echo "Fetching uv $(UV_VERSION) into .tools"
	@mkdir -p .tools
	@for it in $(PYTHON) python3; do \
		{ $$it -m venv .tools/bootstrap && .tools/bootstrap/bin/python -m pip install $(INTO_TOOLS) || $$it -m pip install $(INTO_TOOLS); } \
			>.tools/log 2>&1 && break; \
	done
	@test -x .tools/bin/uv || { cat .tools/log >&2; echo "Install uv (https://docs.astral.sh/uv) or Python's venv module (python3-venv), then try again." >&2; exit 1; }
	@rm -rf .tools/bootstrap .tools/log
