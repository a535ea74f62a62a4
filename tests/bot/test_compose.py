"""The fixed wording around quotes."""

import re
from dataclasses import replace

import pytest

from bot import compose
from bot.cite import cite
from bot.contacts import load_contacts
from bot.emergency import Incident
from bot.model import Age, Citation, Reason
from bot.service import CORPUS
from ingest.force import Force
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


@pytest.mark.parametrize(
    ("kind", "force", "said"),
    [
        (DocumentKind.OFFICIAL, Force.RECOMMENDATION, "CNIL (2023), recommandation, «"),
        (DocumentKind.OFFICIAL, Force.LAW, "CNIL (2023), texte de loi, «"),
        (DocumentKind.OFFICIAL, None, "CNIL (2023), «"),
        (DocumentKind.DIGEST, Force.RECOMMENDATION, "CNIL (2023), résumé CyberVigie d’une recommandation, «"),
        (DocumentKind.DIGEST, Force.LAW, "CNIL (2023), résumé CyberVigie d’un texte de loi, «"),
        (DocumentKind.LOCAL, None, "CNIL (2023), «"),
    ],
)
def test_a_quote_says_what_its_text_is_worth(kind: DocumentKind, force: Force | None, said: str) -> None:
    assert compose.quoted(citation(kind, force=force)).startswith(said.replace("«", "«\u00a0"))


def test_every_force_has_its_words() -> None:
    for kind in (DocumentKind.OFFICIAL, DocumentKind.DIGEST):
        assert len({compose.nature(citation(kind, force=force)) for force in (None, *Force)}) == len(Force) + 1


def test_an_old_quote_says_so_before_it_is_read() -> None:
    before = compose.quoted(citation(document_date="2017-03", age=Age.BEFORE_GDPR)).split("\n")[0]
    assert before.startswith("CNIL (2017), texte antérieur à l’application du RGPD, à vérifier, «")
    assert compose.quoted(citation(document_date="2013", age=Age.OLD)).startswith("CNIL (2013), texte ancien, «")
    assert "ancien" not in compose.quoted(citation())


ASKED = "Suis-je obligé de chiffrer mes sauvegardes ?"


@pytest.mark.parametrize(
    ("forces", "caution"),
    [
        ([Force.RECOMMENDATION], compose.ONLY_ADVICE),
        ([Force.RECOMMENDATION, Force.RECOMMENDATION], compose.ONLY_ADVICE),
        ([Force.RECOMMENDATION, Force.INFORMATION], compose.NO_LAW),
        ([Force.INFORMATION], compose.NO_LAW),
        ([Force.RECOMMENDATION, None], compose.NO_KNOWN_LAW),
        ([None], compose.NO_KNOWN_LAW),
        ([Force.LAW, Force.RECOMMENDATION], None),
        ([None, Force.BINDING], None),
    ],
)
def test_what_is_only_recommended_is_no_answer_about_an_obligation(
    forces: list[Force | None], caution: str | None
) -> None:
    citations = [citation(marker=n, force=force) for n, force in enumerate(forces, 1)]
    text = compose.answer_text(citations, ASKED)
    plain = compose.answer_text(citations, "Comment chiffrer mes sauvegardes ?")
    assert plain.startswith("Voici")
    assert text == (f"{caution}\n{plain}" if caution else plain)


def test_the_caution_denies_no_obligation() -> None:
    """Recommendations often detail an obligation of the GDPR: where it stands is said, never that there is none."""
    for caution in (compose.ONLY_ADVICE, compose.NO_LAW, compose.NO_KNOWN_LAW):
        assert "RGPD" in caution
        assert not re.search(r"n’est pas obligatoire|aucune obligation|pas d’obligation(?! à eux seuls)", caution)


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
        compose.ONLY_ADVICE,
        compose.NO_LAW,
        compose.NO_KNOWN_LAW,
        *(citation(document_date="2017", age=age).reserve for age in Age),
        *(compose.quoted(citation(age=age, force=force)).split("\n")[0] for age in Age for force in Force),
        *(compose.quoted(citation(DocumentKind.DIGEST, force=force)).split("\n")[0] for force in Force),
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
