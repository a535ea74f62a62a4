"""A crawled HTML page: its document, and what it tells a crawler. Nothing of what a page holds makes this fail."""

import re
import unicodedata

from ingest.crawl.directives import meta_directives
from ingest.crawl.model import Discovery, PageContent
from ingest.errors import ParseError
from ingest.html import decode_html, parse_html
from ingest.html_discovery import PageSigns, page_signs
from ingest.model import ParsedDocument

_LITTLE_TEXT = 200
"""Characters under which a page with scripts is taken for an application's empty frame."""
_MUCH_CODE = 2_000
_SHORT = 1_500
"""Characters above which a page is an article, even one about pages that are missing."""
_VERY_SHORT = 300
_FIRST = 3
"""Blocks, title included, one of which must begin by saying that the page is missing."""

# Titles without accents and in lower case. Of the title of an article on error 404, more than this is left.
_SUBJECT = (
    r"(?:(?:la|le|cette|ce|the|this) )?(?:page|contenu|document|ressource|article|fiche|adresse|file)(?: web)?"
    r"(?: demandee?| recherchee?| que vous (?:cherchez|recherchez|demandez|avez demandee?)"
    r"| you (?:requested|are looking for))?"
)
_STATE = (
    r"(?:(?:est |is )?(?:introuvable|inexistante?|inconnue?|non trouvee?|not found)"
    r"|n'existe (?:pas ou plus|pas|plus)|n'a (?:pas|pu) (?:pu )?etre trouvee?|n'a pas ete trouvee?"
    r"|n'est plus (?:disponible|en ligne|accessible)|a ete supprimee?|supprimee?"
    r"|does(?: not|n't) exist|(?:could not|cannot|can't) be found|was not found|no longer exists)\b"
)
_SORRY = (
    r"(?:(?:oups|oops|desolee?s?|nous sommes desoles|pardon|sorry|(?:erreur|error|code|http)(?: 404)?|404)[ ,.:!-]*)*"
)
# "La page n'existe plus : que faire ?" goes on to something else.
_MISSING = re.compile(rf"{_SORRY}{_SUBJECT} {_STATE}(?=\W*$|\s*[.,!;)]|\s+(?:ou|et|sur|a|or|on)\b)")
_MISSING_TITLE = re.compile(rf"\b(?:{_SUBJECT} {_STATE}|(?:(?:erreur|error|code|http) )*404\b|not found\b)")
_AROUND = re.compile(r"[\W_]+|\b(?:oups|oops|desolee?|pardon|sorry|aie|erreur|error|nous sommes|we are)\b")
_SITE = re.compile(r"\s+[|–—·-]\s+|\|")


def parse_page(data: bytes, url: str, name: str, *, now: float) -> PageContent:
    """The document of a page fetched from ``url``, or why it has none, and what it says to crawlers.

    ``name`` names the page in errors; ``now``: Unix seconds, for directives with a date and dates yet to come.
    """
    document: ParsedDocument | None = None
    failure: str | None = None
    try:
        document = parse_html(data, url=url, name=name, now=now)
    except ParseError as error:
        failure = error.reason
    signs = page_signs(decode_html(data)[0], url)
    characters = sum(len(block.text) for block in document.blocks) if document else 0
    discovery = Discovery(
        links=tuple(signs.links),
        canonical=signs.canonical,
        directives=meta_directives(signs.robots, now=now),
        refresh=signs.refresh,
        soft_missing=_says_missing(signs, document, characters),
        javascript_only=_needs_javascript(signs, characters),
    )
    return PageContent(document, failure, discovery)


def _needs_javascript(signs: PageSigns, characters: int) -> bool:
    scripted = signs.scripts > 0 or signs.code > _MUCH_CODE
    return scripted and characters < _LITTLE_TEXT and (signs.shell or signs.characters < _LITTLE_TEXT)


def _says_missing(signs: PageSigns, document: ParsedDocument | None, characters: int) -> bool:
    """Whether a short page says, by its title or its only words, that what was asked for is not there."""
    if characters > _SHORT or (document is None and signs.characters > _SHORT):
        return False
    if any(_is_missing_title(part) for part in (signs.heading, *_SITE.split(signs.title))):
        return True
    blocks = document.blocks if document and characters <= _VERY_SHORT else ()
    return any(_MISSING.match(_plain(block.text)) is not None for block in blocks[:_FIRST])


def _is_missing_title(title: str) -> bool:
    text = _plain(title)
    return _MISSING_TITLE.search(text) is not None and not _AROUND.sub("", _MISSING_TITLE.sub("", text))


def _plain(text: str) -> str:
    """Without accents, in lower case, with plain apostrophes and single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).casefold().split())
