"""What the style rules that a page carries hide: display, visibility, opacity, size, place, colours.

Only simple selectors are followed (``p``, ``.a``, ``#b``, ``p.a .c > #d``), outside of at-rules such as ``@media``.
Style sheets that the page merely names are not fetched: what they hide is not known here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import Tag

from ingest.html_css import Declarations, declarations, has_background, hides, paints_white

_MAX_BODY = 2_000
"""A longer body is not taken apart: it hides when it holds a word that may hide."""
_MAX_READ = 400_000
"""Characters of declarations read for one page; beyond, an element whose style may hide it counts as hidden."""
_MAX_RULES = 10_000
_MAX_OF_A_NAME = 20
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Worth reading: what may hide. A backslash may spell any of it.
_HIDING = re.compile(
    r"none|hidden|collapse|opacity|font-size|indent|clip|scale|transparent|\\|-\d{3}"
    r"|color\s*:\s*(?:#f|white|rgb|hsl)",
    re.IGNORECASE,
)
_READ_INLINE = re.compile(f"{_HIDING.pattern}|color|background|overflow|display|visibility", re.IGNORECASE)
_SHOWING = re.compile(
    r"display\s*:\s*(?!none)\w|visibility\s*:\s*(?:visible|inherit|initial)|opacity\s*:\s*(?:1|\d*\.\d*[1-9])"
    r"|height\s*:\s*(?:[1-9]|auto|none|var)",
    re.IGNORECASE,
)
_LAST_NAMES = re.compile(r"[.#]([\w-]+)")
_COMPOUND = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
# Names of boxes that outside style sheets paint in a colour on which white text is read.
_PAINTED_NAME = re.compile(
    r"bg|back|fond|dark|invers|banner|bandeau|hero|header|btn|button|badge|alert|callout|blue|bleu|primary|cover|tag",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Compound:
    """``p.a#b``: a tag or None, and the classes and ids that the element must have."""

    tag: str | None
    classes: frozenset[str]
    ids: frozenset[str]

    def fits(self, node: Tag) -> bool:
        if self.tag not in (None, node.name):
            return False
        return self.classes <= class_set(node) and self.ids <= {str(node.get("id"))}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with one simple selector; ``path`` runs from the element itself outwards."""

    selector: str
    path: tuple[_Compound, ...]
    declarations: Declarations

    def fits(self, node: Tag) -> bool:
        if not self.path[0].fits(node):
            return False
        around: Tag | None = node.parent
        for compound in self.path[1:]:
            while around is not None and not compound.fits(around):
                around = around.parent
            if around is None:
                return False
            around = around.parent
        return True


class StyleRules:
    """The rules of a page's own style sheets that may hide something."""

    def __init__(self, css: str) -> None:
        self._by_key: dict[str, list[tuple[int, _Rule]]] = {}
        self._painted: set[str] = set()
        self._shown: dict[str, set[str]] = {}
        """Class or id -> selectors whose rules show what bears it."""
        self._styles: dict[str, Declarations] = {}
        self._read = number = 0
        for prelude, body in _top_level_rules(_COMMENT.sub("", css)):
            shows = _SHOWING.search(body) is not None
            # What shows is read too: it may come after what hides.
            read = number < _MAX_RULES and (shows or _may_hide(body))
            declared = _declared(body) if read else {}
            for selector in map(str.strip, prelude.split(",")):
                if shows:
                    for name in _LAST_NAMES.findall(selector.split()[-1] if selector else ""):
                        self._shown.setdefault(name, set()).add(selector)
                path = _path(selector) if read or "background" in body else ()
                if path and "background" in body:
                    self._painted.add(_key(path[0]))
                if path and read:
                    number += 1
                    found = self._by_key.setdefault(_key(path[0]), [])
                    if len(found) < _MAX_OF_A_NAME:
                        found.append((number, _Rule(selector, path, declared)))

    def hides(self, node: Tag) -> bool:
        """Whether the page's rules and the element's own style hide it from people for good.

        What another rule shows again ("``.panel.open``", ``:target``) opens at a click: it is not hidden.
        """
        found = self._found(node)
        if self._read > _MAX_READ:
            return bool(found) or _may_hide(str(node.get("style") or ""))
        own = self._own(node)
        declared = _merged(found) | own
        if not declared:
            return False
        if paints_white(declared) and not self._on_paint(node):
            return True
        if not hides(declared):
            return False
        return hides(own) or not any(self._opens(rule) for rule in found if hides(rule.declarations))

    def _found(self, node: Tag) -> list[_Rule]:
        found = [pair for key in _keys(node) for pair in self._by_key.get(key, ()) if pair[1].fits(node)]
        return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]

    def _own(self, node: Tag) -> Declarations:
        style = str(node.get("style") or "")
        own = self._styles.get(style)
        if own is None:
            self._read += min(len(style), _MAX_BODY)
            own = self._styles[style] = _declared(style) if _READ_INLINE.search(style) else {}
        if node.name == "font" and "color" in node.attrs:
            return {"color": str(node["color"]).lower(), **own}
        return own

    def _on_paint(self, node: Tag) -> bool:
        """Whether white text has, as far as one can tell, something darker than the page behind it."""
        for around in (node, *node.parents):
            names = class_set(around) | {str(around.get("id"))}
            if "bgcolor" in around.attrs or any(_PAINTED_NAME.search(name) for name in names):
                return True
            if around.name in {"th", "thead", "button", "header", "footer", "mark"} or has_background(
                self._own(around)
            ):
                return True
            if not self._painted.isdisjoint(_keys(around)):
                return True
        return False

    def _opens(self, rule: _Rule) -> bool:
        names = rule.path[0].classes | rule.path[0].ids
        return any(self._shown.get(name, frozenset()) - {rule.selector} for name in names)


