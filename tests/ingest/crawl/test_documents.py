"""From a parsed page to a document of its source: who speaks, and under which title."""

from typing import Any

import pytest

from ingest.crawl.documents import (
    Landing,
    crawled_document,
    document_title,
    hidden_passages,
    is_french,
    is_poor_title,
    link_title,
)
from ingest.model import BlockKind, Document, DocumentKind, ParsedBlock, ParsedDocument

from .scripted import source

URL = "https://site.test/sites/default/files/2024-03/guide_securite_2024.pdf"
LANDING = Landing(
    "https://site.test/guides", "Les guides de sécurité", "Télécharger le guide de sécurité (PDF, 1,2 Mo)"
)


def parsed(*texts: str, **fields: Any) -> ParsedDocument:
    blocks = tuple(ParsedBlock(BlockKind.PARAGRAPH, text) for text in texts or ("Un conseil au cabinet.",))
    return ParsedDocument(fields.pop("title", "Guide de sécurité"), blocks, **fields)


def made(document: ParsedDocument, **fields: Any) -> Document:
    usual: dict[str, Any] = {"source": source(), "url": URL, "media_type": "application/pdf", "raw_sha256": "ab" * 32}
    return crawled_document(document, **{**usual, "retrieved_at": "2026-11-25T02:00:00Z", **fields})


def test_the_manifest_says_who_speaks() -> None:
    claims = {"topic": ("autre",), "audience": ("autres",), "noarchive": ("1",), "themes": ("rgpd",)}
    document = made(
        parsed(
            publisher="Quelqu’un",
            kind=DocumentKind.DIGEST,
            url="https://ailleurs.test/",
            source_id="starter:x",
            date="2024-03-01",
            attributes=claims,
            warnings=("page(s) 3 sans texte",),
        )
    )
    assert (document.publisher, document.kind) == ("Agence des essais", DocumentKind.OFFICIAL)
    assert document.source_id == document.url == URL
    assert document.licence == "Licence Ouverte 2.0"
    assert document.date == "2024-03-01"
    assert document.lang == "fr"
    assert document.warnings == ("page(s) 3 sans texte",)
    assert document.attributes == {
        "audience": ("tous",),
        "region": ("national",),
        "themes": ("rgpd",),
        "topic": ("sauvegardes",),
    }


def test_places_and_wishes() -> None:
    document = made(parsed(), landing=LANDING, attachments=["https://site.test/b.pdf"] * 2, archived=False)
    attributes = document.attributes
    assert attributes["landing_url"] == ("https://site.test/guides",)
    assert attributes["landing_title"] == ("Les guides de sécurité",)
    assert attributes["attachments"] == ("https://site.test/b.pdf",)
    assert attributes["noarchive"] == ("1",)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "  ",
        "1",
        "---",
        "untitled",
        "Untitled 2",
        "Sans titre",
        "Microsoft Word - CNIL_guide_v3.docx",
        "Microsoft PowerPoint - présentation",
        "Présentation PowerPoint",
        "guide.indd",
        "Guide final (2).pdf",
        "guide_securite_2024",
        "guide-securite",
        "CNIL2024",
        "Guide_Sécurité-2024",
        "Document1",
    ],
)
def test_poor_titles(title: str) -> None:
    assert is_poor_title(title, URL)
    assert document_title(title, url=URL, landing=LANDING) == "Guide de sécurité"


@pytest.mark.parametrize("title", ["Guide de sécurité", "Mots de passe : 5 conseils", "Hameçonnage", "RGPD"])
def test_good_titles(title: str) -> None:
    assert document_title(title, url=URL, landing=LANDING) == title


def test_without_a_title_the_landing_page_then_the_file_s_name() -> None:
    vague = Landing("https://site.test/guides", "Les guides de sécurité", "Télécharger (PDF)")
    assert document_title(None, url=URL, landing=vague) == "Les guides de sécurité"
    assert document_title(None, url=URL) == "Guide securite 2024"
    assert document_title(None, url="https://site.test/f/fiche%20d%27hygi%C3%A8ne_v2.pdf") == "Fiche d'hygiène v2"
    assert document_title(None, url="https://site.test/") == "https://site.test/"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Télécharger le guide des mots de passe (PDF, 1,2 Mo)", "Guide des mots de passe"),
        ("Téléchargez notre fiche réflexe", "Fiche réflexe"),
        ("Consulter l’infographie sur le rançongiciel – PDF – 850 Ko", "Infographie sur le rançongiciel"),
        ("Guide d’hygiène [format pdf]", "Guide d’hygiène"),
        ("Guide pratique (2,4 Mo)", "Guide pratique"),
        ("Lire la suite", ""),
        ("ici", ""),
        ("PDF", ""),
        ("Télécharger le document", ""),
        ("En savoir plus", ""),
        ("", ""),
    ],
)
def test_words_of_links(text: str, title: str) -> None:
    assert link_title(text) == title


def test_languages() -> None:
    french = "Le guide est fait pour les cabinets qui sauvegardent leurs dossiers, et pour ceux que vous conseillez."
    english = "This guide is for you and for the teams that have to back up the files of your practice."
    for lang in ("fr", None, "en", "de"):
        assert is_french(parsed(french, lang=lang)), lang
    assert is_french(parsed(english, lang="fr"))
    for lang in (None, "en", "de"):
        assert not is_french(parsed(english, lang=lang)), lang
    assert is_french(parsed("Rançongiciel : 5 gestes", lang=None))


def test_hidden_passages_are_counted() -> None:
    notes = (
        "3 passage(s) de texte caché laissé(s) de côté",
        "12 caractère(s) caché(s) laissé(s) de côté",
        "page(s) 3 sans texte",
    )
    assert hidden_passages(parsed(warnings=notes)) == 4
    assert hidden_passages(parsed()) == 0
