import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import IngestError, LimitError, ParseError, UnknownFormat
from ingest.reader import ReadDocument, SizeLimits, file_format, read_path
from ingest.sandbox import Format, Sandbox

PdfMaker = Callable[..., bytes]


def lines(count: int) -> bytes:
    return b"\n".join(json.dumps({"id": str(n), "text": f"Texte {n}."}).encode() for n in range(count))


@pytest.fixture
def folder(tmp_path: Path, make_pdf: PdfMaker) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("caché")
    (tmp_path / "a.md").write_text("# Note\n\nUn texte.")
    (tmp_path / "b" / "c.pdf").write_bytes(make_pdf(lambda canvas: canvas.drawString(60, 600, "Un texte.")))
    (tmp_path / "b" / "d.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "e.jsonl").write_bytes(lines(2) + b"\n{oops\n" + lines(1))
    (tmp_path / "f.HTM").write_text("<h1>Page</h1><p>Un texte.</p>")
    (tmp_path / "g.jsonl.gz").write_bytes(gzip.compress(lines(1)))
    (tmp_path / "h.html").write_bytes(b"")
    return tmp_path


def test_folder_in_order_with_errors_among_documents(folder: Path, sandbox: Sandbox) -> None:
    found = list(read_path(folder, sandbox))
    assert [item.subject for item in found] == [
        "a.md",
        "e.jsonl, ligne 1",
        "e.jsonl, ligne 2",
        "e.jsonl, ligne 3",
        "e.jsonl, ligne 4",
        "f.HTM",
        "g.jsonl.gz, ligne 1",
        "h.html",
        "b/c.pdf",
        "b/d.docx",
    ]
    errors = [item for item in found if isinstance(item, IngestError)]
    assert [type(error) for error in errors] == [ParseError, ParseError, UnknownFormat]
    assert "PDF (.pdf)" in str(errors[-1])


def test_document_keeps_its_bytes(folder: Path, sandbox: Sandbox) -> None:
    by_subject = {item.subject: item for item in read_path(folder, sandbox) if isinstance(item, ReadDocument)}
    page, note, line = by_subject["f.HTM"], by_subject["a.md"], by_subject["e.jsonl, ligne 4"]
    assert (page.media_type, page.raw, page.path, page.line) == (
        "text/html",
        (folder / "f.HTM").read_bytes(),
        folder / "f.HTM",
        None,
    )
    assert (note.media_type, by_subject["b/c.pdf"].media_type) == ("text/markdown", "application/pdf")
    assert (line.media_type, line.line, line.raw) == ("text/markdown", 4, lines(1))
    assert line.parsed.source_id == "0"


def test_single_file_missing_file_and_unknown_file(folder: Path, sandbox: Sandbox) -> None:
    (only,) = read_path(folder / "a.md", sandbox)
    assert isinstance(only, ReadDocument)
    (missing,) = read_path(folder / "absent.md", sandbox)
    assert isinstance(missing, ParseError)
    assert "introuvable" in missing.reason
    (unknown,) = read_path(folder / "b" / "d.docx", sandbox)
    assert isinstance(unknown, UnknownFormat)


def test_size_limits(folder: Path, sandbox: Sandbox) -> None:
    sizes = SizeLimits(html=10, pdf=10, markdown=10, jsonl=10)
    found = list(read_path(folder, sandbox, sizes))
    assert not any(isinstance(item, ReadDocument) for item in found)
    assert sum(isinstance(item, LimitError) for item in found) == 5


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.html", b"%PDF-1.7", Format.PDF),
        ("a", b"\xef\xbb\xbf\n<!DOCTYPE html>", Format.HTML),
        ("a.MARKDOWN", b"", Format.MARKDOWN),
        ("a.ndjson", b"{}", Format.LINES),
        ("a.jsonl.gz", b"\x1f\x8b", Format.LINES),
        ("a.gz", b"\x1f\x8b", None),
        ("a.txt", b"texte", None),
        ("a.json", b"{}", None),
    ],
)
def test_format(name: str, head: bytes, expected: Format | None) -> None:
    assert file_format(Path(name), head) is expected


def test_official_folder(official: Path, sandbox: Sandbox) -> None:
    found = list(read_path(official / "raw", sandbox))
    errors = [item for item in found if isinstance(item, IngestError)]
    assert len([item for item in found if isinstance(item, ReadDocument)]) == 20
    assert all(isinstance(error, UnknownFormat) for error in errors)
