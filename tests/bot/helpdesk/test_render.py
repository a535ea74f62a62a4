"""Notes in three formats: quotes word for word, nothing of a text ever read as markup."""

import html
import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from bot.helpdesk.model import Audience, Confidence, Draft, Format, Quote, Reply
from bot.helpdesk.render import MENTION, render
from bot.model import Reason, Status

KEY = "CV-ABCDEFGHIJKLMNOP"
TAGS = {"p", "strong", "em", "blockquote", "ul", "li", "a", "br", "div"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "&lt;b&gt; &amp; &#60;i&#62;",
    "[cliquez](javascript:alert(1))",
    "![x](https://pirate.example/x.png)",
    "<https://pirate.example>",
    "https://pirate.example/a?b=c",
    "www.pirate.example",
    "**gras** _souligné_ `code` ~~barré~~ ~~~",
    "# Titre",
    "- tiret\n+ plus\n* étoile\n1. un\n2) deux",
    "> citation\n=====\n-----\n***",
    "| a | b |\n|---|---|",
    "```\ncode\n```",
    "    code",
    "[^1]: note\n[ref]: https://pirate.example",
    "ligne une\nligne deux\n\nligne trois",
    "antislash \\ et \\* fin\\",
    "@agent @all #123 :smile: $x$ ^2^",
    "a\u00a0: «\u202fb\u202f»",
    "</blockquote></p><p>",
    "{{ gabarit }} {% x %} #{ruby}",
]


def draft(text: str = "Un texte.", url: str | None = "https://www.cnil.fr/x") -> Draft:
    reply = Reply(
        answer_id="a" * 32,
        question=text,
        status=Status.ANSWERED,
        reason=None,
        lead=text,
        quotes=(Quote(1, text, text, url, ""), Quote(2, text, text, url, text)),
        confidence=Confidence.HIGH,
        suggestions=(text,),
    )
    return Draft(Status.ANSWERED, (reply, reply), Confidence.HIGH, (text,), (text, text), (text,))


def rendered(form: Format, text: str, audience: Audience = Audience.AGENT) -> str:
    return render(draft(text), KEY, form, audience)


def seen(fragment: str) -> str:
    """What a reader of HTML sees."""
    tree = lxml_html.fragment_fromstring(fragment, create_parent="div")
    for br in tree.iter("br"):
        br.tail = "\n" + (br.tail or "")
    return str(tree.text_content())


def squeezed(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text).strip()


def markdown(source: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source))


def assert_harmless(fragment: str, text: str) -> None:
    tree = lxml_html.fragment_fromstring(fragment, create_parent="div")
    for element in tree.iter():
        assert element.tag in TAGS, (element.tag, text)
        assert set(element.keys()) <= ({"href", "rel"} if element.tag == "a" else set())
        if element.tag == "a":
            assert element.get("href") == "https://www.cnil.fr/x"


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("text", HOSTILE)
def test_html_holds_known_tags_only_and_every_word(text: str, audience: Audience) -> None:
    fragment = rendered(Format.HTML, text, audience)
    assert_harmless(fragment, text)
    assert f"«\u00a0{text.replace(chr(10) * 2, chr(10))}\u00a0» [1]" in seen(fragment).replace("\n\n", "\n")
    assert f"<blockquote>«\u00a0{html.escape(text).replace(chr(10), '<br>')}\u00a0»" in fragment


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_reads_back_as_the_same_words(text: str, audience: Audience) -> None:
    source = rendered(Format.MARKDOWN, text, audience)
    fragment = markdown(source)
    assert_harmless(fragment, text)
    assert squeezed(f"«\u00a0{text}\u00a0» [1]") in squeezed(seen(fragment))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_has_nothing_to_link_by_itself(text: str) -> None:
    source = rendered(Format.MARKDOWN, text)
    assert source.count("](<https://www.cnil.fr/x>)") == 4
    # Some tools make links of bare addresses too.
    assert not re.search(r"https?://|www\.", source.replace("](<https://www.cnil.fr/x>)", ""))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_word_for_word(text: str) -> None:
    assert f"«\u00a0{text}\u00a0» [1]" in rendered(Format.TEXT, text)


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://www.cnil.fr", "https://a/<b>", 'https://a/"x', "https://é.fr", "data:,x", None],
)
def test_only_https_addresses_become_links(form: Format, url: str | None) -> None:
    body = render(draft(url=url), KEY, form, Audience.AGENT)
    assert "href" not in body
    assert "](<" not in body
    assert url is None or url not in body


