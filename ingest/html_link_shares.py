"""What the elements of a page hold beside links, and links of which kinds: measured for all of them in one pass."""

import re
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from ingest.html_link_kinds import LinkKind, PageSite
from ingest.html_outline import heading_level

WHOLE = frozenset(("table", "address", "blockquote", "figure", "pre", "summary", "dt"))
"""Elements that stay as they are, and are not looked into."""
# What may stand beside a link and says no more than the link does: dates, kinds and sizes of files.
_BESIDE = re.compile(
    r"(?:(?:publié|mis à jour|modifié|le|du)[ \u00a0]*)*(?:\d{1,2}(?:er)? [a-zéû]{3,9} \d{4}|\d{2}[/.]\d{2}[/.]\d{4})"
    r"|(?:pdf|docx?|html|zip)?[\W_]*(?:\d+(?:[.,]\d+)?[ \u00a0]*[kmg]?[ob])?",
    re.IGNORECASE,
)
_BESIDE_MAX = 60
"""Characters: longer text is more than that. Hostile text must not make the pattern's choices multiply either."""


@dataclass(slots=True)
class Share:
    """What stands below an element: characters outside of links and in them, links by kind; ``whole``: it must stay."""

    rest: int = 0
    linked: int = 0
    pages: int = 0
    files: int = 0
    links: int = 0
    headed: bool = False
    whole: bool = False

    def add(self, other: "Share") -> None:
        self.rest += other.rest
        self.linked += other.linked
        self.pages += other.pages
        self.files += other.files
        self.links += other.links
        self.headed = self.headed or other.headed
        self.whole = self.whole or other.whole

    @property
    def bare(self) -> bool:
        return not self.rest and not self.whole


def shares_of(main: Tag, site: PageSite) -> dict[int, Share]:
    """The share of each element, by its identity."""
    found: dict[int, Share] = {id(main): Share()}
    # Backwards, so that an element comes after all that stands below it.
    for node in reversed(list(main.descendants)):
        around = found.setdefault(id(node.parent), Share())
        if isinstance(node, Tag):
            own = found.setdefault(id(node), Share())
            if node.name == "a":
                own = found[id(node)] = _link_share(node, own, site)
            own.headed = own.headed or heading_level(node) > 0
            own.whole = own.whole or node.name in WHOLE or node.name == "h1" or "libelle" in node.attrs
            around.add(own)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            text = " ".join(node.split())
            # Inside of a link, all of it counts: its share tells whether there is any text.
            around.rest += 0 if _says_no_more(text) and node.find_parent("a") is None else len(text)
    return found


def _says_no_more(text: str) -> bool:
    """Whether it is punctuation, or a date or file's kind between punctuation; in time linear in its length."""
    begin, end = 0, len(text)
    while begin < end and not text[begin].isalnum():
        begin += 1
    while end > begin and not text[end - 1].isalnum():
        end -= 1
    return end - begin <= _BESIDE_MAX and _BESIDE.fullmatch(text, begin, end) is not None


def _link_share(link: Tag, own: Share, site: PageSite) -> Share:
    kind = site.kind(link)
    if kind is LinkKind.CONTENT:
        return Share(rest=own.rest, headed=own.headed, whole=True)
    if not own.rest:
        return Share()
    return Share(linked=own.rest, pages=kind is LinkKind.PAGE, files=kind is LinkKind.FILE, links=1, headed=own.headed)