def class_set(node: Tag) -> set[str]:
    """The classes of an element."""
    value = node.get("class")
    return set(value.split() if isinstance(value, str) else value or ())


def _may_hide(body: str) -> bool:
    """Whether declarations are worth reading."""
    return _HIDING.search(body) is not None or ("color" in body and "background" in body)


def _declared(body: str) -> Declarations:
    if len(body) > _MAX_BODY:
        return {"display": "none"} if _may_hide(body) else {}
    return declarations(body)


def _merged(rules: Iterable[_Rule]) -> Declarations:
    merged: Declarations = {}
    for rule in rules:
        merged |= rule.declarations
    return merged


def _top_level_rules(css: str) -> Iterator[tuple[str, str]]:
    """``(prelude, body)`` of the qualified rules that stand in no at-rule, in one pass over the braces."""
    depth, start, opened = 0, 0, 0
    for match in re.finditer(r"[{};]", css):
        place = match.start()
        if match[0] == "{":
            depth += 1
            if depth == 1:
                opened = place
        elif match[0] == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                prelude = css[start:opened].strip()
                if prelude and not prelude.startswith("@"):
                    yield prelude, css[opened + 1 : place]
                start = place + 1
        elif depth == 0:
            # The end of "@charset …;" or "@import …;".
            start = place + 1


def _path(selector: str) -> tuple[_Compound, ...]:
    """The compounds of a selector from the element outwards; empty when it is not a simple one.

    A child combinator is read as a descendant one.
    """
    found: list[_Compound] = []
    for part in reversed(selector.replace(">", " ").split()):
        match = _COMPOUND.fullmatch(part)
        if match is None or len(found) > 4:
            return ()
        names = re.findall(r"([.#])([\w-]+)", match[2])
        tag = match[1].lower() if match[1] and match[1] != "*" else None
        classes = frozenset(name for mark, name in names if mark == ".")
        ids = frozenset(name for mark, name in names if mark == "#")
        found.append(_Compound(tag, classes, ids))
    return tuple(found)


def _key(compound: _Compound) -> str:
    if compound.ids:
        return "#" + min(compound.ids)
    return "." + min(compound.classes) if compound.classes else compound.tag or "*"


def _keys(node: Tag) -> Iterator[str]:
    yield from ("*", node.name)
    yield from ("." + name for name in class_set(node))
    if node.get("id"):
        yield f"#{node['id']}"
