"""Question and answer become one section, whatever the make of the FAQ."""

import pytest

from ingest.html import parse_html
from ingest.model import BlockKind, DocumentKind
from ingest.text import assemble


def sections(html: str) -> list[tuple[tuple[str, ...], str]]:
    parsed = parse_html(f"<main><h1>Aide</h1>{html}</main>".encode())
    document = assemble(
        parsed, source_id="s", kind=DocumentKind.LOCAL, publisher="P", title="Aide", media_type="text/html"
    )
    return [(one.path, " ".join(document.text[one.start : one.end].split())) for one in document.sections if one.path]


EXPECTED = [(("Qui appeler ?",), "Le support."), (("Quand appeler ?",), "Tout de suite.")]
MAKES = {
    "dl": "<dl><dt>{q1}</dt><dd>{a1}</dd><dt>{q2}</dt><dd>{a2}</dd></dl>",
    "details": "<details><summary>{q1}</summary>{a1}</details><details><summary>{q2}</summary><p>{a2}</p></details>",
    "headings": "<h2>{q1}</h2><div>{a1}</div><h2>{q2}</h2><div>{a2}</div>",
    "bold": "<p><strong>{q1}</strong></p><p>{a1}</p><p><span style='font-weight:700'>{q2}</span></p><p>{a2}</p>",
    "bold and break": "<p><b>{q1}</b><br>{a1}</p><p><b>{q2}</b><br>{a2}</p>",
    "microdata": "".join(
        f"<div itemscope itemtype='https://schema.org/Question'><span itemprop='name'>{{q{n}}}</span>"
        f"<div itemprop='acceptedAnswer'><div itemprop='text'>{{a{n}}}</div></div></div>"
        for n in (1, 2)
    ),
    "dsfr": "".join(
        f"<section class='fr-accordion'><h3 class='fr-accordion__title'><button class='fr-accordion__btn' "
        f"aria-expanded='false' aria-controls='a{n}'>{{q{n}}}</button></h3><div class='fr-collapse' id='a{n}'>{{a{n}}}"
        "</div></section>"
        for n in (1, 2)
    ),
    "button": "".join(
        f"<button aria-expanded='false' aria-controls='a{n}'>{{q{n}}}</button><div id='a{n}' hidden>{{a{n}}}</div>"
        for n in (1, 2)
    ),
    "link": "".join(
        f"<div class='card-header'><a class='btn btn-link' data-toggle='collapse' href='#a{n}'>{{q{n}}}</a></div>"
        f"<div id='a{n}' class='collapse' style='display:none'>{{a{n}}}</div>"
        for n in (1, 2)
    ),
    "role": "".join(
        f"<div role='button' aria-expanded='false' aria-controls='a{n}'>{{q{n}}}</div><div id='a{n}'>{{a{n}}}</div>"
        for n in (1, 2)
    ),
    "role heading": "<div role='heading' aria-level='3'>{q1}</div><p>{a1}</p><div role='heading'>{q2}</div><p>{a2}</p>",
    "fields": "".join(
        f"<div><div class='field field--name-field-question'>{{q{n}}}</div>"
        f"<div class='field field--name-field-reponse'><p>{{a{n}}}</p></div></div>"
        for n in (1, 2)
    ),
    "list": "<ul>"
    + "".join(
        f"<li><div class='faq-question'>{{q{n}}}</div><div class='faq-answer'>{{a{n}}}</div></li>" for n in (1, 2)
    )
    + "</ul>",
    "toggle": "".join(
        f"<div class='toggle-title'>{{q{n}}}</div><div class='toggle-content' style='display:none'>{{a{n}}}</div>"
        for n in (1, 2)
    ),
    "tabs": "<ul role='tablist'><li><button role='tab' id='t1' aria-controls='p1'>{q1}</button></li>"
    "<li><button role='tab' id='t2' aria-controls='p2'>{q2}</button></li></ul>"
    "<div role='tabpanel' id='p1' aria-labelledby='t1'>{a1}</div>"
    "<div role='tabpanel' id='p2' aria-labelledby='t2' hidden>{a2}</div>",
    "tabs without roles": "<ul><li><a href='#p1'>{q1}</a></li><li><a href='#p2'>{q2}</a></li></ul>"
    "<div class='tab-pane' id='p1'>{a1}</div><div class='tab-pane' id='p2'>{a2}</div>",
}


