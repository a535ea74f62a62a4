"""Runs made by hand: a question, what a system did with it, and the run that holds both."""

from typing import Any

from bot.model import Status
from evals.model import Expected, Kind, Outcome, Question, QuestionFile, Quote, Retrieved, Run, RunMeta, SystemInfo

ANSWER = "Voici ce que disent les textes officiels\u00a0:\n\nCNIL\u00a0:\n«\u00a0{quote}\u00a0» [1]"
WORDS = "Le cabinet conserve les dossiers vingt ans"


def question(number: int | str = 1, kind: Kind = Kind.ANSWERABLE, **fields: Any) -> Question:
    """A question; ``expected``: facts, quotes, documents and the rest, by name."""
    expected = Expected(**fields.pop("expected", {}))
    name = number if isinstance(number, str) else f"q-{number}"
    return Question(name, fields.pop("text", f"Question {name}"), kind, expected, **fields)


def quote(text: str = WORDS, **fields: Any) -> Quote:
    """A citation that was checked and holds."""
    checked = {"marker": 1, "verbatim": True, "located": True, "page_right": True, "facts": ()}
    return Quote(text=text, **(checked | fields))


def found(*facts: tuple[str, ...] | None) -> tuple[Retrieved, ...]:
    """A search whose passages carry these facts, best first."""
    return tuple(Retrieved(rank, title=f"Titre {rank}", facts=carried) for rank, carried in enumerate(facts, start=1))


def answered(asked: Question, *quotes: Quote, confidence: float = 0.9, **fields: Any) -> Outcome:
    """An answer made of quotes."""
    quotes = quotes or (quote(),)
    given = {
        "status": Status.ANSWERED,
        "answer": ANSWER.format(quote=quotes[0].text),
        "quotes": quotes,
        "confidence": confidence,
        "notices": (),
        "generated": False,
        "latency_ms": 20.0,
    }
    return Outcome(asked.id, **(given | fields))


def refused(asked: Question, confidence: float = 0.1, **fields: Any) -> Outcome:
    """A refusal."""
    given = {"status": Status.NO_ANSWER, "confidence": confidence, "notices": (), "generated": False, "latency_ms": 5.0}
    return Outcome(asked.id, **(given | fields))


def run_of(*pairs: tuple[Question, Outcome], **meta: Any) -> Run:
    """The complete run of some questions."""
    questions = tuple(asked for asked, _ in pairs)
    given: dict[str, Any] = {
        "format": 1,
        "system": SystemInfo("engine", "CyberVigie 1.0", "s" * 64, {"model": "m" * 16}, {"documents": "133"}),
        "files": (QuestionFile("essai.jsonl", "f" * 64, len(pairs)),),
        "questions_digest": "q" * 64,
        "count": len(pairs),
        "corpus_digest": "c" * 64,
        "started_at": "2026-06-01T04:05:00Z",
        "finished_at": "2026-06-01T04:06:00Z",
        "texts_kept": True,
        "versions": {"python": "3.11"},
        "machine": {"cores": "2"},
    }
    return Run(RunMeta(**(given | meta)), questions, tuple(outcome for _, outcome in pairs))
