"""What a text may demand of its reader: declared by digests, told of other texts only where it is sure."""

import pytest

from ingest.force import Force, force_of, presumed
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument, SectionMeta
from ingest.text import assemble


def made(
    kind: DocumentKind,
    *,
    force: tuple[str, ...] = (),
    publisher: str = "CNIL",
    title: str = "Un texte",
    meta: SectionMeta | None = None,
) -> Document:
    blocks = (ParsedBlock(BlockKind.HEADING, "Titre", level=2, meta=meta), ParsedBlock(BlockKind.PARAGRAPH, "Texte."))
    parsed = ParsedDocument(title=title, blocks=blocks, attributes={"force": force} if force else {})
    return assemble(parsed, source_id="s", kind=kind, publisher=publisher, title=title, media_type="text/markdown")


@pytest.mark.parametrize("force", Force)
def test_a_digest_has_the_force_that_it_declares(force: Force) -> None:
    digest = made(DocumentKind.DIGEST, force=(force.value,), title="Guide")
    assert force_of(digest) is force
    assert force_of(digest, digest.sections[0]) is force


@pytest.mark.parametrize("declared", [("loi",), ("law", "binding"), ()])
def test_what_is_declared_wrongly_is_not_believed(declared: tuple[str, ...]) -> None:
    assert force_of(made(DocumentKind.DIGEST, force=declared)) is None


def test_a_section_about_another_text_does_not_take_over_the_force_of_its_digest() -> None:
    digest = made(DocumentKind.DIGEST, force=("binding",), meta=SectionMeta(title="Outil PIA"))
    assert force_of(digest) is Force.BINDING
    assert force_of(digest, digest.sections[0]) is None
    guide = made(DocumentKind.DIGEST, force=("binding",), meta=SectionMeta(title="Guide de la sécurité"))
    assert force_of(guide, guide.sections[0]) is Force.RECOMMENDATION
    dated = made(DocumentKind.DIGEST, force=("binding",), meta=SectionMeta(date="2020"))
    assert force_of(dated, dated.sections[0]) is Force.BINDING


def test_a_note_of_a_practice_never_passes_for_law() -> None:
    note = made(DocumentKind.LOCAL, force=("law",), publisher="République française (Légifrance)", title="Code pénal")
    assert force_of(note) is None
    assert force_of(made(DocumentKind.OFFICIAL, force=("binding",))) is Force.BINDING


@pytest.mark.parametrize(
    ("publisher", "title", "force"),
    [
        ("République française (Légifrance)", "Code de la santé publique, art. L. 1111-8", Force.LAW),
        ("République française (Légifrance)", "Arrêté du 26 avril 2024 relatif aux guides de certification", Force.LAW),
        ("Union européenne", "Directive (UE) 2022/2555 dite NIS 2", Force.LAW),
        ("Union européenne (diffusé par la CNIL)", "RGPD – Article 33 – Notification", Force.LAW),
        ("Union européenne (diffusé par la CNIL)", "RGPD – considérant 83", None),
        ("Union européenne", "Recommandation (UE) 2021/1086", Force.RECOMMENDATION),
        ("Union européenne", "Proposition de règlement « omnibus numérique »", None),
        ("Commission européenne", "Proposition de règlement", None),
        ("Cour de justice de l'Union européenne", "Arrêt du 26 octobre 2023, C-307/22", Force.BINDING),
        ("CNIL / Conseil d’État", "Délibérations SAN-2020-014 et SAN-2020-015", Force.BINDING),
        ("CNIL", "Sanction CEGEDIM SANTÉ du 5 septembre 2024", Force.BINDING),
        ("CNIL", "Délibération n° 2022-100 portant adoption d’une recommandation", Force.RECOMMENDATION),
        ("ANSSI", "Guide d’hygiène informatique - 42 mesures", Force.RECOMMENDATION),
        ("ANSSI", "Recommandations sur le nomadisme numérique", Force.RECOMMENDATION),
        ("ANS", "Mémento de sécurité informatique", Force.RECOMMENDATION),
        ("Cybermalveillance.gouv.fr", "Fiche réflexe : l’hameçonnage", Force.RECOMMENDATION),
        ("ANS", "Fiche de structure", None),
        ("CNIL", "Fichiers de police", None),
        ("Service-Public.fr", "Phishing (hameçonnage) - fiche pratique", Force.INFORMATION),
        ("DILA – service-public.fr", "Droit à l’image", Force.INFORMATION),
        ("CNIL", "Un DPO, c’est obligatoire ? (Besoin d’aide)", Force.INFORMATION),
        ("CNOM", "Protection des données : FAQ", Force.INFORMATION),
        ("Agence du numérique en santé", "Référentiel de certification HDS", None),
        ("CNIL", "Outil PIA", None),
        ("Le vrai blog de l’Union européenne", "Une directive", None),
    ],
)
def test_publisher_and_title_tell_what_is_sure(publisher: str, title: str, force: Force | None) -> None:
    assert presumed(publisher, title) is force
    assert force_of(made(DocumentKind.OFFICIAL, publisher=publisher, title=title)) is force