@pytest.mark.parametrize("make", MAKES)
def test_question_and_answer_are_one_section(make: str) -> None:
    html = MAKES[make].format(q1="Qui appeler ?", a1="Le support.", q2="Quand appeler ?", a2="Tout de suite.")
    assert sections(html) == EXPECTED


@pytest.mark.parametrize("make", ["dl", "details", "dsfr", "button", "fields", "role"])
def test_a_heading_inside_an_answer_stays_in_it(make: str) -> None:
    html = MAKES[make].format(
        q1="Qui appeler ?",
        a1="Le support.<h4>La nuit</h4><p>L’astreinte.</p>",
        q2="Quand appeler ?",
        a2="Tout de suite.",
    )
    assert sections(html) == [EXPECTED[0], (("Qui appeler ?", "La nuit"), "L’astreinte."), EXPECTED[1]]


def test_a_bold_line_inside_an_answer_stays_in_it() -> None:
    html = "<dl><dt>Qui ?</dt><dd><p>Nous.</p><p><b>La nuit</b></p><p>Eux.</p></dd><dt>Où ?</dt><dd>Ici.</dd></dl>"
    assert sections(html) == [(("Qui ?",), "Nous."), (("Qui ?", "La nuit"), "Eux."), (("Où ?",), "Ici.")]


def test_a_category_word_stands_above_its_question() -> None:
    row = (
        "<div class='row'><h3><button aria-expanded='false' aria-controls='{0}'><span class='badge'>{1}</span> {2}"
        "</button></h3><div id='{0}'><p>{3}</p><h4>Suite</h4><p>Fin.</p></div></div>"
    )
    html = (
        row.format("a", "Annuaire", "Qui ?", "Nous.")
        + row.format("b", "Carte", "Où ?", "Ici.")
        + "<h2>Contact</h2><p>x y</p>"
    )
    assert sections(html) == [
        (("Annuaire",), ""),
        (("Annuaire", "Qui ?"), "Nous."),
        (("Annuaire", "Qui ?", "Suite"), "Fin."),
        (("Carte",), ""),
        (("Carte", "Où ?"), "Ici."),
        (("Carte", "Où ?", "Suite"), "Fin."),
        (("Contact",), "x y"),
    ]


def test_a_category_word_above_its_question() -> None:
    html = "<h2>A</h2><p>b.</p><div class='item'><p class='tag'>Annuaire</p><h2>Qui ?</h2><p>Nous.</p></div>"
    assert sections(html) == [(("A",), "b."), (("Annuaire",), ""), (("Annuaire", "Qui ?"), "Nous.")]


def test_a_button_that_opens_a_window_or_a_menu_is_no_heading() -> None:
    html = """<h2>A</h2><p>b.</p><button aria-controls="m" aria-expanded="false">Voir la carte des agences</button>
    <div id="m" class="fr-modal">Carte.</div><button aria-controls="absent">Une action sans effet</button>
    <button aria-expanded="false" aria-controls="n">Ouvrir tout le menu</button><nav id="n">Menu.</nav>"""
    assert sections(html) == [(("A",), "b.")]


def test_a_box_beside_the_text_does_not_take_what_follows() -> None:
    html = """<h2>A</h2><p>b.</p><div class="fr-alert"><h3>Attention</h3><p>c.</p></div><p>d.</p>
    <h3>E</h3><p>f.</p><div class="fr-callout"><h2>À savoir</h2><p>g.</p></div><h3>H</h3><p>i.</p>"""
    assert sections(html) == [
        (("A",), "b. Attention c. d."),
        (("A", "E"), "f."),
        (("A", "E", "À savoir"), "g."),
        (("A", "H"), "i."),
    ]


def test_a_list_of_short_choices_is_no_list_of_questions() -> None:
    parsed = parse_html(
        b"<main><h1>A</h1><ul><li><button aria-expanded='false'>Plus</button> un texte</li></ul></main>"
    )
    assert [block.kind for block in parsed.blocks] == [BlockKind.HEADING, BlockKind.ITEM]
