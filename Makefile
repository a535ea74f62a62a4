# CyberVigie: "make run" serves it, "make test" checks it. Both set up everything they need, and may be repeated.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

HOST ?= $(or $(CYBERVIGIE_HOST),127.0.0.1)
PORT ?= $(or $(CYBERVIGIE_PORT),8000)
# A trial on one's own machine asks faster than a visitor of a public site; "cybervigie serve" keeps the strict limits.
RATE ?= $(or $(CYBERVIGIE_RATE_PER_MINUTE),$(if $(filter 127.% localhost ::1,$(HOST)),600,20))
BURST ?= $(or $(CYBERVIGIE_RATE_BURST),$(if $(filter 127.% localhost ::1,$(HOST)),100,10))
# Test processes side by side: each holds the model and, at times, a browser. Three on two cores, for a third of what
# tests take is waiting: for a browser, a server, a pause that a site asks for.
WORKERS ?= 3
# What takes long calculates: it fills the cores, and the memory (torch).
LONG_WORKERS ?= 2
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Most of what the tests would wait for is the disk: their files stand in memory where there is room for them.
SCRATCH := $(shell [ -w /dev/shm ] && df -Pm /dev/shm | awk 'NR == 2 && $$4 >= 3000 { print "/dev/shm" }')
PYTEST := $(if $(SCRATCH),TMPDIR=$(SCRATCH)) $(BIN)/python -m pytest --dist loadfile
export CYBERVIGIE_DATA_DIR ?= data
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# numpy's and torch's threads would fight over the cores with those of onnxruntime.
export TOKENIZERS_PARALLELISM := false
# The tests start many processes of ours: none of them should compile the same modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run index test test-long coverage lint types unit setup setup-test debian check-python real bench extraction clean

help:  ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup index  ## Set up, build the index, serve API and chat page on http://$(HOST):$(PORT)
	@exec env CYBERVIGIE_RATE_PER_MINUTE="$(RATE)" CYBERVIGIE_RATE_BURST="$(BURST)" $(BIN)/cybervigie serve --host "$(HOST)" --port "$(PORT)"

index: setup
	@$(BIN)/cybervigie index

test: setup-test debian lint types unit  ## Set up, then ruff, mypy, pytest without what takes long

test-long: setup-test debian  ## What takes long: the whole gate, 500 injections, 50 kills, every mutant...
	NUMBA_DISABLE_JIT=0 $(PYTEST) -n $(LONG_WORKERS) -m long

coverage: setup-test debian  ## Every test, and the lines that none of them runs
	$(PYTEST) -n $(LONG_WORKERS) --cov --cov-report=term:skip-covered

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-test
	$(BIN)/mypy

unit: setup-test debian
	$(PYTEST) -n $(WORKERS) -m "not long"

setup: check-python $(VENV)/.installed

setup-test: check-python $(VENV)/.installed-test

check-python:
	@scripts/check-python "$(PYTHON)"

$(VENV)/.installed: pyproject.toml constraints.txt
	@scripts/install "$(PYTHON)" "$(VENV)" prepare
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt
	@scripts/install "$(PYTHON)" "$(VENV)" prepare,test
	@touch $@ $(VENV)/.installed

debian:
	@scripts/debian-packages chromium nodejs dovecot-imapd=/usr/lib/dovecot/imap exim4-daemon-light=exim4

real: setup  ## Index the shared official texts in data-real/ (needs ../shared)
	@scripts/real-input

bench: setup-test  ## Retrieval quality on the French benchmarks of ../shared
	$(BIN)/python -m evals.bench.retrieval

extraction: setup-test  ## What is read of HTML pages, beside trafilatura
	$(BIN)/python -m evals.bench.extraction

clean:  ## Remove the virtual environment and the data
	rm -rf $(VENV) data data-*