@pytest.mark.parametrize("form", list(Format))
def test_an_agent_s_note_says_what_it_is_and_carries_its_reference(form: Format) -> None:
    body = rendered(form, "Un texte.")
    assert MENTION in body
    assert "Confiance\u00a0: forte" in body
    assert KEY in body
    assert "Rien n’a été envoyé à la personne" in body


@pytest.mark.parametrize("form", list(Format))
def test_a_person_s_reply_says_that_it_is_automatic_and_nothing_meant_for_agents(form: Format) -> None:
    body = rendered(form, "Un texte.", Audience.PERSON)
    assert "assistant automatisé" in body
    assert KEY in body
    assert MENTION not in body
    assert "Non couvert" not in body


@pytest.mark.parametrize("form", list(Format))
def test_the_person_is_never_shown_words_of_the_message(form: Format) -> None:
    asked = "Faut-il aller sur https://evil.example/login ou écrire à aide@evil.example @all ?"
    reply = replace(draft().replies[0], question=asked)
    for replies in ((reply,), (reply, reply)):
        made = replace(draft(), replies=replies)
        body = render(made, KEY, form, Audience.PERSON)
        assert "evil" not in body
        assert ("Réponse 2 sur 2" in body) is (len(replies) == 2)
        assert "evil" in render(made, KEY, form, Audience.AGENT)


def test_the_person_is_told_what_is_only_part_of_an_answer() -> None:
    told = "ne porte pas sur tout votre message"
    assert told in rendered(Format.TEXT, "x", Audience.PERSON)
    assert told not in render(replace(draft(), complete=True), KEY, Format.TEXT, Audience.PERSON)


@pytest.mark.parametrize(
    "call", ["@all", "<!channel>", "<@U123>", "<https://evil.example|ici>", "{{7*7}}", "${x}", "{% x %}"]
)
def test_text_calls_nobody_and_is_no_template(call: str) -> None:
    made = draft(f"Dois-je {call} ?")
    body = render(
        replace(made, replies=tuple(replace(one, quotes=()) for one in made.replies)), KEY, Format.TEXT, Audience.AGENT
    )
    assert call not in body
    assert call in body.replace("\u2060", "")


def test_an_emergency_keeps_the_order_and_headings_of_its_sheet() -> None:
    steps = (Quote(1, "Débranchez.", "r", None, "Gestes"), Quote(2, "Notez.", "r", None, "Gestes"))
    last = Quote(3, "N’éteignez pas.", "r", None, "À ne pas faire")
    made = draft()
    sheet = replace(made.replies[0], status=Status.EMERGENCY, quotes=(*steps, last), confidence=Confidence.NONE)
    body = render(
        replace(made, status=Status.EMERGENCY, replies=(sheet,), confidence=Confidence.NONE),
        KEY,
        Format.TEXT,
        Audience.AGENT,
    )
    order = ["URGENCE POSSIBLE", "Gestes", "Débranchez.", "Notez.", "À ne pas faire", "N’éteignez pas."]
    places = [body.index(one) for one in order]
    assert places == sorted(places)
    assert body.count("Gestes") == 1


def test_a_refusal_says_so() -> None:
    refused = replace(draft().replies[0], status=Status.NO_ANSWER, reason=Reason.WEAK, quotes=(), suggestions=())
    made = Draft(Status.NO_ANSWER, (refused,), Confidence.NONE, ("x",), ("y",))
    body = render(made, KEY, Format.TEXT, Audience.AGENT)
    assert "Aucune réponse dans les textes officiels." in body
    assert "Confiance" not in body


@pytest.mark.parametrize("form", Format)
def test_what_may_be_copied_stands_between_two_lines_without_notes_for_the_agent(form: Format) -> None:
    refused = Reply("b" * 32, "Où est la piscine ?", Status.NO_ANSWER, Reason.WEAK, "Rien.", (), Confidence.NONE, ())
    made = draft("Un texte")
    made = replace(made, replies=(*made.replies, refused), not_covered=("piscine : rien",))
    before, letter, after = re.split("———[^—]*———", render(made, KEY, form, Audience.AGENT))
    assert "Question lue" in before
    assert letter.count("Un texte") >= 4
    assert not any(word in letter for word in ("confiance", "piscine", "Question lue", MENTION, KEY))
    assert "piscine" in after
    assert "Où est la piscine" not in before + after
    assert KEY in after


@pytest.mark.parametrize("form", Format)
def test_without_an_answer_there_is_nothing_to_copy(form: Format) -> None:
    refused = Reply("b" * 32, "Où ?", Status.NO_ANSWER, Reason.WEAK, "Rien.", (), Confidence.NONE, ())
    made = Draft(Status.NO_ANSWER, (refused,), Confidence.NONE, ("rien",), (), ())
    assert "———" not in render(made, KEY, form, Audience.AGENT)
