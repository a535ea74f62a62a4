"""Citations and the links that open their place."""

import datetime
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from bot.answer import Answerer
from bot.cite import cite, deep_link, linked_hosts, page_at, safe_url
from bot.errors import QuoteMismatch
from bot.model import Age, Citation
from ingest.chunk import passages
from ingest.force import Force
from ingest.model import Document, DocumentKind, SectionMeta, Span

from .builders import document, heading, item, only_passage, paragraph, row

HOSTS = frozenset({"www.cnil.fr"})


def span_of(made: Document, text: str) -> Span:
    start = made.text.index(text)
    return Span(start, start + len(text))


def link(made: Document, text: str) -> str | None:
    span = span_of(made, text)
    passage = next(found for found in passages(made) if found.start <= span.start and span.end <= found.end)
    return cite(made, passage, span, 1, HOSTS).deep_link


def test_a_pdf_opens_at_its_physical_page() -> None:
    made = document(
        paragraph("Texte de la couverture.", 1),
        paragraph("Texte du sommaire.", 2),
        paragraph("La règle est ici, page imprimée un.", 3),
        url="https://www.cnil.fr/guide.pdf",
        labels=("i", "ii", "1"),
    )
    passage = only_passage(made)
    citation = cite(made, passage, span_of(made, "La règle est ici"), 4, HOSTS)
    assert (citation.page, citation.page_label, citation.marker) == (3, "1", 4)
    assert citation.deep_link == "https://www.cnil.fr/guide.pdf#page=3"
    assert (
        cite(made, passage, span_of(made, "Texte du sommaire."), 1, HOSTS).deep_link
        == "https://www.cnil.fr/guide.pdf#page=2"
    )
    assert page_at(made, 0) == made.pages[0]
    assert page_at(document(paragraph("Sans page.")), 0) is None


def test_an_html_section_opens_at_its_anchor() -> None:
    made = document(
        heading("Durées", anchor="durée/max"), paragraph("Vingt ans au plus."), url="https://www.cnil.fr/p?a=b#haut"
    )
    assert link(made, "Vingt ans au plus.") == "https://www.cnil.fr/p?a=b#dur%C3%A9e%2Fmax"


def test_an_address_that_has_its_own_fragment_keeps_it() -> None:
    made = document(paragraph("Vingt ans au plus tard."), url="https://www.cnil.fr/p#art5")
    assert link(made, "Vingt ans au plus tard.") == "https://www.cnil.fr/p#art5"


def test_a_text_fragment_is_encoded() -> None:
    made = document(paragraph("Un mot de passe, peut-être, & c’est tout."))
    found = link(made, "Un mot de passe, peut-être, & c’est tout.")
    assert found is not None
    assert found.startswith("https://www.cnil.fr/fr/texte#:~:text=Un%20mot%20de%20passe%2C%20peut%2D%C3%AAtre")
    value = found.split(":~:text=")[1]
    assert "-" not in value
    assert "&" not in value
    assert unquote(value) == "Un mot de passe, peut-être, & c’est tout."


def test_a_long_quote_is_opened_by_its_first_and_last_words() -> None:
    words = [f"mot{i}" for i in range(30)]
    made = document(paragraph(" ".join(words) + "."))
    found = link(made, made.text)
    assert found is not None
    first, last = found.split(":~:text=")[1].split(",")
    assert unquote(first) == " ".join(words[:5])
    assert unquote(last) == " ".join(words[-5:]) + "."


def test_a_fragment_leaves_list_marks_and_table_bars_out() -> None:
    made = document(
        paragraph("Les règles sont celles-ci :"),
        item("une sauvegarde par jour"),
        item("une copie hors ligne chaque semaine"),
    )
    found = link(made, made.text)
    assert found is not None
    value = unquote(found.split(":~:text=")[1])
    assert value.startswith("Les règles sont celles-ci :,")
    assert "- " not in value.replace("celles-ci", "")
    table = document(row("Dossier médical de patient | vingt ans"), row("Facture de soins | dix ans"))
    found = link(table, table.text)
    assert found is not None
    assert "|" not in unquote(found)


def test_too_short_a_text_is_not_searched_in_the_page() -> None:
    made = document(paragraph("Oui."))
    assert link(made, "Oui.") == "https://www.cnil.fr/fr/texte"


