"""``index``: only what is new is computed, and what was removed is forgotten."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.generation import current_generation, verify

Run = Callable[..., Any]
NOTE = """---
title: "Note interne"
---

# Note interne

Le code du placard à balais bleu est conservé chez Amélie.
"""


def computed(output: str) -> int:
    found = re.search(r"(\d+)\u00a0textes? calculés? sur", output)
    assert found is not None, output
    return int(found.group(1))


def test_a_document_added_is_answered_with_and_a_removed_one_is_not(run: Run, own_data: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    before = verify(current_generation(own_data / "index"))
    assert run("add", note, data=own_data).code == 0
    built = run("index", data=own_data)
    assert built.code == 0
    assert 1 <= computed(built.out) <= 5
    after = verify(current_generation(own_data / "index"))
    assert after.documents == before.documents + 1
    assert "placard à balais bleu" in run("search", "placard à balais", data=own_data).out
    again = run("index", data=own_data)
    assert computed(again.out) == 0
    (line,) = run("documents", "-s", "Note interne", "--json", data=own_data).out.splitlines()
    assert run("remove", line.split('"')[3], data=own_data).code == 0
    assert run("index", data=own_data).code == 0
    assert "placard à balais bleu" not in run("search", "placard à balais", data=own_data).out


def test_the_starter_corpus_can_be_left_out(run: Run, own_data: Path, tmp_path: Path) -> None:
    empty = run("index", "--no-starter", data=own_data)
    assert empty.code == 1
    assert "cybervigie add" in empty.err
    assert empty.err.count("\n") == 1
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    run("add", tmp_path / "note.md", data=own_data)
    assert "1\u00a0document," in run("index", "--no-starter", data=own_data).out
    assert verify(current_generation(own_data / "index")).documents == 1
