"""Lists of other pages ("À lire aussi") and calls to share or to rate: left out, by what their heading says."""

import re
from itertools import islice

from bs4 import BeautifulSoup, Tag

from ingest.html_words import Measures, brief, removed

_TITLES = ["h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong"]
_HEADINGS = frozenset(_TITLES[:5])
_LONGEST = 80
# Other pages: what follows is left out when most of it is links.
_OTHERS = re.compile(
    r"(?:à |a )?(?:lire|voir|découvrir|consulter) (?:aussi|également)|et aussi|pour approfondir|vous aimerez aussi"
    r"|(?:sur|dans) (?:le|la) même (?:sujet|thème|thématique|rubrique|collection)"
    r"|(?:articles?|contenus?|actualités?|pages?|ressources?|documents?) (?:liée?s?|récente?s?|similaires?|associée?s?)"
    r"|ces (?:articles|contenus|pages) (?:peuvent|pourraient) .{0,40}|(?:les )?mots[- ]clés(?: associés.{0,30})?"
    r"|(?:nos )?autres (?:articles|actualités|fiches|pages)|dernières actualités",
    re.IGNORECASE,
)
# Calls to the reader: the heading's whole box is left out.
_CALLS = re.compile(
    r"partage[rz] (?:cette|la|cet|le|l[’']).{0,30}|partager|suivez[- ]nous.{0,40}"
    r"|(?:cette|la|ces) (?:page|fiche|réponse|information)s? vous .{0,20}utiles? ?\?"
    r"|donnez(?:[- ]nous)? votre avis.{0,30}|abonnez[- ]vous.{0,60}",
    re.IGNORECASE,
)
# Links that stand together in the footer of French sites, and nowhere else.
_FOOTER = re.compile(
    r"mentions légales|plan du site|(?:politique de )?confidentialité|données personnelles|gestion des cookies"
    r"|accessibilité\W.{0,30}|informations légales|(?:nous )?contacte?r?",
    re.IGNORECASE,
)
_MAX_FOOTER = 800
_TRIM = " :.…!>»\u00a0\u202f"
_MAX_BOXES = 3


def remove_related(soup: BeautifulSoup, measures: Measures) -> None:
    """Take lists of other pages, calls and footers without a name out of the tree."""
    _remove_footers(soup, measures)
    for node in list(soup.find_all(_TITLES)):
        if removed(node) or (text := brief(node, 3 * _LONGEST, looked_at=50)) is None:
            continue
        name = text.strip(_TRIM)
        if len(name) <= _LONGEST and (_OTHERS.fullmatch(name) or _CALLS.fullmatch(name)):
            box = _box(node, measures, calls=_CALLS.fullmatch(name) is not None)
            if box is not None:
                box.decompose()
            elif node.name in _HEADINGS:
                _remove_links_below(node, measures)
        elif node.name == "p" and _OTHERS.match(text) and _mostly_links(node, len(text.split(":")[0]), measures):
            # "À lire aussi : <the link>" between two paragraphs.
            node.decompose()


def _remove_footers(soup: BeautifulSoup, measures: Measures) -> None:
    boxes: dict[int, tuple[Tag, set[str]]] = {}
    for link in soup.find_all("a"):
        text = (brief(link, _LONGEST, looked_at=10) or "").strip(_TRIM)
        if not _FOOTER.fullmatch(text):
            continue
        for around in islice(link.parents, _MAX_BOXES):
            measure = measures.of(around)
            if measures.holds_page(around) or measure.text > _MAX_FOOTER or not _mostly_links(around, 0, measures):
                break
            boxes.setdefault(id(around), (around, set()))[1].add(text.casefold())
    for box, names in boxes.values():
        if len(names) > 1 and not removed(box):
            box.decompose()


def _box(title: Tag, measures: Measures, *, calls: bool) -> Tag | None:
    """The largest element around a title that holds nothing but what it announces."""
    found, node = None, title.parent
    own = measures.of(title).text
    for _ in range(_MAX_BOXES):
        if node is None or node.name in {"body", "html", "main", "article"} or measures.holds_page(node):
            break
        measure = measures.of(node)
        if not calls and not _mostly_links(node, own, measures):
            break
        if calls and measure.text > own + 200:
            break
        if measure.text > own:
            found = node
        node = node.parent
    return found


def _mostly_links(node: Tag, own: int, measures: Measures) -> bool:
    measure = measures.of(node)
    return measure.links > 0 and measure.linked >= 0.4 * (measure.text - own)


def _remove_links_below(heading: Tag, measures: Measures) -> None:
    """Remove a heading and the lists of links right after it."""
    following = []
    for node in heading.next_siblings:
        if not isinstance(node, Tag):
            continue
        if node.name in _HEADINGS or not _mostly_links(node, 0, measures):
            break
        following.append(node)
    if following:
        for node in (heading, *following):
            node.decompose()
