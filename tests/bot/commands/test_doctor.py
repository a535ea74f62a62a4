"""``doctor``: what is wrong, and the command that mends it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.generation import current_generation
from index.prepare import model_folder

Run = Callable[..., Any]


def test_a_healthy_installation(run: Run, data_dir: Path) -> None:
    result = run("doctor", data=data_dir)
    assert result.code == 0
    assert "erreur" not in result.out
    for subject in ("CyberVigie", "Dossier de données", "Modèle", "Documents", "Index"):
        assert subject in result.out
    assert "fichiers intacts" in result.out
    assert "int8" in result.out


def test_nothing_is_there_yet(run: Run, tmp_path: Path) -> None:
    result = run("doctor", data=tmp_path / "data")
    assert result.code == 1
    assert "modèle non préparé" in result.out
    assert "aucun index" in result.out
    assert result.out.count("→ cybervigie index") == 2


def test_a_damaged_index(run: Run, own_data: Path) -> None:
    target = current_generation(own_data / "index") / "documents.sqlite"
    content = bytearray(target.read_bytes())
    content[5_000] ^= 1
    target.write_bytes(content)
    result = run("doctor", data=own_data)
    assert result.code == 1
    assert "fichier altéré" in result.out
    assert "→ cybervigie index" in result.out


def test_an_index_of_another_model(run: Run, own_data: Path) -> None:
    models = own_data / "models"
    original = models.resolve()
    models.unlink()
    shutil.copytree(model_folder(original, "bundled"), model_folder(models, "bundled"))
    card = model_folder(models, "bundled") / "model.json"
    content = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**content, "query_prompt": "question: "}), encoding="utf-8")
    result = run("doctor", data=own_data)
    assert result.code == 1
    assert "construit avec un autre modèle" in result.out
    asked = run("ask", "Faut-il tester ses sauvegardes ?", data=own_data)
    assert asked.code == 1
    assert "autre modèle" in asked.err


def test_a_damaged_model(run: Run, own_data: Path) -> None:
    models = own_data / "models"
    original = model_folder(models.resolve(), "bundled")
    models.unlink()
    folder = model_folder(models, "bundled")
    folder.mkdir(parents=True)
    for path in original.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    result = run("doctor", data=own_data)
    assert result.code == 1
    assert "altéré" in result.out


def test_documents_not_indexed_yet(run: Run, own_data: Path, tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("<title>N</title><p>Une note du cabinet.</p>", encoding="utf-8")
    run("add", tmp_path / "note.html", data=own_data)
    result = run("doctor", data=own_data)
    assert result.code == 0
    assert "attention" in result.out
    assert "enregistrés" in result.out
