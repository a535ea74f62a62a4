"""What the text of each digest may demand: declared, agreeing with its title, never hardened; and which are old."""

import datetime
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cite import cite
from bot.model import Age, Citation
from ingest.chunk import passages
from ingest.force import Force, force_of, presumed
from ingest.model import Document, Section, Span
from ingest.pipeline import starter_document

ROOT = Path(__file__).parents[2]
DIGESTS = {path.stem: starter_document(path) for path in sorted((ROOT / "corpus" / "starter").glob("*.md"))}
TODAY = datetime.date(2026, 11, 30)
_OBLIGES = re.compile(
    r"\b(?:doit|doivent|obligat\w+|oblige\w*|exig\w+|impos\w+|tenue?s? de|interdi\w+)\b", re.IGNORECASE
)
_ADVISES = re.compile(r"\b(?:recommand|conseill|invit|préconis)", re.IGNORECASE)


def sections() -> Iterator[tuple[str, Document, Section]]:
    for name, document in DIGESTS.items():
        yield from ((f"{name}#{section.anchor}", document, section) for section in document.sections if section.meta)


def citations() -> Iterator[Citation]:
    for document in DIGESTS.values():
        for passage in passages(document):
            yield cite(document, passage, Span(passage.start, passage.end), 1, (), TODAY)


def test_publisher_and_title_say_nothing_else_than_the_digest() -> None:
    """They are all that is known of other texts: where they speak, they must be right."""
    # Its address is a page of contacts, whatever it names.
    expected = {"contacts--cert-fr"}
    told = {name: presumed(document.publisher, document.title) for name, document in DIGESTS.items()}
    wrong = {name for name, force in told.items() if force not in (None, force_of(DIGESTS[name]))}
    assert wrong == expected
    assert sum(force is not None for force in told.values()) > 70


def test_only_lawmakers_make_law() -> None:
    makers = {document.publisher for document in DIGESTS.values() if force_of(document) is Force.LAW}
    assert makers == {"République française (Légifrance)", "Union européenne"}
    assert force_of(DIGESTS["violation--commission-europeenne"]) is Force.INFORMATION


def test_what_is_recommended_is_not_written_as_an_obligation() -> None:
    """A sentence that obliges, in a digest of a text that does not: its facts must oblige too.

    A section found here says "doit" where its facts say "recommande" at most.
    """
    folder = Path(os.environ.get("CYBERVIGIE_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("shared data absent: set CYBERVIGIE_SHARED to its folder")
    with (folder / "domain" / "facts.jsonl").open(encoding="utf-8") as lines:
        facts = {fact["id"]: fact["fact_fr"] for fact in map(json.loads, lines)}
    hardened = [
        name
        for name, document, section in sections()
        if force_of(document, section) is Force.RECOMMENDATION
        and section.meta
        and _OBLIGES.search(document.text[section.start : section.end])
        and not any(_OBLIGES.search(facts.get(fact, "")) for fact in section.meta.facts)
    ]
    # Their facts are orders without a verb ("ne pas brancher"), which "doit" says no harder.
    orders = {
        "messagerie--cnom-cnil#objet-du-message",
        "rancongiciel--cybermalveillance#restaurer-sauvegarde",
    }
    assert set(hardened) <= orders
    advised = [
        section
        for _, _, section in sections()
        if any(_ADVISES.search(facts.get(fact, "")) for fact in section.meta.facts)
    ]
    assert len(advised) > 10


def test_the_old_texts_of_the_corpus_are_told_as_such() -> None:
    old = {(citation.publisher, citation.document_date, citation.age) for citation in citations() if citation.age}
    assert old == {
        ("Agence du numérique en santé (ex-ASIP Santé)", "2013", Age.OLD),
        ("Agence du numérique en santé", "2013", Age.OLD),
    }
    laws = [citation for citation in citations() if citation.force is Force.LAW and citation.document_date]
    assert {citation.document_date for citation in laws} >= {"1978", "2016"}
    assert not any(citation.reserve for citation in laws)
