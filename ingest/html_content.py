"""What of an HTML page is its content: menus, banners, forms and hidden text removed, the main part found."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

_DROPPED = (
    "script style noscript template svg canvas iframe object embed applet audio video map select input textarea label"
    " dialog nav head link meta base img picture source track progress meter datalist rt rp"
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tablist")
)
_WORDS = (
    r"cookies?|cookie-?(?:banner|consent|notice|bar)|consent|tarteaucitron\w*|onetrust|didomi|axeptio|rgpd-banner"
    r"|breadcrumbs?|ariane|fil-?d?-?ariane|fil-ariane|share|sharing|social|socials|partages?|share-?(?:bar|buttons?)"
    r"|addtoany|sharethis|skip-?links?|skip-to-content|acces-rapide|menu|main-menu|navbar|nav|navigation|tabnav|sidemenu"
    r"|site-header|site-footer|footer|pagination|pager|toc|table-?of-?contents?|summary-menu|fr-summary|sidebar|newsletter"
    r"|follow|feedback|back-to-top|retour-haut|modal|popup|pop-in|print|lang-switcher|language-switcher"
    r"|bandeau-maintenance|avis-utilisateur|centre-aide|related|a-lire-aussi|visually-hidden|sr-only|screen-reader-text"
)
_BOILERPLATE = re.compile(rf"(?:fr-|block-|region-|js-|c-|m-|o-)?(?:{_WORDS})", re.IGNORECASE)
_BUTTON_LINK = re.compile(r"(?:fr-)?(?:btn|button)", re.IGNORECASE)
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!]|$)"
    r"|font-size\s*:\s*0(?:\.0*)?(?:px|em|rem|pt|%)?\s*(?:[;!]|$)|(?:left|top|text-indent)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(0|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*;.*overflow\s*:\s*hidden)",
    re.IGNORECASE | re.DOTALL,
)
_COLOR = re.compile(r"(?:^|;)\s*(background(?:-color)?|color)\s*:\s*([^;!]+)", re.IGNORECASE)
_MAX_WRAPPERS = 50
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def words(node: Tag) -> str:
    """The text below a node, white space folded."""
    return " ".join(node.get_text(" ").split())


def prune(soup: BeautifulSoup) -> int:
    """Remove what is no content; how many pieces of hidden text were among it.

    Hidden text is removed first and counted, so that a page cannot say to us what it does not show to people.
    An element that a button opens (``aria-controls``) is not hidden: people can read it.
    """
    for node in soup.find_all(_DROPPED.split()):
        node.decompose()
    hidden = _remove_hidden(soup)
    total = len(words(soup))
    for node in list(soup.find_all(True)):
        if not node.decomposed and _is_boilerplate(node, total):
            node.decompose()
    for node in list(soup.find_all(["ul", "ol"])):
        if not node.decomposed and _is_local_index(node):
            node.decompose()
    return hidden


def _remove_hidden(soup: BeautifulSoup) -> int:
    opened = {name for node in soup.select("[aria-controls]") for name in _tokens(node, "aria-controls")}
    opened |= {str(node["href"])[1:] for node in soup.select('a[href^="#"]') if "data-bs-toggle" in node.attrs}
    hidden = 0
    for node in list(soup.find_all(_is_hidden)):
        if node.decomposed or str(node.get("id")) in opened or node.name in {"html", "body"}:
            continue
        if node.get("role") == "tabpanel":
            continue
        hidden += bool(words(node))
        node.decompose()
    return hidden


def _is_hidden(node: Tag) -> bool:
    if "hidden" in node.attrs or str(node.get("aria-hidden")).lower() == "true":
        return True
    style = str(node.get("style") or "")
    if not style:
        return False
    if _HIDING.search(style):
        return True
    colors = {name.lower()[:10]: value.strip().lower() for name, value in _COLOR.findall(style)}
    return "color" in colors and colors["color"] == colors.get("background")


def _tokens(node: Tag, attribute: str) -> list[str]:
    value = node.get(attribute)
    return value.split() if isinstance(value, str) else list(value or ())


def _is_boilerplate(node: Tag, total: int) -> bool:
    if node.name in {"html", "body", "main", "article"} or str(node.get("role")) == "main":
        return False
    if node.name == "button":
        return not is_opener(node)
    if node.name in {"header", "footer", "form", "aside"} or _ROLES.intersection(_tokens(node, "role")):
        # Some sites wrap the whole page in a form, or the title of an article in a header.
        own = node.find(["main", "article", "h1"]) is not None or len(words(node)) > 0.5 * total
        inside = node.name in {"header", "aside"} and node.find_parent(["main", "article"]) is not None
        return not (inside or own)
    tokens = [*_tokens(node, "class"), str(node.get("id") or "")]
    if any(_BOILERPLATE.fullmatch(re.split(r"__|--", token)[0]) for token in tokens):
        return node.find(["main", "article", "h1"]) is None and len(words(node)) <= 0.5 * total
    if node.name == "a" and any(_BUTTON_LINK.fullmatch(token) for token in tokens):
        # A link drawn as a button calls to act; in the middle of a sentence it is part of it.
        around = node.parent
        return around is not None and words(around) == words(node)
    return False


def is_opener(node: Tag) -> bool:
    """Whether a button opens a part of the text (accordion): its label is then a heading."""
    if node.find_parent([*_HEADINGS, "dt", "summary"]) is not None:
        return True
    if "aria-controls" in node.attrs or "data-bs-target" in node.attrs or "aria-expanded" in node.attrs:
        return node.find_parent(["li"]) is None and len(words(node)) > 3
    return any("accord" in token.lower() for token in _tokens(node, "class"))


def _is_local_index(node: Tag) -> bool:
    """Whether a list is the page's own table of contents: three items or more, all links into the page."""
    items = node.find_all("li")
    links = node.find_all("a", href=True)
    if len(items) < 3 or len(links) < len(items) or not all(str(link["href"]).startswith("#") for link in links):
        return False
    return len(words(node)) <= 1.1 * sum(len(words(link)) + 1 for link in links)


def main_part(soup: BeautifulSoup) -> Tag:
    """The element that holds the page's text: ``main``, a lone ``article``, else the smallest that holds most of it."""
    body = soup.body or soup
    total = len(words(body))
    for found in _marked(body):
        if len(words(found)) >= 0.4 * total:
            return found
    node: Tag = body
    for _ in range(_MAX_WRAPPERS):
        inner = [child for child in node.children if isinstance(child, Tag)]
        large = next((child for child in inner if len(words(child)) >= 0.9 * total), None)
        if large is None or large.name not in {"div", "section", "center", "form"}:
            break
        node = large
    return node


def _marked(body: Tag) -> Iterator[Tag]:
    mains = [*body.find_all("main"), *body.find_all(role="main")]
    yield from sorted(mains, key=lambda node: -len(words(node)))[:1]
    yield from body.find_all(itemprop="articleBody", limit=1)
    articles = [node for node in body.find_all("article") if node.find_parent("article") is None]
    if len(articles) == 1:
        yield articles[0]
