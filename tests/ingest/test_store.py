import errno
import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ingest.errors import StoreError
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument, SectionMeta
from ingest.store import DocumentStore, Outcome
from ingest.text import assemble


def made(source_id: str = "s1", text: str = "Un texte.", publisher: str = "CNIL", title: str = "Titre") -> Document:
    blocks = (
        ParsedBlock(BlockKind.HEADING, "Partie", 2, meta=SectionMeta(questions=("q ?",))),
        ParsedBlock(BlockKind.PARAGRAPH, text),
    )
    parsed = ParsedDocument(
        title=title, blocks=blocks, url="https://example.org/é", date="2024-05", attributes={"topic": ("a", "b")}
    )
    return assemble(
        parsed,
        source_id=source_id,
        kind=DocumentKind.OFFICIAL,
        publisher=publisher,
        title=title,
        media_type="text/markdown",
        retrieved_at="2026-11-24T00:00:00Z",
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with DocumentStore(tmp_path / "data") as opened:
        yield opened


def test_a_document_comes_back_as_it_was(store: DocumentStore) -> None:
    document = made(text="Œuvre, été, 😀, «\u00a0x\u202f!\u00a0»")
    assert store.put(document) is Outcome.ADDED
    assert store.get(document.id) == document == store.get("s1")
    assert store.get("inconnu") is None
    assert store.count() == 1


def test_putting_the_same_again_changes_nothing(store: DocumentStore) -> None:
    assert store.put(made()) is Outcome.ADDED
    assert store.put(made()) is Outcome.UNCHANGED
    assert store.count() == 1


def test_a_new_version_takes_the_place_of_the_old(store: DocumentStore) -> None:
    old, new = made(), made(text="Un autre texte.")
    store.put(old)
    assert store.put(new) is Outcome.UPDATED
    assert (store.count(), store.get("s1"), store.get(old.id)) == (1, new, None)


def test_removal_by_either_id(store: DocumentStore) -> None:
    one, two = made("s1"), made("s2")
    store.put(one)
    store.put(two)
    summary = store.remove(one.id)
    assert summary is not None
    assert (summary.source_id, summary.title, summary.characters) == ("s1", "Titre", len(one.text))
    assert store.remove("s2") is not None
    assert store.remove("s2") is None
    assert store.count() == 0


def test_documents_come_by_source_and_summaries_by_publisher(store: DocumentStore) -> None:
    for source, publisher in (("c", "ANSSI"), ("a", "CNIL"), ("b", "ANSSI")):
        store.put(made(source, publisher=publisher))
    assert [document.source_id for document in store.documents()] == ["a", "b", "c"]
    assert [(summary.publisher, summary.source_id) for summary in store.summaries()] == [
        ("ANSSI", "b"),
        ("ANSSI", "c"),
        ("CNIL", "a"),
    ]


def test_collections_are_told_apart(store: DocumentStore) -> None:
    store.put(made("a"), collection="starter")
    store.put(made("b"))
    assert [summary.source_id for summary in store.summaries("starter")] == ["a"]
    assert [summary.source_id for summary in store.summaries("added")] == ["b"]
    assert store.summaries("autre") == []


def test_documents_may_change_while_they_are_read(store: DocumentStore) -> None:
    for source in "abc":
        store.put(made(source))
    seen = []
    for document in store.documents():
        seen.append(document.source_id)
        store.remove("b")
    assert seen == ["a", "c"]


def test_a_closed_store_opens_again_with_its_documents(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        store.put(made())
    with DocumentStore(tmp_path) as store:
        assert store.get("s1") == made()


def test_raw_bytes_are_kept_by_their_digest(store: DocumentStore) -> None:
    raw = b"%PDF-1.7 \x00\xff"
    store.put(made(), raw=raw)
    path = store.raw_path(hashlib.sha256(raw).hexdigest())
    assert path.read_bytes() == raw
    store.put(made("s2"), raw=raw)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_failed_write_of_raw_bytes_leaves_nothing(store: DocumentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="libérez de l’espace disque"):
        store.put(made(), raw=b"x")
    path = store.raw_path(hashlib.sha256(b"x").hexdigest())
    assert list(path.parent.iterdir()) == []
    assert store.count() == 0


def test_a_transaction_is_all_or_nothing(store: DocumentStore) -> None:
    store.put(made("a"))

    def stopped() -> None:
        with store.transaction():
            store.put(made("b"))
            store.remove("a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert [document.source_id for document in store.documents()] == ["a"]
    with store.transaction():
        store.put(made("b"))
        store.put(made("c"))
    assert store.count() == 3


def test_a_full_disk_undoes_the_transaction_and_the_store_still_works(store: DocumentStore) -> None:
    store.put(made("a"))
    pages = store.database.rows("PRAGMA page_count")[0][0]
    store.database.change(f"PRAGMA max_page_count = {pages + 1}")

    def fill() -> None:
        with store.transaction():
            for i in range(50):
                store.put(made(f"b{i}", text="mot " * 2000))

    with pytest.raises(StoreError, match="vérifiez l’espace disque"):
        fill()
    assert store.count() == 1
    store.database.change("PRAGMA max_page_count = 1000000")
    with store.transaction():
        store.put(made("c"))
    assert store.count() == 2


@pytest.mark.parametrize("content", [b"not a database" * 500, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_store_is_an_error_in_french(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "documents.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match=r"base de documents inaccessible .* vérifiez les droits et l’espace disque"):
        DocumentStore(tmp_path)
    assert (tmp_path / "documents.sqlite").read_bytes() == content


def test_a_folder_that_cannot_be_made_is_an_error_in_french(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="vérifiez les droits"):
        DocumentStore(tmp_path / "file" / "data")


def test_a_store_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "documents.sqlite")
    db.execute("PRAGMA user_version = 9")
    db.execute("CREATE TABLE other (x)")
    db.commit()
    db.close()
    before = (tmp_path / "documents.sqlite").read_bytes()
    with pytest.raises(StoreError, match="format 9 inconnu de cette version"):
        DocumentStore(tmp_path)
    assert (tmp_path / "documents.sqlite").read_bytes() == before


def test_a_damaged_page_is_an_error_in_french(tmp_path: Path) -> None:
    with DocumentStore(tmp_path) as store:
        for i in range(50):
            store.put(made(f"s{i:02}", text="mot " * 500))
    path = tmp_path / "documents.sqlite"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    with DocumentStore(tmp_path) as store, pytest.raises(StoreError, match="illisible"):
        list(store.documents())


def test_two_processes_may_write_one_after_the_other(tmp_path: Path, store: DocumentStore) -> None:
    with DocumentStore(tmp_path / "data") as other, store.transaction():
        store.put(made("a"))
        assert other.count() == 0
        waiting = threading.Thread(target=other.put, args=(made("b"),))
        waiting.start()
        store.put(made("c"))
        store.database.change("COMMIT")
        waiting.join(timeout=20)
        assert not waiting.is_alive()
        store.database.change("BEGIN")
    assert {document.source_id for document in store.documents()} == {"a", "b", "c"}


def kept(store: DocumentStore) -> set[str]:
    return {path.name for path in store.raw_path("0" * 64).parents[1].glob("*/*")}


def read_from(raw: bytes, source_id: str = "s1", text: str = "Un texte.") -> Document:
    return replace(made(source_id, text=text), raw_sha256=hashlib.sha256(raw).hexdigest())


def test_bytes_go_with_the_last_document_read_from_them(store: DocumentStore) -> None:
    for source_id in ("a", "b"):
        store.put(read_from(b"x", source_id), raw=b"x")
    store.put(read_from(b"y", "a", "Un autre."), raw=b"y")
    assert kept(store) == {hashlib.sha256(raw).hexdigest() for raw in (b"x", b"y")}
    store.remove("b")
    assert kept(store) == {hashlib.sha256(b"y").hexdigest()}
    store.remove("a")
    assert kept(store) == set()


def test_other_bytes_of_the_same_text_are_not_kept(store: DocumentStore) -> None:
    store.put(read_from(b"x"), raw=b"x")
    assert store.put(read_from(b"y"), raw=b"y") is Outcome.UNCHANGED
    assert kept(store) == {hashlib.sha256(b"x").hexdigest()}


def test_bytes_stay_until_the_transaction_that_removes_them_ends(store: DocumentStore) -> None:
    store.put(read_from(b"x"), raw=b"x")

    def stopped() -> None:
        with store.transaction():
            store.remove("s1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert len(kept(store)) == 1
    assert store.count() == 1
    with store.transaction():
        store.remove("s1")
        store.put(read_from(b"x", "s2"), raw=b"x")
    assert len(kept(store)) == 1


def test_bytes_that_someone_holds_outlive_the_document(store: DocumentStore) -> None:
    store.put(read_from(b"x"), raw=b"x")
    store.hold_raw("one", b"x")
    store.hold_raw("two", b"x")
    store.remove("s1")
    store.release_raw("one")
    assert len(kept(store)) == 1
    store.release_raw("unknown")
    store.release_raw("two")
    assert kept(store) == set()


def test_a_sweep_removes_what_nothing_names(store: DocumentStore) -> None:
    store.put(read_from(b"x"), raw=b"x")
    store.hold_raw("one", b"y")
    before = kept(store)
    path = store.raw_path("ab" * 32)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left")
    with store.transaction():
        store.sweep_raw()
        assert kept(store) > before
    assert kept(store) == before


def test_a_document_changes_its_collection(store: DocumentStore) -> None:
    store.put(made(), collection="crawl:one")
    assert store.put(made(), collection="crawl:two") is Outcome.UPDATED
    assert [summary.collection for summary in store.summaries()] == ["crawl:two"]


# As DocumentStore made it before it kept account of raw bytes.
FORMAT_1 = """
CREATE TABLE documents (
    source_id TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    publisher TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    characters INTEGER NOT NULL,
    collection TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX documents_collection ON documents (collection);
PRAGMA user_version = 1;
"""


def test_a_store_made_before_raw_bytes_were_held_opens(tmp_path: Path) -> None:
    document = read_from(b"x")
    with closing(sqlite3.connect(tmp_path / "documents.sqlite")) as db, db:
        db.executescript(FORMAT_1)
        row = (
            *(document.source_id, document.id, document.kind.value, document.publisher, document.title, document.url),
            *(len(document.text), "added", msgspec.json.encode(document)),
        )
        db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    with DocumentStore(tmp_path) as store:
        assert store.get("s1") == document
        store.hold_raw("one", b"x")
        store.put(read_from(b"x", "s2"), raw=b"x")
        store.release_raw("one")
        assert len(kept(store)) == 1
        assert store.count() == 2


def test_opening_a_store_does_not_wait_for_the_one_who_writes(tmp_path: Path, store: DocumentStore) -> None:
    with store.transaction():
        store.put(made())
        begun = time.monotonic()
        with DocumentStore(tmp_path / "data") as other:
            assert other.count() == 0
        assert time.monotonic() - begun < 10
