"""Checking a reply's quotes against the stored texts, and telling which facts they carry."""

import re
import unicodedata
from dataclasses import replace
from functools import cache

from evals.model import Outcome, Quote
from evals.starter import starter_documents
from evals.systems.ports import Library, StoredText

_SPACE = re.compile(r"\s+")
_CHARS_MIN = 15
"""Shorter quotes stand in too many places to tell a section."""


def plain(text: str) -> str:
    """Text in NFKC with its white space folded: what "word for word" compares."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@cache
def starter_sections() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The plain text of every section of the starter corpus, and the facts it carries."""
    found = []
    for document in starter_documents():
        for section in document.sections:
            facts = section.meta.facts if section.meta is not None else ()
            found.append((plain(document.text[section.start : section.end]), facts))
    return tuple(found)


@cache
def facts_of(text: str) -> tuple[str, ...] | None:
    """Facts of the starter sections that hold a text word for word; None when none does (an official text)."""
    wanted = plain(text)
    if len(wanted) < _CHARS_MIN:
        return None
    holding = [facts for section, facts in starter_sections() if wanted in section]
    return tuple(sorted({fact for facts in holding for fact in facts})) if holding else None


def checked(outcome: Outcome, library: Library | None) -> Outcome:
    """The outcome with its quotes checked where the stored text is shown, and its emergency sheet named."""
    stored = {
        quote.document_id: library.stored(quote.document_id)
        for quote in outcome.quotes
        if library is not None and quote.document_id is not None
    }
    sheets = (text.incident for text in stored.values() if text is not None and text.incident)
    return replace(
        outcome,
        quotes=tuple(_checked(quote, stored.get(quote.document_id or "")) for quote in outcome.quotes),
        incident=outcome.incident or next(sheets, None),
    )


def _checked(quote: Quote, stored: StoredText | None) -> Quote:
    quote = replace(quote, facts=facts_of(quote.text))
    if stored is None:
        return quote
    verbatim = bool(quote.text.strip()) and plain(quote.text) in plain(stored.text)
    if quote.start is None or quote.end is None:
        return replace(quote, verbatim=verbatim)
    located = bool(quote.text) and stored.text[quote.start : quote.end] == quote.text
    page = next((number for number, start, end in stored.pages if start <= quote.start < end), None)
    return replace(quote, verbatim=verbatim, located=located, page_right=quote.page == page)
