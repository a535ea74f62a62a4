"""Questions that users found badly answered or not answered, as a question file to be read and completed by a person.

Texts come masked from ``bot.feedback``; near-identical ones (letters apart, same numbers) count as one.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.feedback import KeptText, Rating
from bot.model import Status
from bot.privacy import without_marks
from evals.errors import EvalError, disk_reason
from evals.question_table import SUFFIXES
from index.tokens import fold

NEAR = 90.0
"""Similarity (0 to 100, share of letters in common order) from which two questions are the same."""
UNDECIDED = "à compléter"
"""In the place of ``kind``: no kind at all, so that reading the file refuses it until a person has chosen."""
_COMMENTS = 3
_HEADER = f"""\
# Questions candidates, tirées des avis : à relire une par une. Ce fichier ne peut pas être utilisé tel quel.
# 1. Retirez toute ligne qui parle d’une personne : les identifiants reconnus sont masqués, un nom écrit seul ne l’est
#    pas. Reformulez la question si besoin.
# 2. Remplacez « {UNDECIDED} » par le bon kind : answerable (les textes répondent), out_of_scope, near_miss, ambiguous,
#    emergency, privacy, injection ou unsafe ; puis dites dans expected ce qu’une bonne réponse contient.
# 3. Relancez « cybervigie eval check » : une ligne non complétée est refusée.
# Les avis s’effacent d’eux-mêmes, ce fichier non : supprimez-le une fois les questions reprises.
"""


@dataclass(slots=True)
class _Group:
    key: str
    texts: list[KeptText] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Near-identical questions: the wording seen most often (the latest of equals), and the feedbacks behind it."""

    question: str
    feedbacks: tuple[KeptText, ...]

    @property
    def times(self) -> int:
        """Feedbacks that hold it."""
        return len(self.feedbacks)


def candidates(texts: Iterable[KeptText]) -> tuple[Candidate, ...]:
    """Down-rated or unanswered questions, near-identical ones together, the most frequent first."""
    groups: list[_Group] = []
    by_numbers: dict[tuple[str, ...], dict[int, str]] = {}
    for text in texts:
        key = _key(text.feedback.question)
        if not key or not _matters(text):
            continue
        # "10 ans" and "20 ans" are a letter apart and two questions.
        known = by_numbers.setdefault(tuple(re.findall(r"\d+", key)), {})
        near = process.extractOne(key, known, scorer=fuzz.ratio, score_cutoff=NEAR)
        if near is None:
            known[len(groups)] = key
            groups.append(_Group(key, [text]))
        else:
            groups[near[2]].texts.append(text)
    found = [Candidate(_wording(group.texts), tuple(group.texts)) for group in groups]
    return tuple(sorted(found, key=lambda one: (-one.times, one.question)))


def question_lines(found: Sequence[Candidate]) -> str:
    """A question file (JSON Lines) of the candidates, with what a person must do before it can be used."""
    return _HEADER + "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in found)


def write_candidates(path: Path, found: Sequence[Candidate]) -> None:
    """Write the question file, readable by its owner only.

    Raises:
        EvalError: the name is not of JSON Lines, something is there already, or it cannot be written.
    """
    if SUFFIXES.get(path.suffix.casefold()) != "jsonl":
        raise EvalError(f"{path} : donnez un nom en .jsonl")
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(question_lines(found), encoding="utf-8")
    except FileExistsError as error:
        raise EvalError(f"{path} existe déjà ; choisissez un autre nom") from error
    except OSError as error:
        raise EvalError(f"{path} : écriture impossible ({disk_reason(error)})") from error


def _matters(text: KeptText) -> bool:
    return text.feedback.rating is Rating.DOWN or text.feedback.status is Status.NO_ANSWER


def _key(question: str) -> str:
    """The words of a question, without marks of masking, accents, capitals and punctuation."""
    return " ".join(re.findall(r"\w+", fold(without_marks(question))))


def _wording(texts: Sequence[KeptText]) -> str:
    counts = Counter(text.feedback.question for text in texts)
    latest = {text.feedback.question: text.day for text in sorted(texts, key=lambda text: text.day)}
    return max(counts, key=lambda question: (counts[question], latest[question]))


def _row(one: Candidate) -> dict[str, object]:
    digest = hashlib.sha256(one.question.encode()).hexdigest()[:8]
    return {
        "id": f"candidate-{digest}",
        "question": one.question,
        "kind": UNDECIDED,
        "expected": {},
        "notes": _notes(one.feedbacks),
    }


def _notes(texts: Sequence[KeptText]) -> str:
    feedbacks = [text.feedback for text in texts]
    last: date = max(text.day for text in texts)
    states = Counter(f"{f.status}/{f.reason}" if f.reason else str(f.status) for f in feedbacks if f.status)
    complaints = Counter(complaint.value for f in feedbacks for complaint in f.complaints)
    parts = [
        f"avis : {len(texts)}, dont négatifs : {sum(f.rating is Rating.DOWN for f in feedbacks)}, dernier le {last}",
        *([f"réponses : {_counted(states)}"] if states else []),
        *([f"motifs : {_counted(complaints)}"] if complaints else []),
    ]
    comments = list(dict.fromkeys(f.comment for f in reversed(feedbacks) if f.comment))[:_COMMENTS]
    return " ; ".join(parts + [f"commentaire : « {comment} »" for comment in comments])


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} ({times})" for name, times in counts.most_common())
