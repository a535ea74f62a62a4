import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import IngestError, ParseError, UnknownFormat
from ingest.model import BlockKind, DocumentKind, ParsedBlock, ParsedDocument
from ingest.pipeline import (
    LOCAL_PUBLISHER,
    Given,
    Report,
    add_paths,
    build_document,
    starter_document,
    sync_starter,
)
from ingest.reader import ReadDocument
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore, Outcome

STARTER = Path(__file__).parents[2] / "corpus" / "starter"
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def read(*texts: str, line: int | None = None, **fields: Any) -> ReadDocument:
    blocks = tuple(ParsedBlock(BlockKind.PARAGRAPH, text) for text in texts)
    parsed = ParsedDocument(**{"title": None, "blocks": blocks, **fields})
    subject = "note.md" if line is None else f"note.jsonl, ligne {line}"
    path = Path("somewhere") / subject.split(",")[0]
    return ReadDocument(parsed, "text/markdown", b"raw", path, subject, line)


def add(store: DocumentStore, sandbox: Sandbox, *paths: Path, **given: Any) -> Report:
    return add_paths(store, paths, given=Given(**given), sandbox=sandbox)


def lines(path: Path, *documents: dict[str, object] | str) -> Path:
    written = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in documents]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("fields", "given", "kind", "publisher"),
    [
        ({}, Given(), DocumentKind.LOCAL, LOCAL_PUBLISHER),
        ({"publisher": "CNIL"}, Given(), DocumentKind.OFFICIAL, "CNIL"),
        ({"publisher": "CNIL", "kind": DocumentKind.LOCAL}, Given(), DocumentKind.LOCAL, "CNIL"),
        ({}, Given(publisher="CNIL"), DocumentKind.OFFICIAL, "CNIL"),
        ({"publisher": "CNIL"}, Given(publisher="CNIL"), DocumentKind.OFFICIAL, "CNIL"),
        ({"publisher": "CNIL"}, Given(kind=DocumentKind.LOCAL), DocumentKind.LOCAL, "CNIL"),
        ({"publisher": "MSP des Tilleuls"}, Given(), DocumentKind.LOCAL, "MSP des Tilleuls"),
        (
            {"publisher": "ANS (Agence du numérique en santé)"},
            Given(),
            DocumentKind.OFFICIAL,
            "ANS (Agence du numérique en santé)",
        ),
        ({}, Given(kind=DocumentKind.OFFICIAL), DocumentKind.OFFICIAL, LOCAL_PUBLISHER),
        ({"kind": DocumentKind.OFFICIAL}, Given(kind=DocumentKind.LOCAL), DocumentKind.LOCAL, LOCAL_PUBLISHER),
    ],
)
def test_no_file_becomes_official_by_accident(
    fields: dict[str, Any], given: Given, kind: DocumentKind, publisher: str
) -> None:
    document = build_document(read("Texte.", **fields), given)
    assert (document.kind, document.publisher) == (kind, publisher)


def test_what_the_operator_says_comes_before_what_the_file_says() -> None:
    file = read("Texte.", title="Titre", url="https://a.example/", date="2020")
    given = Given(title="  Mon\u200b titre ", url="https://b.example/", date="2024-05")
    document = build_document(file, given, now=NOW)
    assert (document.title, document.url, document.date) == ("Mon titre", "https://b.example/", "2024-05")
    assert document.source_id == "https://b.example/"
    assert document.retrieved_at == "2026-11-24T12:30:00Z"
    plain = build_document(file)
    assert (plain.title, plain.url, plain.date) == ("Titre", "https://a.example/", "2020")
    assert build_document(read("Texte.")).title == "note"


def test_a_document_is_named_by_its_id_else_its_address_else_its_file() -> None:
    assert build_document(read("T.", source_id="x", url="https://a.example/")).source_id == "x"
    assert build_document(read("T.", url="https://a.example/")).source_id == "https://a.example/"
    assert re.fullmatch(r"file:note\.md@[0-9a-f]{8}", build_document(read("T.")).source_id)
    assert build_document(read("T.", line=3, source_id="x")).source_id == "x"
    assert build_document(read("T.", line=3, url="https://a.example/")).source_id.endswith(":3")


def test_the_hour_of_reading_is_not_part_of_the_id() -> None:
    assert build_document(read("T."), now=NOW).id == build_document(read("T.")).id


@pytest.mark.parametrize("texts", [(), ("",), ("", "")])
def test_a_document_without_text_is_refused(texts: tuple[str, ...]) -> None:
    with pytest.raises(ParseError, match=r"note\.md : aucun texte lisible ; vérifiez le fichier"):
        build_document(read(*texts))


