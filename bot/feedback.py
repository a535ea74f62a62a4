"""What users think of answers: counts by fixed codes, and, where operator and user agree, masked texts for a while.

One SQLite file, opened for each operation: nothing is held that a killed process could lose. A feedback is one
transaction, on disk when it is over. Deleted texts are overwritten (``secure_delete``), not only forgotten.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from bot import private_database
from bot.errors import FeedbackUnavailable
from bot.model import Reason, Status
from bot.privacy import mask
from ingest.text import clean

TEXT_MAX = 1_000
RETENTION_DAYS = 30
TALLY_DAYS = 365
TEXTS_MAX = 10_000
"""Texts kept at most: a visitor who sends without end must not fill the disk. The oldest leave first."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS tallies (day TEXT NOT NULL, rating TEXT NOT NULL, status TEXT NOT NULL, reason TEXT "
    "NOT NULL, code TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (day, rating, status, reason, code)) STRICT",
    "CREATE TABLE IF NOT EXISTS texts (number INTEGER PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, "
    "rating TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, codes TEXT NOT NULL, question TEXT NOT NULL, "
    "comment TEXT NOT NULL) STRICT",
)


class Rating(StrEnum):
    """Whether an answer helped."""

    UP = "up"
    DOWN = "down"


class Complaint(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    NOT_FOUND = "not_found"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """An opinion on one answer. ``question`` and ``comment`` are masked, and empty unless they may be kept."""

    answer_id: str
    rating: Rating
    complaints: frozenset[Complaint] = frozenset()
    status: Status | None = None
    reason: Reason | None = None
    question: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class KeptText:
    """A feedback with a text, and the day (UTC) when it came."""

    day: date
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a combination of codes came since a day. ``code`` is "" for the feedback itself, which counts once
    whatever it complains about, and a complaint otherwise."""

    rating: str
    status: str
    reason: str
    code: str
    times: int


def storable(text: str, public_phones: frozenset[str]) -> str:
    """A user's text as it may be stored: without invisible characters, identifiers masked, at most ``TEXT_MAX``
    characters."""
    return mask(clean(text), public_phones).text[:TEXT_MAX].rstrip()


def _today() -> date:
    return datetime.now(UTC).date()


class FeedbackFile:
    """The file of feedback, readable by its owner only. Safe to share between threads and processes.

    Every method raises FeedbackUnavailable when the file cannot be used. Only ``add`` creates it.
    """

    def __init__(self, path: Path, *, today: Callable[[], date] = _today) -> None:
        self._path = path
        self._today = today
        self._lock = threading.Lock()

    def add(self, feedback: Feedback) -> None:
        """Count a feedback, and keep its texts if it has any; a later text on the same answer replaces the earlier."""
        day = self._today().isoformat()
        labels = (feedback.rating.value, feedback.status or "", feedback.reason or "")
        codes = sorted(feedback.complaints)
        with self._transaction(create=True) as db:
            db.executemany(
                "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1",
                [(day, *labels, code) for code in ("", *codes)],
            )
            if feedback.question or feedback.comment:
                db.execute(
                    "INSERT OR REPLACE INTO texts (answer_id, day, rating, status, reason, codes, question, comment) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (feedback.answer_id, day, *labels, " ".join(codes), feedback.question, feedback.comment),
                )
                db.execute("DELETE FROM texts WHERE number <= (SELECT max(number) FROM texts) - ?", (TEXTS_MAX,))

    def prune(self) -> int:
        """Delete what is too old; the number of texts deleted."""
        if not self._path.exists():
            return 0
        with self._transaction() as db:
            deleted = db.execute("DELETE FROM texts WHERE day <= ?", (self._before(RETENTION_DAYS),)).rowcount
            db.execute("DELETE FROM tallies WHERE day <= ?", (self._before(TALLY_DAYS),))
        return deleted

    def texts(self, since: date | None = None) -> tuple[KeptText, ...]:
        """The texts kept, oldest first, from a day on; none that is too old, even if nothing was deleted lately."""
        if not self._path.exists():
            return ()
        first = max(since or date.min, self._today() - timedelta(days=RETENTION_DAYS - 1))
        with self._transaction() as db:
            rows = db.execute(
                "SELECT day, answer_id, rating, codes, status, reason, question, comment FROM texts WHERE day >= ? "
                "ORDER BY number",
                (first.isoformat(),),
            ).fetchall()
            return tuple(_kept(*row) for row in rows)

    def tallies(self, since: date | None = None) -> tuple[Tally, ...]:
        """What was counted, from a day on."""
        if not self._path.exists():
            return ()
        with self._transaction() as db:
            rows = db.execute(
                "SELECT rating, status, reason, code, sum(times) FROM tallies WHERE day >= ? "
                "GROUP BY rating, status, reason, code ORDER BY rating, status, reason, code",
                ((since or date.min).isoformat(),),
            ).fetchall()
        return tuple(Tally(*row) for row in rows)

    def _before(self, days: int) -> str:
        return (self._today() - timedelta(days=days)).isoformat()

    @contextmanager
    def _transaction(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction of a connection of its own, written to the disk when the block ends."""
        try:
            with self._lock:
                if create:
                    private_database.create(self._path)
                with private_database.transaction(self._path, _SCHEMA) as db:
                    yield db
        except (sqlite3.Error, OSError, ValueError) as error:
            # Not the message of the error: it could quote a value.
            raise FeedbackUnavailable(
                f"{self._path} : fichier des avis inutilisable ({type(error).__name__}) ; vérifiez les droits et "
                "l’espace disque, ou supprimez-le"
            ) from None


def _kept(
    day: str, answer_id: str, rating: str, codes: str, status: str, reason: str, question: str, comment: str
) -> KeptText:
    feedback = Feedback(
        answer_id=answer_id,
        rating=Rating(rating),
        complaints=frozenset(map(Complaint, codes.split())),
        status=Status(status) if status else None,
        reason=Reason(reason) if reason else None,
        question=question,
        comment=comment,
    )
    return KeptText(date.fromisoformat(day), feedback)
