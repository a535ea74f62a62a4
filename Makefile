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
# Test processes side by side: each holds the model and, at times, a browser.
WORKERS ?= 2
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CYBERVIGIE_DATA_DIR ?= data
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# numpy's and torch's threads would fight over the cores with those of onnxruntime.
export TOKENIZERS_PARALLELISM := false

.PHONY: help run index test lint types unit setup setup-test debian check-python real bench extraction clean

help:  ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup index  ## Set up, build the index, serve API and chat page on http://$(HOST):$(PORT)
	@exec env CYBERVIGIE_RATE_PER_MINUTE="$(RATE)" CYBERVIGIE_RATE_BURST="$(BURST)" $(BIN)/cybervigie serve --host "$(HOST)" --port "$(PORT)"

index: setup
	@$(BIN)/cybervigie index

test: setup-test debian lint types unit  ## Set up, then ruff, mypy, pytest

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-test
	$(BIN)/mypy

unit: setup-test debian
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term:skip-covered

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
