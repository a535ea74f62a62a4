"""Our own engine, in process, on a data folder: nothing between the question and the answer but the program."""

import hashlib
import time
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import bot
import corpus
import index
import ingest
from bot.abstain import CALIBRATION
from bot.api.convert import hit_out
from bot.errors import BotError, QuoteMismatch
from bot.question import clean_question
from bot.schema import AnswerOut
from bot.service import Service
from bot.settings import Settings
from evals.errors import SystemDown
from evals.model import Failure, Outcome, Question, SystemInfo
from evals.systems.checks import checked
from evals.systems.identity import promised, system_info
from evals.systems.ports import Reply, StoredText
from evals.systems.reading import reply_of
from index.files import file_sha256
from index.table import PassageTable
from ingest.model import Document, DocumentKind

RETRIEVED = 10
"""Passages kept of each search, as many as the scores look at."""
_HEADS = 1_000
_CODE = {".py", ".json", ".toml", ".csv"}


def code_digest() -> str:
    """SHA-256 over the program that answers and its tables: two runs under one digest ran the same code."""
    digest = hashlib.sha256()
    for package in (corpus, ingest, index, bot):
        folder = Path(str(package.__file__)).parent
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _CODE):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def corpus_digest(table: PassageTable) -> str:
    """SHA-256 over the ids of the documents, which are digests of their content."""
    ids: list[str] = []
    while heads := table.heads(offset=len(ids), limit=_HEADS):
        ids += (head.id for head in heads)
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


class TableLibrary:
    """The stored texts of an open index."""

    def __init__(self, table: PassageTable) -> None:
        self._table = table

    def stored(self, document_id: str) -> StoredText | None:
        """The text of a document, None when the index does not hold it."""
        document = self._table.document(document_id)
        return None if document is None else _stored(document)


def _stored(document: Document) -> StoredText:
    pages = tuple((page.number, page.start, page.end) for page in document.pages)
    return StoredText(document.text, pages, next(iter(document.attributes.get("emergency", ())), None))


class Engine:
    """Our engine on the index of a data folder.

    Raises:
        SystemDown: no index serves there.
    """

    def __init__(self, settings: Settings) -> None:
        self._service = Service(settings)
        self._service.refresh()
        if not self._service.ready:
            raise SystemDown(
                self._service.problem or f"{settings.data_dir} : aucun index ; lancez « cybervigie index »"
            )
        self._held = ExitStack()
        self._answerer = self._held.enter_context(self._service.answerer())
        table = self._answerer.engine.table
        self._library = TableLibrary(table)
        self._corpus_digest = corpus_digest(table)
        manifest = self._answerer.engine.manifest
        self._info = system_info(
            "engine",
            f"CyberVigie {version('cybervigie')}",
            identity={
                "corpus": self._corpus_digest,
                "model": manifest.model_digest,
                "calibration": file_sha256(CALIBRATION),
                "code": code_digest(),
                "region": settings.region,
            },
            details={
                "generation": manifest.generation,
                "built_at": manifest.built_at,
                "model": manifest.model,
                "documents": str(manifest.documents),
                "passages": str(manifest.passages),
            }
            | promised(self._promise()),
        )

    def _promise(self) -> Mapping[str, float]:
        """The rates that ``/v1/meta`` promises on these texts."""
        _, _, kinds = self._answerer.engine.table.counts()
        calibration = self._answerer.calibration
        return calibration.promise if DocumentKind.OFFICIAL in kinds else calibration.promise_starter

    @property
    def info(self) -> SystemInfo:
        """The program, its calibration, its model and its texts."""
        return self._info

    @property
    def corpus_digest(self) -> str | None:
        """Digest of the texts."""
        return self._corpus_digest

    def ask(self, question: Question) -> Reply:
        """The answer, and what the search found for a question that stands alone."""
        begun = time.perf_counter()
        try:
            answer = self._answerer.ask(question.text, question.history)
            elapsed = (time.perf_counter() - begun) * 1e3
            content = AnswerOut.model_validate(answer).model_dump(mode="json")
            content["latency_ms"] = round(elapsed, 2)
            content["retrieved"] = self._retrieved(question)
            reply = reply_of(content, question.id)
        except QuoteMismatch as error:
            return Reply(
                Outcome(question.id, failure=Failure("defect", f"citation hors de sa place : {error.message}"))
            )
        except BotError as error:
            return Reply(Outcome(question.id, failure=Failure("refused", error.message)))
        except Exception as error:
            # A suite of hundreds of questions tells the defect and goes on; the message could hold the question.
            return Reply(Outcome(question.id, failure=Failure("defect", type(error).__name__)))
        texts = (question.text, *(turn.question for turn in question.history))
        return Reply(checked(reply.outcome, self._library), reply.shown, tuple(map(self._masked, texts)))

    def _masked(self, text: str) -> str:
        """A question as the program searches with it."""
        try:
            return self._answerer.searchable(text).text
        except BotError:
            # Nothing but identifiers: once they are masked there is nothing to search for.
            return ""

    def _retrieved(self, question: Question) -> list[dict[str, object]] | None:
        if question.history:
            # What was searched is the question completed by the program, which it does not show.
            return None
        found = []
        for hit in self._answerer.engine.search(clean_question(question.text), RETRIEVED):
            document = self._answerer.engine.table.document(hit.passage.document_id)
            assert document is not None
            found.append(hit_out(hit, document, self._answerer.hosts).model_dump(mode="json"))
        return found

    def close(self) -> None:
        """Close the index."""
        self._held.close()
        self._service.stop()
