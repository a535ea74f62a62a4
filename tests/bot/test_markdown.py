"""Answers as Markdown, read back by a real Markdown reader: what a document says is shown, and is never markup."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.markdown import answer_markdown, escape
from bot.schema import AnswerOut

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PAYLOADS = [
    "<script>alert(1)</script>",
    "![x](https://evil.example/?q=1)",
    "[clic](javascript:alert(1))",
    "**gras** _italique_ `code` ~~barré~~",
    "# titre",
    "- élément",
    "+ élément",
    "12. élément",
    "3) élément",
    "> citation",
    "---",
    "===",
    "| a | b |",
    "<https://evil.example>",
    "&lt;b&gt; &#60;",
    "\\*déjà\\*",
    "[ref]: https://evil.example",
    "$x^2$",
    "```\ncode\n```",
    "    code en retrait",
    "fin de ligne\\",
]


def shown(markdown: str) -> str:
    """The text that a reader shows, white space folded."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", READER.render(markdown))).split())


@pytest.mark.parametrize("text", PAYLOADS)
def test_text_is_shown_as_it_is(text: str) -> None:
    assert shown(escape(text)) == " ".join(text.split())
    assert set(re.findall(r"<(\w+)", READER.render(escape(text)))) <= {"p"}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*PAYLOADS, "mot", "«", "1", " ", "\\", "`", "*", "_", "[", "]", "(", ")", "<", ">", "!", "#", "\n"]
        )
    )
)
def test_any_mixture_is_shown_as_it_is(parts: list[str]) -> None:
    text = " ".join("".join(parts).split())
    assert shown(escape(text)) == text


def answer(**changed: Any) -> AnswerOut:
    citation = {
        "marker": 1,
        "quote": "Une *règle* [1].\n- Un <b>point</b>",
        "publisher": "CN_IL_",
        "title": "Titre [piégé](https://evil.example)",
        "url": "https://www.cnil.fr/fr/page",
        "deep_link": "https://www.cnil.fr/fr/page#:~:text=Une%20r%C3%A8gle>)<x",
        "section": "# Section",
        "page": 3,
        "page_label": "iii",
        "document_date": "2023-05",
        "retrieved_at": None,
        "document_id": "d",
        "passage_id": "p",
        "start": 0,
        "end": 1,
        "kind": "official",
        "media_type": "text/html",
        "force": None,
        "reserve": "",
    }
    fields = {
        "id": "0" * 32,
        "status": "answered",
        "reason": None,
        "answer": "Voici :\n\nCN_IL_ (2023), « # Section » :\n« Une *règle* [1].\n- Un <b>point</b>\u00a0» [1]",
        "citations": [citation],
        "confidence": 0.9,
        "notices": [{"code": "personal_data_masked", "text": "Masqué *ici*"}, {"code": "contact", "text": "<17>"}],
        "suggestions": ["Et ensuite [x](javascript:1) ?"],
        "related": [{"title": "Près", "publisher": "ANSSI", "url": None, "document_id": "e"}],
        "index": {"generation": "g", "built_at": "2026-01-01T00:00:00+00:00"},
        "generated": False,
        "timings_ms": {},
        "contacts": [],
    }
    return AnswerOut.model_validate(fields | changed)


def test_an_answer_links_only_to_what_it_cites() -> None:
    html = READER.render(answer_markdown(answer(), "Pied de page"))
    assert set(re.findall(r'href="([^"#]*)', html)) == {"https://www.cnil.fr/fr/page"}
    assert "<script" not in html
    assert "<b>" not in html
    assert "<img" not in html
    text = " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
    assert "« Une *règle* [1]. - Un <b>point</b> » [1]" in text
    assert "Titre [piégé](https://evil.example) — CN_IL_, 2023-05, « # Section », page iii" in text
    assert text.startswith("Masqué *ici*")
    assert text.endswith("Pied de page")
    # The marker of the quote is a link; a number inside the quote is not.
    assert html.count("[1]</a>") == 1


def test_a_source_without_an_address_is_named_without_a_link() -> None:
    citation = answer().citations[0].model_copy(update={"url": None, "deep_link": None})
    assert "href" not in READER.render(answer_markdown(answer(citations=[citation.model_dump()])))
    insecure = citation.model_copy(update={"url": "http://www.cnil.fr/"})
    assert "href" not in READER.render(answer_markdown(answer(citations=[insecure.model_dump()])))
