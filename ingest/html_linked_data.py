"""JSON-LD of a page: the objects that it declares, read within limits."""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

_MAX_SCRIPTS = 10
_MAX_OBJECTS = 500
_MAX_CHARACTERS = 500_000


class LinkedData:
    """The objects of a page's JSON-LD, those of the page itself before those nested in them."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._objects = list(_objects(soup))

    def text(self, key: str) -> str | None:
        """The first text that an object gives for ``key``."""
        return next((one[key] for one in self._objects if isinstance(one.get(key), str)), None)

    def of_type(self, name: str) -> Iterator[dict[str, Any]]:
        """The objects whose ``@type`` is, or holds, ``name``."""
        for one in self._objects:
            declared = one.get("@type")
            if declared == name or (isinstance(declared, list) and name in declared):
                yield one


def _objects(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    for script in soup.find_all("script", type="application/ld+json", limit=_MAX_SCRIPTS):
        source = script.get_text()
        if len(source) > _MAX_CHARACTERS:
            continue
        try:
            values = deque([json.loads(source)])
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_OBJECTS):
            if not values:
                break
            value = values.popleft()
            if isinstance(value, list):
                values.extend(value[:_MAX_OBJECTS])
            elif isinstance(value, dict):
                yield value
                values.extend(item for item in value.values() if isinstance(item, list | dict))