def test_a_folder_of_every_format(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    (files / "procedure.md").write_text("# Procédure\n\nAppelez le secrétariat.\n", encoding="utf-8")
    (files / "sub").mkdir()
    (files / "sub" / "page.html").write_text(
        "<html lang=fr><head><title>Page</title></head><body><main><h1>Page</h1><p>Un texte de page assez long pour"
        " être lu.</p></main></body></html>",
        encoding="utf-8",
    )
    lines(files / "faq.jsonl", {"id": "f1", "publisher": "CNIL", "title": "Une question", "text": "Une réponse."})
    (files / ".hidden.md").write_text("caché", encoding="utf-8")
    report = add(store, sandbox, files)
    assert report.errors == []
    assert (report.stored, report.outcomes[Outcome.ADDED]) == (3, 3)
    kinds = {summary.source_id.removeprefix("file:").split("@")[0]: summary.kind for summary in store.summaries()}
    assert kinds == {
        "procedure.md": DocumentKind.LOCAL,
        "page.html": DocumentKind.LOCAL,
        "f1": DocumentKind.OFFICIAL,
    }
    again = add(store, sandbox, files)
    assert again.outcomes == {Outcome.ADDED: 0, Outcome.UPDATED: 0, Outcome.UNCHANGED: 3}


def test_kind_and_publisher_given_for_a_run(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    (files / "a.md").write_text("Un texte.", encoding="utf-8")
    add(store, sandbox, files / "a.md", kind=DocumentKind.OFFICIAL, publisher="ARS")
    (summary,) = store.summaries()
    assert (summary.kind, summary.publisher) == (DocumentKind.OFFICIAL, "ARS")


def test_a_changed_file_takes_its_own_place(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    path = files / "a.md"
    for text, outcome in (("Un.", Outcome.ADDED), ("Deux.", Outcome.UPDATED), ("Deux.", Outcome.UNCHANGED)):
        path.write_text(text, encoding="utf-8")
        assert add(store, sandbox, path).outcomes[outcome] == 1
    assert [document.text for document in store.documents()] == ["Deux."]


def test_lines_with_the_same_address_are_kept_apart(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    url = "https://www.cnil.fr/faq"
    path = lines(
        files / "faq.jsonl",
        {"publisher": "CNIL", "url": url, "text": "Une réponse."},
        {"publisher": "CNIL", "url": url, "text": "Une autre."},
        {"id": "x", "publisher": "CNIL", "url": url, "text": "Une troisième."},
    )
    assert add(store, sandbox, path).outcomes[Outcome.ADDED] == 3
    stored = list(store.documents())
    assert [(d.text, d.url) for d in stored] == [("Une réponse.", url), ("Une autre.", url), ("Une troisième.", url)]
    assert [d.source_id.split(":")[-1] for d in stored] == ["1", "2", "x"]


def test_a_bad_line_is_named_and_the_rest_is_stored(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    path = lines(
        files / "faq.jsonl",
        {"id": "a", "text": "Bon."},
        "{not json",
        {"id": "c"},
        {"id": "d", "text": "Bon.", "date": "hier"},
        {"id": "e", "text": "Bon aussi."},
    )
    (files / "image.png").write_bytes(b"\x89PNG")
    report = add(store, sandbox, path, files / "image.png", files / "absent.md")
    assert [document.source_id for document in store.documents()] == ["a", "e"]
    assert [error.subject for error in report.errors] == [
        "faq.jsonl, ligne 2",
        "faq.jsonl, ligne 3",
        "faq.jsonl, ligne 4",
        "image.png",
        "absent.md",
    ]
    assert all(isinstance(error, IngestError) and error.reason for error in report.errors)
    assert isinstance(report.errors[3], UnknownFormat)


def test_files_of_one_name_in_two_folders_are_two_documents(
    store: DocumentStore, files: Path, sandbox: Sandbox
) -> None:
    for name in ("a", "b"):
        (files / name).mkdir()
        (files / name / "index.md").write_text(f"Texte {name}.", encoding="utf-8")
    assert add(store, sandbox, files).outcomes[Outcome.ADDED] == 2
    assert {document.text for document in store.documents()} == {"Texte a.", "Texte b."}


def test_no_file_of_a_run_silently_replaces_another(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    for name in ("a", "b"):
        (files / name).mkdir()
        (files / name / "note.md").write_text(f"Texte {name}.", encoding="utf-8")
    shutil.copy(files / "a" / "note.md", files / "note.md")
    twice = lines(
        files / "faq.jsonl", {"id": "x", "text": "Un."}, {"id": "x", "text": "Deux."}, {"id": "x", "text": "Un."}
    )
    report = add(store, sandbox, files / "a" / "note.md", twice)
    again = add(store, sandbox, files / "b" / "note.md", files / "note.md")
    assert again.errors == []
    assert again.outcomes[Outcome.ADDED] == 2
    assert [str(error).split(" ; ")[0] for error in report.errors] == [
        "faq.jsonl, ligne 2 : même identifiant que « faq.jsonl, ligne 1 », non ajouté",
    ]
    assert report.outcomes == {Outcome.ADDED: 2, Outcome.UPDATED: 0, Outcome.UNCHANGED: 1}
    assert sorted(document.text for document in store.documents()) == ["Texte a.", "Texte a.", "Texte b.", "Un."]


def test_a_removed_document_leaves_no_bytes_behind(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    (files / "a.md").write_text("Un texte.", encoding="utf-8")
    (files / "b.md").write_text("Un texte.", encoding="utf-8")
    add(store, sandbox, files)
    first, second = store.documents()
    assert first.raw_sha256 is not None
    store.remove(first.id)
    assert store.raw_path(first.raw_sha256).is_file(), "another document was read from the same bytes"
    store.remove(second.id)
    assert not store.raw_path(first.raw_sha256).exists()


@pytest.mark.parametrize("front", ["kind: digest", "date: hier matin"])
def test_what_a_file_may_not_say_of_itself_is_refused(
    store: DocumentStore, files: Path, sandbox: Sandbox, front: str
) -> None:
    (files / "a.md").write_text(f"---\n{front}\n---\nUn texte.", encoding="utf-8")
    report = add(store, sandbox, files)
    assert len(report.errors) == 1
    assert store.count() == 0


def test_files_are_kept_and_lines_are_not(store: DocumentStore, files: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    (files / "a.md").write_text("Un texte.", encoding="utf-8")
    lines(files / "b.jsonl", {"id": "b", "text": "Une ligne."})
    add(store, sandbox, files)
    document = next((d for d in store.documents() if d.source_id.startswith("file:a.md@")), None)
    assert document is not None
    assert document.raw_sha256 is not None
    assert store.raw_path(document.raw_sha256).read_text(encoding="utf-8") == "Un texte."
    raw = [path for path in (tmp_path / "data" / "raw").rglob("*") if path.is_file()]
    assert len(raw) == 1


def test_a_run_stopped_midway_keeps_what_it_had_read(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    for i in range(5):
        (files / f"{i}.md").write_text(f"Texte {i}.", encoding="utf-8")

    def stop(subject: str) -> None:
        if subject == "2.md":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_paths(store, [files], sandbox=sandbox, progress=stop)
    assert store.count() == 3


def test_warnings_name_their_document(store: DocumentStore, files: Path, sandbox: Sandbox) -> None:
    (files / "a.md").write_text("---\nurl: ftp://example.org\n---\n\nUn texte.\n", encoding="utf-8")
    ((subject, warning),) = add(store, sandbox, files).warnings
    assert subject == "a.md"
    assert "https://" in warning


def copied(tmp_path: Path, count: int) -> Path:
    folder = tmp_path / "starter"
    folder.mkdir()
    for path in sorted(STARTER.glob("*.md"))[:count]:
        shutil.copy(path, folder)
    return folder


def test_the_starter_corpus_is_added_updated_and_removed(store: DocumentStore, files: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path, 3)
    assert sync_starter(store, folder).outcomes[Outcome.ADDED] == 3
    assert sync_starter(store, folder).outcomes[Outcome.UNCHANGED] == 3
    first, second, _ = sorted(folder.glob("*.md"))
    first.write_text(first.read_text(encoding="utf-8") + "\nUn alinéa de plus.\n", encoding="utf-8")
    second.unlink()
    report = sync_starter(store, folder)
    assert (report.outcomes, report.removed) == ({Outcome.ADDED: 0, Outcome.UPDATED: 1, Outcome.UNCHANGED: 1}, 1)
    assert store.count() == 2


def test_the_operator_s_documents_are_left_alone_by_the_starter_corpus(
    store: DocumentStore, files: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    (files / "a.md").write_text("Un texte.", encoding="utf-8")
    add(store, sandbox, files)
    folder = copied(tmp_path, 2)
    sync_starter(store, folder)
    for path in folder.glob("*.md"):
        path.unlink()
    assert sync_starter(store, folder).removed == 2
    assert [document.text for document in store.documents()] == ["Un texte."]


def test_a_bad_digest_changes_nothing(store: DocumentStore, tmp_path: Path) -> None:
    folder = copied(tmp_path, 2)
    sync_starter(store, folder)
    (folder / "0.md").write_text("# Sans en-tête\n\nTexte.\n", encoding="utf-8")
    with pytest.raises(ParseError, match=r"0\.md : fiche sans éditeur, titre ou adresse ; complétez son en-tête"):
        sync_starter(store, folder)
    assert store.count() == 2


def test_a_digest_is_always_labelled_as_one() -> None:
    for path in sorted(STARTER.glob("*.md")):
        document = starter_document(path)
        assert document.kind is DocumentKind.DIGEST
        assert document.source_id == f"starter:{path.stem}"
        assert document.url is not None
        assert document.retrieved_at is not None
        assert document.retrieved_at.endswith("T00:00:00Z")


def test_official_documents_keep_their_publisher_and_lose_none(
    store: DocumentStore, sandbox: Sandbox, official: Path
) -> None:
    path = official / "documents-anssi-recyf-nis2.jsonl"
    report = add(store, sandbox, path)
    wanted = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert report.errors == []
    assert {document.source_id for document in store.documents()} == {one["id"] for one in wanted}
    assert {summary.kind for summary in store.summaries()} == {DocumentKind.OFFICIAL}
    assert {summary.publisher for summary in store.summaries()} == {one["publisher"] for one in wanted}
