"""Plain text of the HTML of strangers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.helpdesk.plain import TEXT_MAX, decoded, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("Bonjour\r\n\r\n\r\n\r\n2 &lt; 3 &amp; fin ", "Bonjour\n\n2 < 3 & fin"),
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("<div>Un</div><div>Deux<br>Trois</div>", "Un\nDeux\nTrois"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("avant<blockquote type='cite'>cité<br>encore</blockquote>après", "avant\n\n> cité\n> encore\n\naprès"),
        ("<style>p{}</style><script>x()</script><p>vu</p><!-- non -->", "vu"),
        ("<a href='https://exemple.fr/x'>le lien</a><img src=x alt=image>", "le lien"),
        ("a&nbsp;b\u200b \n c<b>d</b>", "a b cd"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
        ("<p>fermé</i></p></div></blockquote>suite", "fermé\n\nsuite"),
        ("\x00<p>a\x07b\ud800</p>", "a b?"),
    ],
)
def test_text_that_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("stored", "html"),
    [
        ("&#60;p&#62;a &#38;amp; b&#60;/p&#62;", "<p>a &amp; b</p>"),
        ("&lt;p&gt;a&lt;/p&gt;", "<p>a</p>"),
        ("&#x3C;p&#x3E;a", "<p>a"),
        ("<p>1 &lt; 2</p>", "<p>1 &lt; 2</p>"),
        ("a &amp; b", "a &amp; b"),
    ],
)
def test_tags_stored_as_entities(stored: str, html: str) -> None:
    assert decoded(stored) == html


@pytest.mark.parametrize("piece", ["<div>", "<b><i>", "<!--", "<", "<a ", "&", "<blockquote>", "</p>", "<svg>", "&#x"])
def test_hostile_lengths_are_bounded(piece: str) -> None:
    assert len(plain_text(piece * (600_000 // len(piece)))) <= TEXT_MAX


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<script>", "</script>", "<li>", "a", " ", "&lt;", "\n"])))
def test_any_nesting_is_read(pieces: list[str]) -> None:
    text = plain_text("".join(pieces))
    assert "\n\n\n" not in text
    assert text == text.strip()
