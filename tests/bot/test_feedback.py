"""What is kept of opinions on answers, for how long, and that it survives anything."""

import contextlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import FeedbackUnavailable
from bot.feedback import (
    RETENTION_DAYS,
    TALLY_DAYS,
    TEXT_MAX,
    Complaint,
    Feedback,
    FeedbackFile,
    Rating,
    Tally,
    storable,
)
from bot.model import Reason, Status

TODAY = date(2026, 3, 31)


class Clock:
    """A day that a test moves."""

    def __init__(self) -> None:
        self.day = TODAY

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path, clock: Clock) -> FeedbackFile:
    return FeedbackFile(tmp_path / "feedback" / "feedback.sqlite", today=clock)


def opinion(question: str = "", **changed: object) -> Feedback:
    values: dict[str, object] = {"answer_id": uuid.uuid4().hex, "rating": Rating.DOWN, "question": question}
    return Feedback(**values | changed)  # type: ignore[arg-type]


def everything_written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_feedback_comes_back_as_it_was(file: FeedbackFile) -> None:
    given = opinion(
        "Combien de temps garder un dossier ?",
        complaints=frozenset({Complaint.WRONG, Complaint.OUTDATED}),
        status=Status.NO_ANSWER,
        reason=Reason.WEAK,
        comment="Le délai a changé.",
    )
    file.add(given)
    (kept,) = file.texts()
    assert (kept.day, kept.feedback) == (TODAY, given)


def test_each_feedback_is_counted_once_and_each_complaint_too(file: FeedbackFile) -> None:
    complaints = frozenset({Complaint.WRONG, Complaint.OTHER})
    for _ in range(3):
        file.add(opinion(complaints=complaints, status=Status.ANSWERED))
    file.add(opinion(rating=Rating.UP))
    assert file.tallies() == (
        Tally("down", "answered", "", "", 3),
        Tally("down", "answered", "", "other", 3),
        Tally("down", "answered", "", "wrong", 3),
        Tally("up", "", "", "", 1),
    )
    assert file.texts() == ()


def test_a_second_opinion_on_an_answer_replaces_the_text_of_the_first(file: FeedbackFile) -> None:
    first = opinion("Qui peut lire le dossier ?", comment="ZORGLUB")
    file.add(first)
    file.add(opinion("Qui peut lire le dossier ?", answer_id=first.answer_id, rating=Rating.UP))
    (kept,) = file.texts()
    assert (kept.feedback.rating, kept.feedback.comment) == (Rating.UP, "")


def test_reading_creates_nothing(file: FeedbackFile, tmp_path: Path) -> None:
    assert (file.texts(), file.tallies(), file.prune()) == ((), (), 0)
    assert list(tmp_path.iterdir()) == []


def test_texts_live_thirty_days_and_leave_no_trace_on_the_disk(
    file: FeedbackFile, clock: Clock, tmp_path: Path
) -> None:
    file.add(opinion("Une question sur ZORGLUB"))
    assert b"ZORGLUB" in everything_written(tmp_path)
    clock.day = TODAY + timedelta(days=RETENTION_DAYS - 1)
    assert file.prune() == 0
    assert len(file.texts()) == 1
    clock.day = TODAY + timedelta(days=RETENTION_DAYS)
    # Too old is never shown, even before it is deleted.
    assert file.texts() == file.texts(date.min) == ()
    assert file.prune() == 1
    assert b"ZORGLUB" not in everything_written(tmp_path)
    assert [tally.times for tally in file.tallies()] == [1]


def test_counts_live_a_year(file: FeedbackFile, clock: Clock) -> None:
    file.add(opinion())
    clock.day = TODAY + timedelta(days=TALLY_DAYS - 1)
    file.prune()
    assert file.tallies()
    assert file.tallies(clock.day) == ()
    clock.day = TODAY + timedelta(days=TALLY_DAYS)
    file.prune()
    assert file.tallies() == ()


def test_since_chooses_texts(file: FeedbackFile, clock: Clock) -> None:
    file.add(opinion("Première question"))
    clock.day = TODAY + timedelta(days=5)
    file.add(opinion("Deuxième question"))
    assert [kept.feedback.question for kept in file.texts(clock.day)] == ["Deuxième question"]
    assert len(file.texts(TODAY)) == 2


