"""Links that only lead to other pages of the site: menus, lists of teasers, lines of one link. They are no text.

Judged by structure alone, on blocks that hold nothing but links: lists and grids of three links or more, most of them
to pages of the site; shorter ones whose links all lead to its pages or files. Contacts, the only answer to a question,
and what a line ending with a colon introduces in a page of prose stay.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag
from bs4.element import PageElement, PreformattedString

from ingest.html_items import LISTS
from ingest.html_link_kinds import PageSite
from ingest.html_link_shares import WHOLE, Share, shares_of
from ingest.html_outline import heading_level
from ingest.html_questions import is_question
from ingest.html_tables import is_block
from ingest.html_words import HEADING, brief, removed

MARK = "data-links"
"""Attribute of the rule that stands where links were taken out."""
_SEVERAL = 3
_LONGEST_LEAD = 400
_LONGEST_CONTACT = 300
_NEAR = 8
_FEW = 100
_LEADS = frozenset(("p", "b", "strong"))
_CONTACTS = re.compile(
    r"\b(?:s[’' ]adresser|contact\w*|joindre|assistance|(?:numéros|adresses|liens|sites) utiles"
    r"|coordonnées|signaler)\b",
    re.IGNORECASE,
)
_REACHED = re.compile(r"(?<!\d)(?:\+33|0)[ .\u00a0]?\d(?:[ .\u00a0]?\d\d){4}(?!\d)|\S@\S|\b\d{5} [A-Z]")


def remove_link_lists(main: Tag, *, url: str | None) -> int:
    """Take links that only lead elsewhere out of the tree, and headings left with nothing; how many links.

    ``url``: the page's address; without it, only relative addresses are of its site.
    """
    shares = shares_of(main, PageSite(url))
    places = _places(main)
    prose = shares[id(main)].rest >= shares[id(main)].linked
    count = 0
    for node in list(_containers(main)):
        if removed(node):
            continue
        for run in _runs(node, shares):
            for part in _parts(run, shares):
                total = _sum(part, shares)
                if _leads_elsewhere(part, total) and not _stays(part, total, places, prose=prose):
                    count += total.links
                    _take_out(part)
    if count:
        _close_headings(main)
    return count


def _containers(main: Tag) -> Iterator[Tag]:
    """The elements whose children are looked at; of a list, what stands in its items."""
    whole: set[int] = set()
    for node in (main, *main.find_all(True)):
        if id(node.parent) in whole or node.name in WHOLE or HEADING.fullmatch(node.name):
            whole.add(id(node))
        elif node.name not in LISTS:
            yield node


def _runs(node: Tag, shares: dict[int, Share]) -> Iterator[list[Tag]]:
    """The longest rows of blocks with nothing but links among the children of an element."""
    run: list[Tag] = []
    for child in list(node.children):
        if isinstance(child, PreformattedString) or not (isinstance(child, Tag) or str(child).strip()):
            continue
        if isinstance(child, Tag) and child.name != "li" and is_block(child) and shares[id(child)].bare:
            run.append(child)
            continue
        # A heading at the end of a row titles what follows it.
        while run and (HEADING.fullmatch(run[-1].name) or not shares[id(run[-1])].links):
            run.pop()
        yield _trimmed(run, shares)
        run = []
    yield _trimmed(run, shares)


def _trimmed(run: list[Tag], shares: dict[int, Share]) -> list[Tag]:
    """Without the blocks at both ends that hold no link."""
    linking = [i for i, node in enumerate(run) if shares[id(node)].links]
    return run[linking[0] : linking[-1] + 1] if linking else []


def _parts(run: list[Tag], shares: dict[int, Share]) -> Iterator[list[Tag]]:
    """The row where it is judged as one, else its blocks one by one."""
    if not run:
        return
    if len(run) == 1 or _leads_elsewhere(run, _sum(run, shares)):
        yield run
    else:
        yield from ([node] for node in run)


def _sum(part: list[Tag], shares: dict[int, Share]) -> Share:
    total = Share()
    for node in part:
        total.add(shares[id(node)])
    return total


def _leads_elsewhere(part: list[Tag], total: Share) -> bool:
    if total.links >= _SEVERAL:
        return 2 * total.pages >= total.links
    if total.headed or not 0 < total.links == total.pages + total.files:
        return False
    if any(node.name in LISTS for node in part):
        return not total.files
    # An item of a list in the text, or what defines a term.
    return part[0].find_parent(["li", "dd"]) is None


def _stays(part: list[Tag], total: Share, places: dict[int, tuple[str, bool]], *, prose: bool) -> bool:
    """Whether links are a part of the text: contacts, all that is said under a question, a file or a short list with a
    heading of its own, what a line of a page of prose introduces."""
    title, first = places.get(id(part[0]), ("", False))
    few = total.links < _SEVERAL
    if _CONTACTS.search(title) or (few and first and (title.endswith("?") or total.files)):
        return True
    around = part[0].parent
    if around is not None and _REACHED.search(brief(around, _LONGEST_CONTACT, looked_at=_FEW) or ""):
        return True
    if few and first and part[0].name in LISTS:
        return prose
    return prose and _before(part[0]).endswith(":")


def _before(node: Tag) -> str:
    """The line right before a block, if it is short."""
    before = next((sibling for sibling in islice(node.previous_siblings, _NEAR) if _speaks(sibling)), None)
    if isinstance(before, Tag):
        return brief(before, _LONGEST_LEAD, looked_at=_FEW) or ""
    return " ".join(str(before or "").split())


def _speaks(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return brief(node, _LONGEST_LEAD, looked_at=_FEW) != ""
    return not isinstance(node, PreformattedString) and bool(str(node).strip())


def _places(main: Tag) -> dict[int, tuple[str, bool]]:
    """For each block, the heading above it and whether nothing stands between them."""
    found: dict[int, tuple[str, bool]] = {}
    title, first = "", False
    titles: set[int] = set()
    for node in main.descendants:
        if id(node.parent) in titles:
            titles.add(id(node))
        elif isinstance(node, Tag):
            if heading_level(node) or is_question(node):
                titles.add(id(node))
                # What stands first under the page's own title is no answer to it alone.
                title, first = brief(node, _LONGEST_LEAD) or "", node.name != "h1"
            else:
                found[id(node)] = (title, first)
        elif str(node).strip() and not isinstance(node, PreformattedString):
            first = False
    return found


def _take_out(part: list[Tag]) -> None:
    before = next((node for node in islice(part[0].previous_siblings, _NEAR) if _speaks(node)), None)
    if isinstance(before, Tag) and before.name in _LEADS and _before(part[0]).endswith(":"):
        part = [before, *part]
    for node in part:
        _empty(node)


def _empty(node: Tag) -> None:
    """Make an element a rule, which has no text: to take it out would cost the length of its parent, each time."""
    node.clear(decompose=True)
    node.name = "hr"
    node.attrs = {MARK: ""}


def _close_headings(main: Tag) -> None:
    """Remove the headings under which links stood and nothing else."""
    above: list[tuple[int, Tag]] = []
    titles: list[Tag] = []
    filled: set[int] = set()
    marked: set[int] = set()
    inside: set[int] = set()
    for node in main.descendants:
        if id(node.parent) in inside:
            inside.add(id(node))
        elif isinstance(node, Tag):
            level = heading_level(node) or (7 if _is_bold_line(node) else 0)
            if level:
                inside.add(id(node))
                above = [*(pair for pair in above if pair[0] < level), (level, node)]
                titles.append(node)
            elif MARK in node.attrs:
                marked.update(id(title) for _, title in above)
        elif str(node).strip() and not isinstance(node, PreformattedString):
            filled.update(id(title) for _, title in above)
    for node in titles:
        if id(node) in marked and id(node) not in filled and node.name != "h1" and node.find("h1") is None:
            _empty(node)


def _is_bold_line(node: Tag) -> bool:
    """A paragraph whose text is all in bold serves as a heading."""
    if node.name != "p":
        return False
    inner = [child for child in node.children if isinstance(child, Tag) or str(child).strip()]
    return len(inner) == 1 and isinstance(inner[0], Tag) and inner[0].name in {"b", "strong"}
