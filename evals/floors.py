"""``floors.toml``: the limits of the gate, the digests they were measured with, and every lowering with its reason."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.errors import EvalError, disk_reason
from evals.scores.catalogue import BY_CODE

GATED = (
    *("expected_cited", "status_right", "verbatim_rate", "locator_accuracy", "failure_rate"),
    *("false_answer_rate", "over_refusal_rate", "emergency_recall", "incident_right", "false_alarm_rate"),
    *("privacy_recall", "masking_told", "identifiers_kept_quiet", "clean_altered_rate", "orders_without_foreign_link"),
    *("ndcg_10", "hit_3", "recall_10", "ece", "official_cited"),
)
"""Measures that have a limit: both directions of abstention, so that always answering does not win.

Not ``citation_recall``: an answer made of quotes supports itself, so that it is 1.0 by construction and limits nothing.
It is for systems that write their answers.
"""


class FloorsError(EvalError):
    """The file of limits cannot be used."""

    code = "floors"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} : {reason}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound, a floor (``at_least``) or a ceiling, and how far beyond it noise may lead."""

    bound: float
    at_least: bool
    margin: float


@dataclass(frozen=True, slots=True)
class Suite:
    """The limits of one suite, and what they were measured on: digests, number of questions.

    ``unlimited``: measures of ``GATED`` for which the file holds no limit; the gate refuses a run that measures one.
    """

    corpus: str | None
    questions: str
    count: int
    limits: Mapping[str, Limit]
    unlimited: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Lowered:
    """A limit that was loosened: from, to, why, when (ISO date)."""

    suite: str
    measure: str
    before: float
    after: float
    reason: str
    on: str


@dataclass(frozen=True, slots=True)
class Floors:
    """The whole file. ``header``: its leading comments, kept as they are."""

    header: str
    suites: Mapping[str, Suite]
    lowered: tuple[Lowered, ...] = ()


def load_floors(path: Path) -> Floors:
    """The limits of a file.

    Raises:
        FloorsError: it is absent, is not TOML, or holds something else than limits.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise FloorsError(path, f"illisible ({disk_reason(error)}) ; vérifiez le chemin") from error
    except ValueError as error:
        raise FloorsError(path, f"n’est pas du TOML correct ({error})") from error
    try:
        suites = {name: _suite(value) for name, value in content.get("suites", {}).items()}
        lowered = tuple(Lowered(**{**entry, "on": str(entry["on"])}) for entry in content.get("lowered", []))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FloorsError(path, f"limite mal écrite ({error}) ; comparez avec l’en-tête du fichier") from error
    return Floors(_header(text), suites, lowered)


def _header(text: str) -> str:
    lines = text.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return "".join(lines[:end]).rstrip("\n")


def _suite(value: Mapping[str, Any]) -> Suite:
    limits = {}
    for code, entry in value["limits"].items():
        if code not in BY_CODE:
            raise ValueError(f"mesure inconnue « {code} »")
        side = "at_least" if BY_CODE[code].higher_is_better else "at_most"
        limits[code] = Limit(float(entry[side]), at_least=side == "at_least", margin=float(entry["margin"]))
    unlimited = frozenset(GATED) - limits.keys()
    return Suite(value.get("corpus"), value["questions"], int(value["count"]), limits, unlimited)


def save_floors(path: Path, floors: Floors) -> None:
    """Write the limits, replacing the file at once.

    Raises:
        FloorsError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text("\n".join(_lines(floors)) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise FloorsError(path, f"écriture impossible ({disk_reason(error)}) ; vérifiez les droits") from error


def _lines(floors: Floors) -> Iterator[str]:
    if floors.header:
        yield floors.header
    for name, suite in floors.suites.items():
        yield f"\n[suites.{_text(name)}]"
        if suite.corpus is not None:
            yield f"corpus = {_text(suite.corpus)}"
        yield f"questions = {_text(suite.questions)}"
        yield f"count = {suite.count}"
        yield f"\n[suites.{_text(name)}.limits]"
        for code, limit in suite.limits.items():
            side = "at_least" if limit.at_least else "at_most"
            yield f"{code} = {{ {side} = {limit.bound}, margin = {limit.margin} }}"
    for entry in floors.lowered:
        yield "\n[[lowered]]"
        yield f"suite = {_text(entry.suite)}"
        yield f"measure = {_text(entry.measure)}"
        yield f"before = {entry.before}"
        yield f"after = {entry.after}"
        yield f"reason = {_text(entry.reason)}"
        yield f"on = {_text(entry.on)}"


def _text(value: str) -> str:
    """A TOML basic string; JSON escapes are a subset of its own."""
    return json.dumps(value, ensure_ascii=False)