def test_the_oldest_texts_leave_when_there_are_too_many(file: FeedbackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.feedback.TEXTS_MAX", 3)
    for n in range(8):
        file.add(opinion(f"Question {n}"))
    assert [kept.feedback.question for kept in file.texts()] == ["Question 5", "Question 6", "Question 7"]
    assert sum(tally.times for tally in file.tallies()) == 8


def test_only_the_owner_can_read(file: FeedbackFile, tmp_path: Path) -> None:
    path = tmp_path / "feedback" / "feedback.sqlite"
    previous = os.umask(0)
    try:
        file.add(opinion("Une question"))
        # A reader beside us keeps the write-ahead files of SQLite in place.
        with contextlib.closing(sqlite3.connect(path)) as beside:
            beside.execute("SELECT count(*) FROM texts").fetchone()
            file.add(opinion("Une autre"))
            modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    finally:
        os.umask(previous)
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    file.add(opinion())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["no data folder", "not a database", "a folder", "a row of the future"])
def test_what_cannot_be_used_is_told_without_a_word_of_a_feedback(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "feedback" / "feedback.sqlite"
    if damage == "no data folder":
        path = tmp_path / "absent" / "feedback" / "feedback.sqlite"
    elif damage == "not a database":
        path.parent.mkdir()
        path.write_text("ZORGLUB " * 1_000)
    elif damage == "a folder":
        path.mkdir(parents=True)
    file = FeedbackFile(path)
    if damage == "a row of the future":
        file.add(opinion("Une question"))
        with contextlib.closing(sqlite3.connect(path)) as beside, beside:
            beside.execute("UPDATE texts SET codes = 'ZORGLUB'")
        with pytest.raises(FeedbackUnavailable) as refused:
            file.texts()
    else:
        with pytest.raises(FeedbackUnavailable) as refused:
            file.add(opinion("ZORGLUB"))
    assert "ZORGLUB" not in str(refused.value)
    assert "feedback.sqlite" in refused.value.message
    assert not (tmp_path / "absent").exists()


def test_many_threads_lose_nothing(file: FeedbackFile) -> None:
    def send() -> None:
        for n in range(10):
            file.add(opinion(f"Question {n}"))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tally.times for tally in file.tallies()) == len(file.texts()) == 60


WRITER = """
import sys, uuid
from pathlib import Path
from bot.feedback import Complaint, Feedback, FeedbackFile, Rating
file = FeedbackFile(Path(sys.argv[1]))
while True:
    key = uuid.uuid4().hex
    file.add(Feedback(key, Rating.DOWN, frozenset({Complaint.WRONG}), question="Q " + key))
    print(key, flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "feedback" / "feedback.sqlite"
    choose = random.Random(3)
    told: set[str] = set()
    for _ in range(6):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            told.add(writer.stdout.readline().strip())
            time.sleep(choose.uniform(0, 0.15))
            writer.send_signal(signal.SIGKILL)
            # The last line may be cut.
            told |= {line.strip() for line in writer.stdout if line.endswith("\n")}
        file = FeedbackFile(path)
        texts = file.texts()
        counts = {tally.code: tally.times for tally in file.tallies()}
        assert told <= {kept.feedback.answer_id for kept in texts}
        # One transaction: a text is there with its count and its complaint, or not at all.
        assert counts == {"": len(texts), "wrong": len(texts)}
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (
            "Dossier de Mme Durand, 206127511100564 ?",
            "Dossier de Mme [nom masqué], [numéro de sécurité sociale masqué] ?",
        ),
        ("Écrire à jean@exemple.fr", "Écrire à [courriel masqué]"),
        # What cannot be seen hides no identifier.
        ("Appeler le 06 12\u200b 34 56 78", "Appeler le [téléphone masqué]"),
        ("Appeler le 3018 ou le 08 05 80 58 17", "Appeler le 3018 ou le 08 05 80 58 17"),
        ("\u200b \u202e", ""),
        ("a" * 5_000, "a" * TEXT_MAX),
    ],
)
def test_texts_are_cleaned_masked_and_bounded(written: str, stored: str) -> None:
    assert storable(written, frozenset({"0805805817"})) == stored
