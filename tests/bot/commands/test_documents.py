"""``add``, ``documents``, ``show``, ``remove``."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .small_site import write_manifest

Run = Callable[..., Any]

PROCEDURE = """---
title: "Procédure d’arrêt du serveur"
publisher: "Cabinet des Lilas"
url: https://intranet.exemple.fr/arret
date: "2026-01"
---

# Procédure d’arrêt du serveur

## Qui appeler ?

Le référent informatique du cabinet des Lilas est joignable tous les matins.
"""
HTML = """<!doctype html>
<html lang="fr"><head><title>Charte</title></head>
<body><main><h1>Charte</h1>
<p>Chaque poste du cabinet est verrouillé à midi, et le soir par la dernière personne qui s’en va.</p>
<p>Les mots de passe ne sont ni affichés, ni prêtés, ni envoyés par courriel, même à un collègue de confiance.</p>
</main></body></html>
"""
LINE = {
    "id": "l1",
    "publisher": "CNIL",
    "title": "Une fiche",
    "url": "https://www.cnil.fr/x",
    "licence": "LO",
    "lang": "fr",
    "text": "Le registre est tenu par écrit.",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "fichiers"
    folder.mkdir()
    (folder / "procedure.md").write_text(PROCEDURE, encoding="utf-8")
    (folder / "charte.html").write_text(HTML, encoding="utf-8")
    (folder / "fiches.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def listed(run: Run, data: Path) -> dict[str, dict[str, Any]]:
    result = run("documents", "--json", data=data)
    assert result.code == 0
    return {row["title"]: row for row in map(json.loads, result.out.splitlines())}


def test_files_are_added_once(run: Run, files: Path, data: Path) -> None:
    first = run("add", files, data=data)
    assert (first.code, first.err) == (0, "")
    assert "3\u00a0ajoutés" in first.out
    assert "cybervigie index" in first.out
    again = run("add", files, data=data)
    assert "3\u00a0inchangés" in again.out
    assert "cybervigie index" not in again.out
    kinds = {title: row["kind"] for title, row in listed(run, data).items()}
    assert kinds == {"Procédure d’arrêt du serveur": "local", "Charte": "local", "Une fiche": "official"}


def test_a_changed_file_replaces_its_old_text(run: Run, files: Path, data: Path) -> None:
    run("add", files, data=data)
    (files / "charte.html").write_text(HTML.replace("midi", "minuit"), encoding="utf-8")
    assert "1\u00a0remplacé" in run("add", files, data=data).out
    assert "minuit" in run("show", listed(run, data)["Charte"]["id"], "--text", data=data).out


def test_bad_files_are_named_and_the_others_added(run: Run, files: Path, data: Path) -> None:
    (files / "vide.html").write_text("", encoding="utf-8")
    (files / "casse.pdf").write_bytes(b"%PDF-1.4 rien")
    (files / "mauvais.jsonl").write_text(
        '{"id": 1}\nrien\n' + json.dumps({**LINE, "id": "l2", "title": "Deux"}), encoding="utf-8"
    )
    result = run("add", files, data=data)
    assert result.code == 1
    for name in ("vide.html", "casse.pdf", "mauvais.jsonl, ligne 1", "mauvais.jsonl, ligne 2"):
        assert name in result.err, result.err
    assert "Traceback" not in result.err
    assert "4\u00a0ajoutés" in result.out
    assert "4\u00a0refusés" in result.out


def test_names_that_look_like_markup_are_shown_as_they_are(run: Run, tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "[bold]x["
    folder.mkdir()
    (folder / "[red]vide.html").write_text("", encoding="utf-8")
    result = run("add", folder, data=data)
    assert result.code == 1
    assert "[red]vide.html" in result.err
    (folder / "bon.html").write_text(HTML.replace("Charte", "[/red] Charte [bold]"), encoding="utf-8")
    run("add", folder / "bon.html", data=data)
    (title,) = listed(run, data)
    assert title == "[/red] Charte [bold]"
    key = listed(run, data)[title]["id"]
    for arguments in (("documents",), ("show", key), ("remove", key)):
        assert title in run(*arguments, data=data).out


def test_a_missing_file_is_named(run: Run, tmp_path: Path, data: Path) -> None:
    result = run("add", tmp_path / "absent.pdf", data=data)
    assert result.code == 1
    assert "absent.pdf" in result.err


def test_what_the_operator_says_of_a_file_wins(run: Run, files: Path, data: Path) -> None:
    given = (
        "--publisher",
        "ARS",
        "--title",
        "Notre charte",
        "--url",
        "https://a.fr/c",
        "--date",
        "2024-02",
        "--kind",
        "local",
    )
    assert run("add", files / "charte.html", *given, data=data).code == 0
    row = listed(run, data)["Notre charte"]
    assert (row["publisher"], row["url"], row["kind"]) == ("ARS", "https://a.fr/c", "local")


@pytest.mark.parametrize(
    "extra", [("--url", "http://a.fr"), ("--url", "javascript:x"), ("--title", "x"), ("--kind", "faux")]
)
def test_a_wrong_command_line_is_refused(run: Run, files: Path, data: Path, extra: tuple[str, str]) -> None:
    result = run("add", files / "charte.html", files / "procedure.md", *extra, data=data)
    assert result.code == 2
    assert result.err.startswith("cybervigie : ")
    assert not (data / "store").exists()


def test_documents_can_be_searched(run: Run, files: Path, data: Path) -> None:
    run("add", files, data=data)
    assert "Charte" in run("documents", data=data).out
    found = run("documents", "--search", "lilas", data=data).out
    assert "Procédure" in found
    assert "Charte" not in found
    assert "0\u00a0document" in run("documents", "-s", "zzz", data=data).out


def test_a_document_is_shown_by_id_or_source(run: Run, files: Path, data: Path) -> None:
    run("add", files, data=data)
    row = listed(run, data)["Procédure d’arrêt du serveur"]
    for key in (row["id"], row["source_id"]):
        shown = run("show", key, data=data)
        assert shown.code == 0
        for text in ("Cabinet des Lilas", "2026-01", "https://intranet.exemple.fr/arret", "Qui appeler"):
            assert text in shown.out
    text = run("show", row["id"], "--text", data=data).out
    assert "Le référent informatique du cabinet des Lilas" in text
    assert len(text.rstrip("\n")) == row["characters"]


def test_a_document_is_removed_once(run: Run, files: Path, data: Path) -> None:
    run("add", files, data=data)
    row = listed(run, data)["Charte"]
    assert run("remove", row["id"], data=data).code == 0
    assert "Charte" not in listed(run, data)
    again = run("remove", row["id"], data=data)
    assert again.code == 1
    assert re.fullmatch(rf"cybervigie : aucun document « {row['id']} » ; la liste : cybervigie documents\n", again.err)
    assert run("show", row["id"], data=data).code == 1


def test_a_folder_that_cannot_be_written_is_one_clear_line(run: Run, files: Path, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    result = run("add", files, data=tmp_path / "fichier")
    assert result.code == 1
    assert result.err.startswith("cybervigie : ")
    assert result.err.count("\n") == 1


def test_official_publishers_are_those_of_the_manifest_in_use(
    run: Run, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, publisher in (("un", "CNIL"), ("deux", "Agence de l’exemple")):
        (tmp_path / f"{name}.jsonl").write_text(
            json.dumps(
                {**LINE, "id": name, "url": f"https://www.cnil.fr/{name}", "title": name, "publisher": publisher}
            ),
            encoding="utf-8",
        )
    monkeypatch.setenv("CYBERVIGIE_SOURCES", str(write_manifest(tmp_path)))
    run("add", tmp_path / "un.jsonl", tmp_path / "deux.jsonl", data=data)
    kinds = {title: row["kind"] for title, row in listed(run, data).items()}
    assert kinds == {"un": "local", "deux": "official"}
