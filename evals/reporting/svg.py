"""A matplotlib figure as an SVG element of a page: themed by its style sheet, labelled, its ids its own.

matplotlib writes colours and fonts into ``style`` attributes, which a page's security policy refuses and a dark theme
cannot change. Here they become presentation attributes, and the colours of ``Ink`` become classes.
"""

import io
import re
import xml.etree.ElementTree as ET
from enum import StrEnum

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LOCAL = re.compile(r"url\(#([^)]+)\)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)px")


class Ink(StrEnum):
    """Colours by role: the name of a class of the page, drawn in a stand-in that nothing else uses."""

    TEXT = "#010101"
    SOFT = "#010102"
    LINE = "#010103"
    BRAND = "#010104"
    OTHER = "#010105"


def inline_svg(figure: Figure, name: str, title: str, description: str) -> Markup:
    """The ``svg`` element of a figure; ``name`` is unique in the page."""
    buffer = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = ET.fromstring(buffer.getvalue())  # noqa: S314 - written by matplotlib a moment ago
    for parent in list(root.iter()):
        for element in [child for child in parent if child.tag in (f"{_SVG}metadata", f"{_SVG}style")]:
            parent.remove(element)
    used = {match for element in root.iter() for match in _references(element)}
    for element in root.iter():
        _restyle(element)
        _rename(element, name, used)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib.update(
        {
            "class": "plot",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
            "stroke-linejoin": "round",
        }
    )
    for tag, text in (("desc", description), ("title", title)):
        element = ET.Element(f"{_SVG}{tag}", {"id": f"{name}-{'title' if tag == 'title' else 'description'}"})
        element.text = text
        root.insert(0, element)
    for element in root.iter():
        # An element of a page needs no namespace.
        element.tag = element.tag.removeprefix(_SVG)
    # Texts are escaped as they are written.
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704


def _references(element: ET.Element) -> list[str]:
    found = [match for value in element.attrib.values() for match in _LOCAL.findall(value)]
    return [*found, *([element.attrib[_HREF][1:]] if _HREF in element.attrib else [])]


def _restyle(element: ET.Element) -> None:
    declared = element.attrib.pop("style", "")
    classes = []
    for declaration in filter(None, (part.strip() for part in declared.split(";"))):
        prop, _, value = (piece.strip() for piece in declaration.partition(":"))
        if prop in {"fill", "stroke"} and value in set(Ink):
            classes.append(f"{prop}-{Ink(value).name.lower()}")
        elif prop == "font":
            size = _SIZE.search(value)
            element.set("font-size", size[1] if size else "10")
        elif prop in {"font-size", "font-family"}:
            if prop == "font-size":
                element.set(prop, value.removesuffix("px"))
        else:
            element.set(prop, value)
    if element.get("fill") in set(Ink):
        classes.append(f"fill-{Ink(element.attrib.pop('fill')).name.lower()}")
    if classes:
        element.set("class", " ".join(classes))


def _rename(element: ET.Element, name: str, used: set[str]) -> None:
    identifier = element.attrib.pop("id", None)
    if identifier in used:
        element.set("id", f"{name}-{identifier}")
    for attribute, value in list(element.attrib.items()):
        if "url(#" in value:
            element.set(attribute, _LOCAL.sub(lambda match: f"url(#{name}-{match[1]})", str(value)))
    if _HREF in element.attrib:
        # SVG 2 takes the attribute without its old namespace.
        element.set("href", f"#{name}-{element.attrib.pop(_HREF)[1:]}")
