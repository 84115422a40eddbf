# `make demo` and `make test` need Python 3.11 or newer, make and a package index, and nothing else.

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo chat run test test-all test-live venues check format lint types layers secure audit migrations lock lock-check bench picture tour storm clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Preparing $(VENV) from requirements.lock"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/ready ## talk to the bot here and in your browser, on a simulated market
	@$(BIN)/microhedge demo

chat: $(VENV)/ready ## talk to the bot here, on your own book
	@$(BIN)/microhedge chat

run: $(VENV)/ready ## start the Telegram bot
	@$(BIN)/microhedge run || [ $$? -eq 2 ] # 2: it has said what is missing

test: $(VENV)/ready ## the tests that start no process, on SQLite: under three minutes on two cores
	$(BIN)/pytest -n auto --dist worksteal -m "not process and not postgresql"

test-all: $(VENV)/ready ## all tests: also those that start processes, kill them, and need PostgreSQL
	$(BIN)/pytest -n auto --dist worksteal

venues: $(VENV)/ready ## what is read of each venue, from served answers
	$(BIN)/pytest tests/venues

test-live: $(VENV)/ready ## the same from the venues themselves; needs the internet
	$(BIN)/pytest tests/live/venues_live.py

check: format lint types layers lock-check secure audit test-all ## all that must hold before a commit

format: $(VENV)/ready
	$(BIN)/ruff format --check .

lint: $(VENV)/ready
	$(BIN)/ruff check .

types: $(VENV)/ready
	$(BIN)/mypy

layers: $(VENV)/ready
	$(BIN)/lint-imports --no-cache

secure: $(VENV)/ready ## what bandit finds in our code
	$(BIN)/bandit -q -c pyproject.toml -r bot core alembic

audit: $(VENV)/ready ## known weaknesses of the packages in the lock
	@$(BIN)/python .ci/audit.py

migrations: $(VENV)/ready ## migrations alone: up, down, up, and that they match the tables
	$(BIN)/pytest tests/core/store/test_migrations.py

COMPILE = $(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

lock: ## renew requirements.lock
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(COMPILE) --upgrade --output-file requirements.lock

lock-check: $(VENV)/ready ## the lock answers pyproject.toml
	@cp requirements.lock $(VENV)/lock.txt && $(COMPILE) --output-file $(VENV)/lock.txt
	@diff -u requirements.lock $(VENV)/lock.txt && echo "requirements.lock is current"

storm: $(VENV)/ready ## kill the bot 200 times in a storm of alerts, and hurt it while people paste, on each database
	STORM_KILLS=200 $(BIN)/pytest tests/bot/test_storm.py -k killed
	PASTE_KILLS=200 PASTE_STOPS=50 $(BIN)/pytest tests/bot/test_kills.py

bench: $(VENV)/ready ## measure, and write docs/BENCHMARKS.md
	$(BIN)/python -m tests.benchmarks

picture: $(VENV)/ready ## draw the README's pictures of the chat and of the page
	$(BIN)/python -m tests.picture
	$(BIN)/python -m tests.page_picture

tour: $(VENV)/ready ## write the transcripts of docs/tour
	$(BIN)/python -m tests.tour

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
