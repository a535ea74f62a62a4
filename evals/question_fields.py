"""One row to one ``Question``: the documented fields, their types, and what is wrong with those that are not so."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from bot.emergency import Incident
from bot.model import Status, Turn
from evals.errors import LineProblem
from evals.model import Expected, ExpectedDocument, Kind, Question, Register

ID_MAX = 80
TEXT_MAX = 8_000
LIST_MAX = 50
SEPARATOR = "|"
"""Between the values of one cell of a table."""

_DOCUMENT = ("title", "url", "publisher")
EXPECTED = ("facts", "quotes", "documents", "status", "incident", "masked")
SLICES = ("topic", "audience", "publisher", "register")
FIELDS = ("id", "question", "kind", "history", "expected", *SLICES, "notes")
COLUMNS = (
    *("id", "question", "kind", "history", "facts", "quotes"),
    *("document_title", "document_url", "document_publisher"),
    *("status", "incident", "masked", *SLICES, "notes"),
)
"""Columns of a table: ``expected`` laid flat, one document."""
_SYNONYMS = {"topics": "topic", "audiences": "audience", "expected_fact_ids": "facts"}
_KINDS = {"unsafe_or_pii": "unsafe"}
_Choice = TypeVar("_Choice", bound=StrEnum)


class Fields:
    """The values of one row, taken one by one; what is wrong is collected in ``problems``."""

    def __init__(self, line: int, values: Mapping[str, Any], known: Iterable[str]) -> None:
        self.line = line
        self.problems: list[LineProblem] = []
        self._values = {_SYNONYMS.get(name, name): value for name, value in values.items()}
        names = list(known)
        for name in self._values:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                cure = f"vouliez-vous dire « {near[0]} » ?" if near else f"champs connus : {', '.join(names)}"
                self.wrong(f"champ inconnu « {name} »", cure)

    def wrong(self, reason: str, cure: str) -> None:
        """Note a problem of this row."""
        self.problems.append(LineProblem(self.line, reason, cure))

    def raw(self, name: str) -> Any:
        """A value as given, None when absent or empty."""
        value = self._values.get(name)
        return None if value in ("", [], {}) else value

    def text(self, name: str, limit: int = TEXT_MAX) -> str:
        """A text, empty when absent."""
        value = self.raw(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(f"« {name} » n’est pas un texte", f'écrivez "{name}": "…"')
            return ""
        if len(value) > limit:
            self.wrong(f"« {name} » dépasse {limit} caractères", "raccourcissez-le")
        # A lone surrogate, which JSON can write, is in no file that can be written.
        return value.strip().encode("utf-8", "replace").decode("utf-8")

    def texts(self, name: str, *, split: bool = False) -> tuple[str, ...]:
        """Several texts: a list, or one text (with ``split``, cut at ``|``)."""
        value = self.raw(name)
        if value is None:
            return ()
        given = value if isinstance(value, list) else str(value).split(SEPARATOR) if split else [value]
        if len(given) > LIST_MAX or not all(isinstance(item, str) and len(item) <= TEXT_MAX for item in given):
            self.wrong(f"« {name} » n’est pas une liste de textes", f'écrivez "{name}": ["…", "…"]')
            return ()
        cleaned = (item.strip().encode("utf-8", "replace").decode("utf-8") for item in given)
        return tuple(item for item in cleaned if item)

    def choice(self, name: str, values: type[_Choice], written: str | None = None) -> _Choice | None:
        """One of the values of an enumeration, None when absent."""
        given = self.text(name) if written is None else written
        if not given:
            return None
        try:
            return values(_KINDS.get(given.casefold(), given.casefold()) if values is Kind else given.casefold())
        except ValueError:
            self.wrong(f"« {name} » vaut « {given[:40]} »", f"valeurs possibles : {', '.join(values)}")
            return None


def question_of(line: int, values: Mapping[str, Any], *, table: bool, source: str) -> Question | list[LineProblem]:
    """The question of a row, or everything that is wrong with it."""
    known = COLUMNS if table else (*FIELDS, "facts")
    fields = Fields(line, values, known)
    inner = fields
    if not table:
        given = fields.raw("expected") or {}
        if not isinstance(given, dict):
            fields.wrong("« expected » n’est pas un objet", 'écrivez "expected": {"facts": […]}')
            given = {}
        inner = Fields(line, given, EXPECTED)
    text = fields.text("question")
    if not any(unicodedata.category(char)[0] in "LN" for char in text):
        fields.wrong("« question » est vide", "écrivez la question, ou retirez la ligne")
    question = Question(
        id=_identifier(fields),
        text=text,
        kind=fields.choice("kind", Kind) or Kind.ANSWERABLE,
        expected=_expected(fields, inner, table=table),
        history=_history(fields, table=table),
        register=fields.choice("register", Register) or Register.PLAIN,
        topics=fields.texts("topic", split=table),
        audience=fields.texts("audience", split=table),
        publisher=fields.text("publisher") or None,
        notes=fields.text("notes"),
        source=source,
    )
    _check_sense(fields, question)
    problems = fields.problems if inner is fields else fields.problems + inner.problems
    return problems or question


def _identifier(fields: Fields) -> str:
    given = fields.raw("id")
    found = str(given) if isinstance(given, int) and not isinstance(given, bool) else fields.text("id", ID_MAX)
    if any(unicodedata.category(char).startswith("C") for char in found):
        fields.wrong("« id » contient un caractère invisible", "écrivez des lettres, des chiffres et des tirets")
    return found


def _expected(fields: Fields, inner: Fields, *, table: bool) -> Expected:
    facts = inner.texts("facts", split=table)
    statuses = [inner.choice("status", Status, given) for given in inner.texts("status", split=table)]
    return Expected(
        # The development questions name their facts beside the question.
        facts=facts or (() if table else fields.texts("facts")),
        quotes=inner.texts("quotes", split=table),
        documents=_table_documents(fields) if table else _documents(inner),
        statuses=tuple(status for status in statuses if status is not None),
        incident=inner.choice("incident", Incident),
        masked=inner.texts("masked", split=table),
    )


def _table_documents(fields: Fields) -> tuple[ExpectedDocument, ...]:
    title, url, publisher = (fields.text(f"document_{name}") or None for name in _DOCUMENT)
    return (ExpectedDocument(title, url, publisher),) if title or url or publisher else ()


def _documents(fields: Fields) -> tuple[ExpectedDocument, ...]:
    given = fields.raw("documents") or []
    cure = 'écrivez "documents": [{"title": "…", "publisher": "…"}]'
    if not isinstance(given, list) or len(given) > LIST_MAX:
        fields.wrong("« documents » n’est pas une liste", cure)
        return ()
    found = []
    for item in given:
        entry = Fields(fields.line, item if isinstance(item, dict) else {}, _DOCUMENT)
        document = ExpectedDocument(*(entry.text(name) or None for name in _DOCUMENT))
        fields.problems += entry.problems
        if document == ExpectedDocument():
            fields.wrong("un document attendu sans titre, adresse ni éditeur", cure)
        found.append(document)
    return tuple(found)


def _history(fields: Fields, *, table: bool) -> tuple[Turn, ...]:
    if table:
        return tuple(Turn(text) for text in fields.texts("history", split=True))
    given = fields.raw("history") or []
    cure = 'écrivez "history": [{"question": "…", "answer": "…"}]'
    if not isinstance(given, list) or len(given) > LIST_MAX:
        fields.wrong("« history » n’est pas une liste", cure)
        return ()
    turns = []
    for item in given:
        entry = Fields(fields.line, item if isinstance(item, dict) else {"question": item}, ("question", "answer"))
        turn = Turn(entry.text("question"), entry.text("answer"))
        fields.problems += entry.problems
        if not turn.question:
            fields.wrong("un échange de « history » sans question", cure)
        turns.append(turn)
    return tuple(turns)


def _check_sense(fields: Fields, question: Question) -> None:
    for identifier in question.expected.masked:
        if identifier not in question.text and not any(identifier in turn.question for turn in question.history):
            fields.wrong("un texte de « masked » n’est pas dans la question", "recopiez-le tel qu’il y est écrit")
    if question.register is Register.FOLLOW_UP and not question.history and question.kind is not Kind.AMBIGUOUS:
        fields.wrong("question de suite (follow_up) sans « history »", "donnez la question qui la précède")
    if question.kind is Kind.OUT_OF_SCOPE and (question.expected.facts or question.expected.quotes):
        fields.wrong(
            "question hors sujet avec une réponse attendue", "corrigez « kind », ou retirez « facts » et « quotes »"
        )
