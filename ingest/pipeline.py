"""From files to stored documents: read, normalise, name, store."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import IngestError, ParseError
from ingest.fields import partial_date
from ingest.markdown import parse_markdown
from ingest.model import Document, DocumentKind, ParsedDocument
from ingest.publishers import MANIFEST, is_official
from ingest.reader import ReadDocument, read_path
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore, Outcome
from ingest.text import assemble, clean

LOCAL_PUBLISHER = "Votre structure"
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Given:
    """What the operator says of the files, over what the files say of themselves."""

    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    date: str | None = None
    kind: DocumentKind | None = None
    manifest: Path = MANIFEST
    """The manifest whose publishers are official."""


@dataclass(slots=True)
class Report:
    """What a run did. ``errors`` holds what could not be read; ``warnings`` are (subject, French text)."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    removed: int = 0
    errors: list[IngestError] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Documents read, whether new, changed or already known."""
        return sum(self.outcomes.values())


def build_document(read: ReadDocument, given: Given = Given(), *, now: datetime | None = None) -> Document:
    """The document of a file that was read.

    A file is official when it names a publisher of the manifest (``given.manifest``) or when the operator says
    so; any other is a document of the operator (``local``): nobody's file becomes "official" by accident.

    Raises:
        ParseError: the file holds no text.
    """
    parsed = replace(read.parsed, url=given.url or read.parsed.url, date=given.date or read.parsed.date)
    if not any(block.text for block in parsed.blocks):
        raise ParseError(read.subject, "aucun texte lisible ; vérifiez le fichier (document numérisé, page vide ?)")
    publisher = given.publisher or parsed.publisher
    if DocumentKind.DIGEST in (given.kind, parsed.kind):
        raise ParseError(
            read.subject, "« digest » est réservé aux résumés livrés avec CyberVigie ; mettez « official » ou « local »"
        )
    if parsed.date is not None and partial_date(parsed.date) is None:
        raise ParseError(read.subject, "date illisible ; écrivez AAAA, AAAA-MM ou AAAA-MM-JJ")
    kind = given.kind or parsed.kind or _presumed(publisher, given)
    title = clean(given.title or parsed.title or "") or read.path.stem
    return assemble(
        parsed,
        source_id=_source_id(read, parsed),
        kind=kind,
        publisher=clean(publisher or LOCAL_PUBLISHER),
        title=title,
        media_type=read.media_type,
        raw_sha256=hashlib.sha256(read.raw).hexdigest(),
        retrieved_at=(now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _presumed(publisher: str | None, given: Given) -> DocumentKind:
    return DocumentKind.OFFICIAL if is_official(publisher, given.manifest) else DocumentKind.LOCAL


def _source_id(read: ReadDocument, parsed: ParsedDocument) -> str:
    """The text's name across its versions: its own id, else its address, else its file."""
    if parsed.source_id:
        return parsed.source_id
    if parsed.url and read.line is None:
        return parsed.url
    # Two "index.html" of two folders are two documents, in one run or in two; the path itself stays out of the id.
    place = hashlib.sha256(str(read.path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    name = f"file:{read.path.name}@{place}"
    return name if read.line is None else f"{name}:{read.line}"


def add_paths(
    store: DocumentStore,
    paths: Iterable[Path],
    *,
    given: Given = Given(),
    sandbox: Sandbox,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Read files and folders into the store; what fails is reported and the rest goes on."""
    report = Report()
    names: dict[str, tuple[str, str]] = {}
    for path in paths:
        batch: list[ReadDocument] = []
        for found in read_path(path, sandbox):
            if isinstance(found, IngestError):
                report.errors.append(found)
                continue
            batch.append(found)
            # Lines are short and many; a file is stored as soon as it is read.
            if found.line is None or len(batch) >= _BATCH:
                _store(store, batch, given, report, names)
                batch.clear()
            progress(found.subject)
        _store(store, batch, given, report, names)
    return report


def _store(
    store: DocumentStore, batch: list[ReadDocument], given: Given, report: Report, names: dict[str, tuple[str, str]]
) -> None:
    """Store a batch. ``names``: source id -> (subject, document id) of what this run has stored, so that no file of
    it silently replaces another."""
    with store.transaction():
        for read in batch:
            try:
                document = build_document(read, given)
                _check_name(document, read.subject, names)
            except ParseError as error:
                report.errors.append(error)
                continue
            report.warnings.extend((read.subject, warning) for warning in document.warnings)
            # A line of a JSON Lines file is stored whole in the document; only real files are worth keeping.
            raw = read.raw if read.line is None else None
            report.outcomes[store.put(document, raw=raw)] += 1


def _check_name(document: Document, subject: str, names: dict[str, tuple[str, str]]) -> None:
    known, text = names.setdefault(document.source_id, (subject, document.id))
    if text != document.id:
        cure = (
            "ajoutez-les séparément si l’un remplace l’autre, sinon donnez-leur des noms, « id » ou « url » différents"
        )
        raise ParseError(subject, f"même identifiant que « {known} », non ajouté ; {cure}")


def sync_starter(store: DocumentStore, folder: Path) -> Report:
    """Bring the starter corpus of the program into the store; digests that are gone leave it.

    Raises:
        ParseError: a digest cannot be read (a defect of the program's own files).
    """
    report = Report()
    present = set()
    with store.transaction():
        for path in sorted(folder.glob("*.md")):
            document = starter_document(path)
            present.add(document.source_id)
            report.outcomes[store.put(document, collection="starter")] += 1
        for summary in store.summaries("starter"):
            if summary.source_id not in present:
                store.remove(summary.source_id)
                report.removed += 1
    return report


def starter_document(path: Path) -> Document:
    """The document of one digest.

    Raises:
        ParseError: the file is not a digest.
    """
    raw = path.read_bytes()
    parsed = parse_markdown(raw.decode("utf-8"), name=path.name)
    if not parsed.publisher or not parsed.title or not parsed.url:
        raise ParseError(path.name, "fiche sans éditeur, titre ou adresse ; complétez son en-tête")
    reviewed = parsed.attributes.get("reviewed", ())
    return assemble(
        parsed,
        source_id=f"starter:{path.stem}",
        kind=DocumentKind.DIGEST,
        publisher=parsed.publisher,
        title=parsed.title,
        media_type="text/markdown",
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        retrieved_at=f"{reviewed[0]}T00:00:00Z" if reviewed else None,
    )
