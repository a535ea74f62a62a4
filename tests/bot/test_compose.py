"""The fixed wording around quotes."""

from dataclasses import replace

import pytest

from bot import compose
from bot.cite import cite
from bot.contacts import load_contacts
from bot.emergency import Incident
from bot.model import Citation, Reason
from bot.service import CORPUS
from ingest.model import DocumentKind, Span
from ingest.typography import slips

from .builders import document, heading, only_passage, paragraph

MADE = document(heading("Durées"), paragraph("Vingt ans au plus."))
PASSAGE = only_passage(MADE)


def citation(kind: DocumentKind = DocumentKind.OFFICIAL, marker: int = 1, **changed: object) -> Citation:
    made = cite(MADE, PASSAGE, Span(PASSAGE.start, PASSAGE.end), marker, {"www.cnil.fr"})
    return replace(made, kind=kind, **changed)  # type: ignore[arg-type]


def test_a_quote_stands_between_its_publisher_and_its_marker() -> None:
    text = compose.quoted(citation(marker=3))
    assert text.startswith("CNIL (2023)")
    assert text.endswith(":\n«\u00a0Vingt ans au plus.\u00a0» [3]")
    assert compose.quoted(citation(document_date=None)).startswith("CNIL, ")


def test_a_digest_is_always_labelled() -> None:
    for date in ("2023", None):
        assert "résumé CyberVigie" in compose.quoted(citation(DocumentKind.DIGEST, document_date=date)).split("\n")[0]
        for kind in (DocumentKind.OFFICIAL, DocumentKind.LOCAL):
            assert "résumé" not in compose.quoted(citation(kind, document_date=date))
    mixed = compose.answer_text([citation(), citation(DocumentKind.DIGEST, 2)])
    assert mixed.count("résumé CyberVigie") == 1


def test_the_introduction_tells_who_speaks() -> None:
    intros = {
        compose.answer_text([citation(kind) for kind in kinds]).split("\n")[0]
        for kinds in ([DocumentKind.OFFICIAL], [DocumentKind.DIGEST], [DocumentKind.LOCAL], list(DocumentKind))
    }
    assert len(intros) == 4
    assert "résumés" in compose.answer_text([citation(DocumentKind.DIGEST)]).split("\n")[0]
    assert "officiels" not in compose.answer_text([citation(DocumentKind.LOCAL)]).split("\n")[0]


def test_an_emergency_sheet_names_the_incident_and_keeps_its_order() -> None:
    text = compose.emergency_text(
        Incident.RANSOMWARE, [("Gestes", [citation()]), ("À ne pas faire", [citation(marker=2), citation(marker=3)])]
    )
    assert text.startswith(compose.INCIDENTS[Incident.RANSOMWARE])
    assert (
        text.index("Gestes") < text.index("[1]") < text.index("À ne pas faire") < text.index("[2]") < text.index("[3]")
    )


def wordings() -> list[str]:
    contacts = load_contacts(CORPUS / "contacts.toml").contacts
    return [
        *(compose.no_answer_text(reason) for reason in Reason),
        *compose.INCIDENTS.values(),
        *compose.NAMES.values(),
        compose.GREETING,
        compose.THANKS,
        *compose.OPENINGS,
        *compose.OPENED_BY.values(),
        compose.others_notice([Incident.THEFT, Incident.CLICKED]).text,
        compose.REFUSED,
        compose.privacy_notice(["nir", "name"]).text,
        *(compose.contact_notice(contact).text for contact in contacts),
        *compose.emergency_text(Incident.THEFT, [("Gestes", [citation()])]).split("\n"),
        *(line for kind in DocumentKind for line in compose.answer_text([citation(kind)]).split("\n")),
        *compose.answer_text([citation(kind) for kind in DocumentKind]).split("\n"),
    ]


@pytest.mark.parametrize("wording", dict.fromkeys(wordings()))
def test_the_typography_is_french(wording: str) -> None:
    assert list(slips(wording)) == []


def test_an_unconfirmed_contact_says_so() -> None:
    for contact in load_contacts(CORPUS / "contacts.toml").contacts:
        notice = compose.contact_notice(contact)
        assert notice.code == "contact"
        assert contact.name in notice.text
        assert contact.hours in notice.text
        assert contact.for_whom[1:] in notice.text
        assert ("à vérifier" in notice.text) >= (not contact.confirmed)
