from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError, ParseError
from ingest.markdown import parse_markdown
from ingest.model import BlockKind, DocumentKind, ParsedBlock, SectionMeta
from ingest.text import assemble

HEADING, PARAGRAPH, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW

DIGEST = """\
---
publisher: CNIL
title: "Gérer un cabinet : le référentiel"
url: https://www.example.org/referentiel.pdf
date: "2020-06"
reviewed: 2026-11-24
audience: [medecin, infirmier]
kind: digest
license: Licence Ouverte
id: ref-1
---

# Durées de conservation

## Combien de temps garder un dossier ? {#duree-dossier}

```meta
facts: [cons-01, cons-03]
questions:
  - combien de temps garder les dossiers
title: Autre texte
url: https://www.example.org/autre
date: 2021-01-02
```

Le dossier est gardé vingt ans.
"""


def texts(markdown: str) -> list[str]:
    return [block.text for block in parse_markdown(markdown).blocks]


def test_front_matter_fills_fields_and_attributes() -> None:
    parsed = parse_markdown(DIGEST)
    assert parsed.publisher == "CNIL"
    assert parsed.title == "Gérer un cabinet : le référentiel"
    assert parsed.url == "https://www.example.org/referentiel.pdf"
    assert (parsed.date, parsed.kind, parsed.licence) == ("2020-06", DocumentKind.DIGEST, "Licence Ouverte")
    assert parsed.source_id == "ref-1"
    assert dict(parsed.attributes) == {"reviewed": ("2026-11-24",), "audience": ("medecin", "infirmier")}


def test_heading_anchor_and_meta() -> None:
    first, second, paragraph = parse_markdown(DIGEST).blocks
    assert first == ParsedBlock(HEADING, "Durées de conservation", 1)
    assert second == ParsedBlock(
        HEADING,
        "Combien de temps garder un dossier ?",
        2,
        "duree-dossier",
        meta=SectionMeta(
            ("cons-01", "cons-03"),
            ("combien de temps garder les dossiers",),
            "Autre texte",
            "https://www.example.org/autre",
            "2021-01-02",
        ),
    )
    assert paragraph == ParsedBlock(PARAGRAPH, "Le dossier est gardé vingt ans.")


def test_title_is_the_first_h1_without_front_matter() -> None:
    assert parse_markdown("# Un titre\n\nTexte.").title == "Un titre"
    assert parse_markdown("Texte.").title is None


def test_null_and_empty_fields_are_none() -> None:
    parsed = parse_markdown("---\ndate: null\nurl: ''\nlang:\n---\ntexte")
    assert (parsed.date, parsed.url, parsed.lang, dict(parsed.attributes)) == (None, None, None, {})


def test_inline_markup_is_removed_and_text_kept() -> None:
    assert texts("Un **mot** en *gras*, du `code`, un [lien](https://example.org) et ![image](x.png) <b>html</b>.") == [
        "Un mot en gras, du code, un lien et html."
    ]
    assert texts("A&nbsp;: l'&eacute;tat &amp; moi  \nsuite\nfin<br>bis") == ["A\u00a0: l'état & moi suite fin bis"]
    assert texts("Une classe <Organization> reste du texte.") == ["Une classe <Organization> reste du texte."]
    assert texts("<!-- note --> visible") == ["visible"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("- <https://example.org/a>", ["- https://example.org/a"]),
        ("Obtenir une attestation <https://example.org/a>", ["Obtenir une attestation"]),
        ("Rendez-vous sur <https://example.org/a>.", ["Rendez-vous sur https://example.org/a."]),
        ("Écrire à <aide@example.org>", ["Écrire à aide@example.org"]),
    ],
)
def test_addresses_are_kept_where_the_sentence_needs_them(markdown: str, expected: list[str]) -> None:
    assert texts(markdown) == expected


def test_lists() -> None:
    blocks = parse_markdown("1. un\n2. deux\n\n   suite\n   - a\n     * b\n\n   après\n3) trois\n\n* x").blocks
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        (ITEM, 1, "1. un"),
        (ITEM, 1, "2. deux suite"),
        (ITEM, 2, "- a"),
        (ITEM, 3, "- b"),
        (PARAGRAPH, 0, "après"),
        (ITEM, 1, "3) trois"),
        (ITEM, 1, "- x"),
    ]