def test_a_digest_opens_the_official_text_at_its_top() -> None:
    meta = SectionMeta(title="Autre texte", url="https://www.cnil.fr/autre", date="2020")
    made = document(
        paragraph("Avant le titre."),
        heading("Délais", anchor="delais", meta=meta),
        paragraph("Notre résumé de la règle."),
        kind=DocumentKind.DIGEST,
    )
    assert link(made, "Avant le titre.") == "https://www.cnil.fr/fr/texte"
    passage = passages(made)[-1]
    citation = cite(made, passage, span_of(made, "Notre résumé de la règle."), 1, HOSTS)
    assert (citation.url, citation.deep_link) == ("https://www.cnil.fr/autre", "https://www.cnil.fr/autre")
    assert (citation.title, citation.document_date, citation.section) == ("Autre texte", "2020", "Délais")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://www.cnil.fr/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https:",
        "https:///chemin",
        "https://user:pass@www.cnil.fr/",
        "https://www.cnil.fr@evil.example/",
        "//www.cnil.fr/",
        "file:///etc/passwd",
        "https://[::1",
        "https://canari.example/cnil",
        "https://www.cnil.fr.canari.example/",
        "https://www.cnil.fr:8443/",
    ],
)
def test_unsafe_addresses_are_dropped(url: str | None) -> None:
    assert safe_url(url, HOSTS) is None
    made = document(paragraph("Une règle de sécurité utile."), url=url)
    citation = cite(made, only_passage(made), Span(0, len(made.text)), 1, HOSTS)
    assert (citation.url, citation.deep_link) == (None, None)


@pytest.mark.parametrize("url", ["https://www.cnil.fr/fr/a,b(c)?d=e", "HTTPS://www.cnil.fr/", " https://www.cnil.fr/ "])
def test_safe_addresses_stay(url: str) -> None:
    safe = safe_url(url, HOSTS)
    assert safe == url.strip()
    assert safe is not None
    assert urlsplit(safe).hostname == "www.cnil.fr"


def test_a_quote_out_of_place_fails_loudly() -> None:
    made = document(
        heading("Un"), paragraph("Première règle du texte."), heading("Deux"), paragraph("Seconde règle du texte.")
    )
    first, second = passages(made)
    for span in (Span(second.start, second.end), Span(first.start - 1, first.end), Span(first.start, first.start)):
        with pytest.raises(QuoteMismatch) as raised:
            cite(made, first, span, 1, HOSTS)
        assert "règle" not in raised.value.message
    moved = replace(made, text=" " + made.text)
    with pytest.raises(QuoteMismatch):
        cite(moved, first, Span(first.start, first.end), 1, HOSTS)
    beyond = replace(first, end=len(made.text) + 5)
    with pytest.raises(QuoteMismatch):
        cite(made, beyond, Span(first.start, len(made.text) + 5), 1, HOSTS)


def test_every_field_is_told() -> None:
    made = document(heading("Durées", anchor="d"), paragraph("Vingt ans au plus."))
    citation = cite(made, only_passage(made), span_of(made, "Vingt ans"), 2, HOSTS)
    assert citation.quote == "Vingt ans" == made.text[citation.start : citation.end]
    assert (citation.publisher, citation.title, citation.section, citation.document_date) == (
        "CNIL",
        "Un texte",
        "Durées",
        "2023-05",
    )
    assert deep_link(made, None, Span(citation.start, citation.end), None) is None


def test_hosts_of_digests_may_be_linked_to_and_no_other(answerer: Answerer) -> None:
    table = answerer.engine.table
    found = linked_hosts(table, {"exemple.fr"})
    assert found >= {"exemple.fr", "www.cnil.fr"}
    addresses = []
    for head in table.heads(offset=0, limit=1_000):
        made = table.document(head.id)
        assert made is not None
        addresses += [made.url, *(section.meta.url for section in made.sections if section.meta)]
    assert found - {"exemple.fr"} == {urlsplit(url).hostname for url in addresses if url}


def test_a_quote_knows_what_its_text_is_worth_and_whether_it_is_old() -> None:
    def cited(date: str | None, words: str = "Les données personnelles des patients.", **about: Any) -> Citation:
        made = document(heading("Règles"), paragraph(words), date=date, **about)
        passage = only_passage(made)
        return cite(made, passage, Span(passage.start, passage.end), 1, HOSTS, datetime.date(2026, 11, 30))

    guide = cited("2017-06", title="Guide de la sécurité")
    assert (guide.force, guide.age) == (Force.RECOMMENDATION, Age.BEFORE_GDPR)
    assert guide.reserve == "Texte de 2017, antérieur à l’application du RGPD\u00a0: à vérifier auprès de la CNIL."
    old = cited("2013", "Verrouillez l’écran.", title="Guide", publisher="ANSSI")
    assert (old.age, old.reserve) == (Age.OLD, "Texte ancien (2013).")
    law = cited("1978", title="Loi n° 78-17", publisher="République française (Légifrance)")
    assert (law.force, law.age, law.reserve) == (Force.LAW, None, "")
    local = cited("2024", title="Guide", kind=DocumentKind.LOCAL)
    assert (local.force, local.age, local.reserve) == (None, None, "")


def test_the_date_that_counts_is_that_of_the_section() -> None:
    made = document(heading("Règles", meta=SectionMeta(date="2013")), paragraph("Verrouillez l’écran."), date="2024")
    passage = only_passage(made)
    citation = cite(made, passage, Span(passage.start, passage.end), 1, HOSTS, datetime.date(2026, 11, 30))
    # The CNIL speaks of personal data, whatever words it uses.
    assert (citation.age, citation.reserve[:14]) == (Age.BEFORE_GDPR, "Texte de 2013,")
