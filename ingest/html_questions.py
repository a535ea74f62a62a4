"""Questions of FAQ pages, titles of accordions, labels of tabs: found in every make, so that each leads its answer."""

import re
from itertools import islice

from bs4 import BeautifulSoup, Tag

from ingest.html_words import HEADING, brief, inside, removed, tokens

LABEL = "data-label"
"""Attribute that carries the category word lifted out of, or from above, a heading."""
_OPENER = "data-opener"
_LONGEST_QUESTION = 300
_LONGEST_LABEL = 40
_BOXES = 5
_NEAR = 8
"""So many elements outwards are looked at, and no more: pages nest without end when they are made to."""
_FIRST = 30
_TITLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"))
_TITLED = re.compile(
    r"(?:[\w-]*[-_])?(?:faq|accordion|accordeon|question|toggle|collapse|panel|depliant)"
    r"(?:[-_]*(?:title|titre|question|header|heading|head|trigger|btn|button|intitule))+",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:[\w-]*[-_])?question", re.IGNORECASE)
_ANSWER = re.compile(r"(?:[\w-]*[-_])?(?:answer|reponse|response)s?", re.IGNORECASE)
_PANEL = re.compile(r"(?:fr-)?tabs?[-_]*(?:pane|panel|content)|onglet[-_]*(?:contenu|panneau)?|panneau", re.IGNORECASE)
_CATEGORY = re.compile(
    r"(?:[\w-]*[-_])?(?:badge|tag|categor(?:y|ie)|thematique|theme|rubrique|surtitre|kicker|overline)", re.IGNORECASE
)
_DATED = re.compile(r"\d{4}")
_TARGETS = ("aria-controls", "data-bs-target", "data-target")
_TOGGLES = ("data-bs-toggle", "data-toggle", "aria-expanded")
_ASIDE = re.compile(r"(?:fr-)?(?:modal|menu|nav|search|navbar|sidemenu)[\w-]*", re.IGNORECASE)


def is_question(node: Tag) -> bool:
    """Whether an element is the question of a FAQ or the title of a part that opens."""
    if node.name in {"dt", "summary"} or is_opener(node):
        return True
    if str(node.get("itemprop")) == "name":
        return any(str(around.get("itemtype")).endswith("Question") for around in islice(node.parents, _NEAR))
    names = tokens(node, "class")
    if any(_TITLED.fullmatch(name) for name in names):
        return brief(node, _LONGEST_QUESTION) is not None
    # "question" alone may name the question, or the whole of question and answer.
    if not any(_BARE.fullmatch(name.rpartition("__")[2]) for name in names) or brief(node, _LONGEST_QUESTION) is None:
        return False
    return node.find(lambda tag: any(_ANSWER.fullmatch(name) for name in tokens(tag, "class"))) is None


def is_opener(node: Tag) -> bool:
    """Whether an element opens a part of the text when clicked: its label is then a heading."""
    if (marked := node.get(_OPENER)) is not None:
        return marked == "yes"
    if node.name != "button":
        return False
    if inside(node, _TITLES):
        return True
    if "aria-expanded" in node.attrs:
        return _speaks(node)
    return any("accord" in token.lower() for token in tokens(node, "class"))


def mark_openers(soup: BeautifulSoup) -> None:
    """Tell the controls that open a part of the text from those that open a menu or a window, or nothing at all."""
    targets = {str(node["id"]): node for node in reversed(soup.find_all(id=True))}
    for node in soup.find_all(lambda tag: any(name in tag.attrs for name in (*_TARGETS, *_TOGGLES))):
        names = [token.lstrip("#") for name in _TARGETS for token in tokens(node, name)]
        if node.name == "a" and str(node.get("href")).startswith("#"):
            names.append(str(node["href"])[1:])
        if not names or HEADING.fullmatch(node.name):
            continue
        found = [targets[name] for name in names if name in targets]
        opens = any(not _is_aside(target) for target in found) and node.get("role") != "tab" and _speaks(node)
        node[_OPENER] = "yes" if opens else "no"


def _is_aside(target: Tag) -> bool:
    names = tokens(target, "class")
    return target.name in {"nav", "dialog"} or "dialog" in names or any(_ASIDE.fullmatch(name) for name in names)


def _speaks(node: Tag) -> bool:
    """Whether a control's label can be a heading; in a list it may be one of a menu, unless it is long or asks."""
    text = brief(node, _LONGEST_QUESTION) or ""
    if len(text) <= 3:
        return False
    return not inside(node, {"li"}) or text.endswith("?") or len(text.split()) > 2


def name_panels(soup: BeautifulSoup) -> None:
    """Move the label of each tab to the head of its panel."""
    panels = [node for node in soup.find_all(id=True) if _is_panel(node)]
    if not panels:
        return
    named = {str(node["id"]): node for node in reversed(soup.find_all(id=True))}
    controls: dict[str, Tag] = {}
    for node in reversed(soup.find_all(["a", "button", "label", "li"])):
        for target in (*tokens(node, "aria-controls"), str(node.get("href") or "").partition("#")[2]):
            controls[target] = node
    for panel in panels:
        labels = [named[name] for name in tokens(panel, "aria-labelledby") if name in named]
        control = labels[0] if labels else controls.get(str(panel["id"]))
        if control is None or removed(control) or panel in control.parents or control in panel.parents:
            continue
        text = brief(control, _LONGEST_QUESTION) or ""
        inner = (child for child in islice(panel.descendants, _FIRST) if isinstance(child, Tag))
        first = next((brief(child, _LONGEST_QUESTION) for child in inner if HEADING.fullmatch(child.name)), None)
        if text and (first or "").casefold() != text.casefold():
            title = soup.new_tag("summary")
            title.string = text
            panel.insert(0, title)
        control.decompose()


def _is_panel(node: Tag) -> bool:
    return node.get("role") == "tabpanel" or any(_PANEL.fullmatch(name) for name in tokens(node, "class"))


def lift_labels(soup: BeautifulSoup) -> None:
    """Take category words ("Annuaire" in, or right above, a question) out of the text, and hang them on the heading."""
    for node in list(soup.find_all(lambda tag: any(_CATEGORY.fullmatch(name) for name in tokens(tag, "class")))):
        text = "" if removed(node) else brief(node, _LONGEST_LABEL, looked_at=_FIRST) or ""
        if len(text) < 2 or _DATED.search(text) or node.find(HEADING):
            continue
        heading = next(filter(_leads, islice(node.parents, _NEAR)), None) or _heading_after(node)
        if heading is None or brief(heading, _LONGEST_QUESTION) == text:
            continue
        node.decompose()
        # The kind of page that stands above its title says nothing of the text.
        if heading.name != "h1" and heading.find("h1") is None and LABEL not in heading.attrs:
            heading[LABEL] = text


def _heading_after(node: Tag) -> Tag | None:
    """The heading whose words come right after those of the label, in the same small box."""
    inside = node.find_all(string=True)
    last = inside[-1] if inside else node
    following = next((text for text in last.find_all_next(string=True, limit=20) if text.strip()), None)
    heading = next(filter(_leads, islice(following.parents, _NEAR)), None) if following is not None else None
    box = node.parent
    for _ in range(_BOXES):
        if box is None or box.name in {"body", "main", "article", "html"}:
            return None
        if heading is not None and box in heading.parents:
            return heading
        box = box.parent
    return None


def _leads(tag: Tag) -> bool:
    return HEADING.fullmatch(tag.name) is not None or is_question(tag)
