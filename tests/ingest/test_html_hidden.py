"""Text that the page does not show is dropped and counted; text that opens at a click is kept."""

import pytest

from ingest.html import parse_html


def read(html: str) -> tuple[str, tuple[str, ...]]:
    parsed = parse_html(f"<body><p>Visible.</p>{html}</body>".encode())
    return " ".join(block.text for block in parsed.blocks), parsed.warnings


HIDDEN = {
    "attribute": "<p hidden>secret</p>",
    "template": "<template><p>secret</p></template>",
    "aria": "<p aria-hidden='true'>secret</p>",
    "display": "<p style='display:none'>secret</p>",
    "escape": r"<p style='display:n\6f ne'>secret</p>",
    "comment": "<p style='display:/* x */none'>secret</p>",
    "important": "<p style='DISPLAY : NONE !important'>secret</p>",
    "visibility": "<p style='color:red;visibility:hidden'>secret</p>",
    "opacity": "<p style='opacity:0.0'>secret</p>",
    "size": "<p style='font-size:0'>secret</p>",
    "one pixel": "<p style='font-size:1px'>secret</p>",
    "off screen": "<p style='position:absolute;left:-9999px'>secret</p>",
    "indent": "<p style='text-indent:-999em'>secret</p>",
    "clip": "<p style='clip:rect(0 0 0 0)'>secret</p>",
    "clip-path": "<p style='clip-path:inset(100%)'>secret</p>",
    "scale": "<p style='transform:scale(0)'>secret</p>",
    "flat": "<p style='height:0;overflow:hidden'>secret</p>",
    "same colours": "<p style='color:#fff;background:white'>secret</p>",
    "near colours": "<p style='background-color:rgb(250,250,250);color:#fcfcfc'>secret</p>",
    "transparent": "<p style='color:transparent'>secret</p>",
    "white on the page": "<p><span style='color:#ffffff'>secret</span></p>",
    "white font": "<font color=white>secret</font>",
    "rule by class": "<style>.a, .x { display:none }</style><p class=x>secret</p>",
    "rule by id": "<style>#x{visibility:hidden}</style><p id=x>secret</p>",
    "rule by tag": "<style>blockquote{font-size:0}</style><blockquote>secret</blockquote>",
    "rule by compound": "<style>p.a.b{left:-9999px}</style><p class='b a'>secret</p>",
    "rule by ancestor": "<style>.o > .i{display:none}</style><div class=o><p class=i>secret</p></div>",
    "rule after others": "<style>@charset 'utf-8';@media print{.x{color:red}} /*{*/ .x{opacity:0}</style>"
    "<p class=x>secret</p>",
    "colours by rule": "<style>.x{color:#eee;background:#eee}</style><p class=x>secret</p>",
    "hidden later": "<style>.y{display:block}.x{display:none}</style><p class='x y'>secret</p>",
    "long style": f"<p style='{'margin:0;' * 400}display:none'>secret</p>",
}
SHOWN = {
    "media": "<style>@media print{.x{display:none}}</style><p class=x>montré</p>",
    "opened by class": "<style>.x{display:none}.x.ouvert{display:block}</style><p class=x>montré</p>",
    "opened by target": "<style>.x{visibility:hidden}.x:target{visibility:visible}</style><p class=x>montré</p>",
    "shown later": "<style>.x{display:none}.y{display:block}</style><p class='x y'>montré</p>",
    "own style wins": "<style>.x{display:none}</style><p class=x style='display:block'>montré</p>",
    "controlled": "<button aria-controls=r aria-expanded=false>Une question</button><div id=r hidden>montré</div>",
    "panel": "<div role=tabpanel id=p hidden>montré</div>",
    "until found": "<div hidden='until-found'>montré</div>",
    "after its question": "<div class=faq-question>Qui ?</div><div style='display:none'>montré</div>",
    "white on blue": "<p style='background:#003'><span style='color:white'>montré</span></p>",
    "white in a banner": "<div class='bandeau-bleu'><span style='color:white'>montré</span></div>",
    "white in a painted class": "<style>.x{background:navy}</style><p class=x><b style='color:#fff'>montré</b></p>",
    "no colour": "<p style='color:#333;background:#fff'>montré</p>",
    "other descendant": "<style>.o .i{display:none}</style><p class=i>montré</p>",
    "thin": "<p style='opacity:0.5;font-size:0.8em;max-height:0.5em'>montré</p>",
}


@pytest.mark.parametrize("case", HIDDEN)
def test_hidden_text_is_dropped_and_counted(case: str) -> None:
    assert read(HIDDEN[case]) == ("Visible.", ("1 passage(s) de texte caché laissé(s) de côté",))


@pytest.mark.parametrize("case", SHOWN)
def test_text_that_can_be_seen_is_kept(case: str) -> None:
    text, notes = read(SHOWN[case])
    assert text.endswith("montré")
    assert notes == ()


def test_invisible_characters_are_dropped_and_counted() -> None:
    spelled = "".join(chr(0xE0000 + ord(char)) for char in "obey")
    text, notes = read(f"<p>a{spelled}b</p><p>c{chr(0x200B) * 8}d</p>")
    assert text == "Visible. ab cd"
    assert notes == ("2 suite(s) de caractères invisibles laissée(s) de côté",)


def test_invisible_characters_of_typography_are_not_counted() -> None:
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert read(f"<p>Mes{chr(0x200B)}Services co{chr(0xAD)}opérer {flag}</p>")[1] == ()


def test_text_for_screen_readers_is_left_out_without_a_note() -> None:
    rule = "<style>.screen-reader-text{position:absolute;left:-9999px}</style>"
    assert read(f"{rule}<a class=screen-reader-text href=#m>Aller au contenu</a>") == ("Visible.", ())
