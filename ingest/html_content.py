"""What of an HTML page is its content: menus, banners, forms and hidden text removed, the main part found."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from ingest.html_hidden import remove_hidden
from ingest.html_questions import is_opener, lift_labels, mark_openers, name_panels
from ingest.html_related import remove_related
from ingest.html_styles import StyleRules
from ingest.html_words import Measures, inside, removed, tokens

_DROPPED = (
    "script style noscript svg canvas iframe object embed applet audio video map select input textarea label"
    " dialog head link meta base img picture source track progress meter datalist rt rp"
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist")
)
_WORDS = (
    r"cookies?|cookie-?(?:banner|consent|notice|bar|law-\w+|law-info-bar)|consent|consent-(?:banner|manager|modal)"
    r"|tarteaucitron\w*|onetrust|didomi|axeptio\w*|rgpd-banner|eu-cookie-compliance[\w-]*|bandeau-(?:cookies?|maintenance)"
    r"|breadcrumbs?|ariane|fil-?d?-?ariane|share|sharing|social|socials|social-links|partages?|share-?(?:bar|buttons?|links?)"
    r"|addtoany\w*|a2a_kit|sharethis|sharedaddy|skip-?links?|skip-to-content|acces-rapide|menu|main-menu|navbar|nav"
    r"|navigation|tabnav|sidemenu|(?:[\w-]*[-_])?(?:site|global|location)[-_]?(?:header|footer)|footer|pagination|pager|toc|table-?of-?contents?"
    r"|summary-menu|fr-summary|sidebar|sidebar-\w+|widget-area|newsletter|follow|feedback|back-to-top|retour-haut|modal"
    r"|popup|pop-in|print|lang-switcher|language-switcher|avis-utilisateur|centre-aide|reading-time|temps-de-lecture"
    r"|entry-(?:meta|footer)|post-(?:meta|navigation)|nav-links|comments|comments-area|author-(?:box|bio)|keywords"
    r"|mots-cles|tags-links|related|related-(?:posts?|contents?|links?|articles?)|jp-relatedposts|(?:a-)?(?:lire|voir)-aussi"
    r"|(?:articles?|contenus?)-(?:lies?|associes?)|meme-sujet|visually-hidden|visually-hidden-focusable|sr-only"
    r"|screen-reader-text"
)
_BOILERPLATE = re.compile(rf"(?:fr-|sp-|site-|page-|block-|region-|js-|c-|m-|o-)?(?:{_WORDS})", re.IGNORECASE)
_FIELD = re.compile(
    r"field--name-field-(?:tags?|mots-cles|keywords|partage|share|related[\w-]*|contenus?-(?:lies?|associes?))"
)
_ID = re.compile(r"header|en-?tete|top|bandeau|pied(?:-de-page)?|bas-de-page", re.IGNORECASE)
_BUTTON_LINK = re.compile(r"(?:fr-)?(?:btn|button)", re.IGNORECASE)
_PAGE = frozenset(("main", "article"))
_MAX_WRAPPERS = 50


def prune(soup: BeautifulSoup, rules: StyleRules) -> int:
    """Remove what is no content; how many pieces of hidden text were among it.

    Hidden text is removed first and counted, so that a page cannot say to us what it does not show to people.
    Questions, tabs and category words are made ready for the walk (:mod:`ingest.html_questions`).
    """
    for node in soup.find_all(_DROPPED.split()):
        node.decompose()
    mark_openers(soup)
    hidden = remove_hidden(soup, rules)
    name_panels(soup)
    for node in soup.find_all("nav"):
        node.decompose()
    measures = Measures(soup)
    for node in list(soup.find_all(True)):
        if not removed(node) and _is_boilerplate(node, measures):
            node.decompose()
    remove_related(soup, measures)
    for node in list(soup.find_all(["ul", "ol"])):
        if not removed(node) and _is_local_index(node, measures):
            node.decompose()
    lift_labels(soup)
    return hidden


def _is_boilerplate(node: Tag, measures: Measures) -> bool:
    if node.name in {"html", "body", "main", "article"} or str(node.get("role")) == "main":
        return False
    if node.name == "button":
        return not is_opener(node)
    if node.name in {"header", "footer", "form", "aside"} or _ROLES.intersection(tokens(node, "role")):
        # Some sites wrap the whole page in a form, or the title of an article in a header.
        of_article = node.name in {"header", "aside"} and inside(node, _PAGE)
        return not (of_article or measures.holds_page(node))
    own_id = str(node.get("id") or "")
    names = [*tokens(node, "class"), own_id]
    named = any(_BOILERPLATE.fullmatch(re.split(r"__|--", name)[0]) or _FIELD.fullmatch(name) for name in names)
    if named or _ID.fullmatch(own_id):
        return not measures.holds_page(node)
    if node.name == "a" and not is_opener(node) and any(_BUTTON_LINK.fullmatch(name) for name in names):
        # A link drawn as a button calls to act; in the middle of a sentence it is part of it.
        around = node.parent
        return around is not None and measures.of(around).text == measures.of(node).text
    return False


def _is_local_index(node: Tag, measures: Measures) -> bool:
    """Whether a list is the page's own table of contents: three items or more, all links into the page."""
    measure = measures.of(node)
    if measure.items < 3 or measure.links < measure.items or measure.local < measure.links:
        return False
    return measure.text <= 1.1 * measure.linked


def main_part(soup: BeautifulSoup) -> Tag:
    """The element that holds the page's text: ``main``, a lone ``article``, else the smallest that holds most of it."""
    body = soup.body or soup
    measures = Measures(body)
    for found in _marked(body, measures):
        if measures.of(found).text >= 0.4 * measures.total:
            return found
    node: Tag = body
    for _ in range(_MAX_WRAPPERS):
        inner = [child for child in node.children if isinstance(child, Tag)]
        large = next((child for child in inner if measures.of(child).text >= 0.9 * measures.total), None)
        if large is None or large.name not in {"div", "section", "center", "form"}:
            break
        node = large
    return node


def _marked(body: Tag, measures: Measures) -> Iterator[Tag]:
    mains = [*body.find_all("main"), *body.find_all(role="main")]
    yield from sorted(mains, key=lambda node: -measures.of(node).text)[:1]
    yield from body.find_all(itemprop="articleBody", limit=1)
    articles = [node for node in body.find_all("article") if not inside(node, {"article"})]
    if len(articles) == 1:
        yield articles[0]