def test_lists_written_as_plain_lines() -> None:
    blocks = parse_markdown("L'entité :\n• nomme un responsable\nde la sécurité ;\n• tient un registre.").blocks
    assert [(block.kind, block.text) for block in blocks] == [
        (PARAGRAPH, "L'entité :"),
        (ITEM, "- nomme un responsable de la sécurité ;"),
        (ITEM, "- tient un registre."),
    ]
    assert texts("Sont visés :\na) les médecins ;\nb) les infirmiers.") == [
        "Sont visés :",
        "a) les médecins ;",
        "b) les infirmiers.",
    ]
    assert texts("Un tiret\n– pas une liste – au milieu.") == ["Un tiret – pas une liste – au milieu."]


def test_table_quote_and_code() -> None:
    blocks = parse_markdown("| A | B |\n|---|---|\n| 1 | **2** |\n\n> cité\n> encore\n\n```sh\nls -l\n```").blocks
    assert [(block.kind, block.text) for block in blocks] == [
        (ROW, "A | B"),
        (ROW, "1 | 2"),
        (PARAGRAPH, "cité encore"),
        (PARAGRAPH, "ls -l"),
    ]


def test_html_block_is_text() -> None:
    assert texts("<details>\n<summary><em>En savoir plus</em></summary>\n\nDu texte.\n\n</details>") == [
        "En savoir plus",
        "Du texte.",
    ]


def test_heading_that_is_a_sentence_stays_quotable() -> None:
    sentence = "Tout site doit intégrer les règles de sécurité, " * 4 + "sur les échanges comme sur les accès."
    assert parse_markdown(f"#### {sentence}").blocks[0].kind is PARAGRAPH


@pytest.mark.parametrize(
    ("markdown", "told"),
    [
        ("---\ntitle: a: b\n---\n", "ligne 2"),
        ("---\ntitle: x\n# jamais fermé", "jamais fermé"),
        ("---\n- liste\n---\n", "clé: valeur"),
        ("---\ndate: hier\n---\n", "AAAA-MM-JJ"),
        ("---\ndate: 2024-02-31\n---\n", "ligne 2"),
        ("---\ndate: '2024-02-31'\n---\n", "AAAA-MM-JJ"),
        ("---\nkind: secret\n---\n", "kind"),
        ("# T\n\n```meta\nfacts: [\n```\n", "ligne"),
        ("# T\n\n```meta\nfact: [a]\n```\n", "clé « fact » inconnue"),
        ("# T\n\n```meta\nurl: javascript:alert(1)\n```\n", "https://"),
        ("Texte\n\n```meta\nfacts: [a]\n```\n", "ligne 3"),
    ],
)
def test_errors_name_the_place_and_the_cure(markdown: str, told: str) -> None:
    with pytest.raises(ParseError, match=told) as caught:
        parse_markdown(markdown, name="note.md")
    assert caught.value.subject == "note.md"


def test_line_of_an_error_in_meta_counts_the_front_matter() -> None:
    with pytest.raises(ParseError, match="ligne 8"):
        parse_markdown("---\ntitle: x\n---\n\n# T\n\n```meta\nfacts: a: b\n```\n")


def test_address_that_is_no_web_address_is_left_out_with_a_warning() -> None:
    parsed = parse_markdown("---\nurl: javascript:alert(1)\n---\ntexte")
    assert parsed.url is None
    assert "javascript" in parsed.warnings[0]


def test_byte_order_mark_and_windows_line_ends() -> None:
    assert parse_markdown("\ufeff---\r\ntitle: T\r\n---\r\nligne\r\nsuite\r\n").title == "T"
    assert texts("\ufeffligne\r\nsuite") == ["ligne suite"]


@given(st.text(alphabet=st.sampled_from("abé #*-_`|>[]()<&;:.0123456789\n\t{}\u00a0\u200b'\"/")))
def test_any_text_gives_consistent_offsets(text: str) -> None:
    try:
        parsed = parse_markdown(text)
    except IngestError:
        return
    document = assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title="T", media_type="text/markdown"
    )
    expected = [block.text for block in parsed.blocks]
    assert [document.text[block.start : block.end] for block in document.blocks] == expected


def test_starter_corpus_parses() -> None:
    files = sorted((Path(__file__).resolve().parents[2] / "corpus" / "starter").glob("*.md"))
    assert files
    for file in files:
        parsed = parse_markdown(file.read_text("utf-8"), name=file.name)
        assert parsed.publisher
        assert parsed.title
