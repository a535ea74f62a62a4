"""Declarations of a style attribute or a style rule, and whether what they describe can be seen."""

import re

import tinycss2  # type: ignore[import-untyped]
from tinycss2.color3 import RGBA, parse_color  # type: ignore[import-untyped]

_OFF_SCREEN = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|em|rem|pt|vw|vh|%|ch)?")
_ZERO = re.compile(r"0*(?:\.0+)?(?:px|em|rem|pt|%|vh|vw)?")
_TINY = re.compile(r"(?:0*(?:\.\d+)?|1)px|0*(?:\.0\d*)?(?:em|rem|pt|%)?")
_FLAT_CLIP = re.compile(r"rect\(\s*(?:0|1px)|inset\(\s*(?:50|100)%|circle\(\s*0")
_FLAT_SCALE = re.compile(r"scale[xy]?\(\s*0(?:\.0+)?\s*[,)]")
_NEAR = 0.03
_WHITE = RGBA(1.0, 1.0, 1.0, 1.0)

Declarations = dict[str, str]
"""Property -> value, both in lower case; the last one of a property wins."""


def declarations(css: str) -> Declarations:
    """The declarations of a style attribute or of a rule's body."""
    found: Declarations = {}
    for item in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            found[item.lower_name] = tinycss2.serialize(item.value).strip().lower()
    return found


def hides(declared: Declarations) -> bool:
    """Whether these declarations together leave nothing to see."""
    if declared.get("display") == "none" or declared.get("visibility") in {"hidden", "collapse"}:
        return True
    if _zero(declared, "opacity") or ("font-size" in declared and _TINY.fullmatch(declared["font-size"])):
        return True
    places = (declared.get(name, "") for name in ("left", "top", "right", "bottom", "text-indent", "margin-left"))
    if any(_OFF_SCREEN.fullmatch(place) for place in places):
        return True
    if _FLAT_CLIP.search(declared.get("clip", "") + declared.get("clip-path", "")):
        return True
    if _FLAT_SCALE.search(declared.get("transform", "")):
        return True
    flat = any(_zero(declared, name) for name in ("height", "width", "max-height", "max-width"))
    return (flat and declared.get("overflow", "").startswith("hidden")) or _same_colors(declared)


def paints_white(declared: Declarations) -> bool:
    """Whether the text is white, or as good as."""
    color = parse_color(declared["color"]) if "color" in declared else None
    return isinstance(color, RGBA) and _close(color, _WHITE)


def has_background(declared: Declarations) -> bool:
    """Whether the element has a background of its own."""
    return bool(declared.keys() & {"background", "background-color", "background-image"})


def _zero(declared: Declarations, name: str) -> bool:
    value = declared.get(name, "")
    return bool(value) and _ZERO.fullmatch(value) is not None and any(char == "0" for char in value)


def _same_colors(declared: Declarations) -> bool:
    color = parse_color(declared["color"]) if "color" in declared else None
    if not isinstance(color, RGBA):
        return False
    if color.alpha < _NEAR:
        # Text painted by its background ("background-clip: text") is transparent, and seen.
        return "background-clip" not in declared and "-webkit-background-clip" not in declared
    for name in ("background", "background-color"):
        for token in tinycss2.parse_component_value_list(declared.get(name, "")):
            behind = parse_color(token) if token.type in {"ident", "hash", "function"} else None
            if isinstance(behind, RGBA) and behind.alpha > 0 and _close(color, behind):
                return True
    return False


def _close(one: RGBA, other: RGBA) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one[:3], other[:3], strict=True))
