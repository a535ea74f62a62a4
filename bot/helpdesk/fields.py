"""Reading the JSON of a tool field by field: what is absent, or of another kind, reads as empty."""

from collections.abc import Mapping
from typing import Any

_ID_MAX = 10**18


class Fields:
    """An object. Tools write numbers as text now and then, and truth as 0 and 1: both are read."""

    __slots__ = ("_values",)

    def __init__(self, value: object) -> None:
        self._values: Mapping[str, Any] = value if isinstance(value, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def has(self, name: str) -> bool:
        """Whether there is such a field, whatever it holds."""
        return name in self._values

    def text(self, name: str) -> str:
        """A text; a number as text; else ""."""
        value = self._values.get(name)
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""

    def id(self, name: str) -> int:
        """A whole number above 0; 0 where there is none."""
        return identifier(self._values.get(name))

    def flag(self, name: str) -> bool:
        """True for true, 1, "1" and "true"."""
        return self._values.get(name) in (True, 1, "1", "true")

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self._values.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    def ids(self, name: str) -> tuple[int, ...]:
        """The whole numbers above 0 of a list."""
        value = self._values.get(name)
        return tuple(found for one in value if (found := identifier(one))) if isinstance(value, list) else ()

    def inside(self, name: str) -> "Fields":
        """The object in a field."""
        return Fields(self._values.get(name))

    def rows(self, name: str) -> "tuple[Fields, ...]":
        """The objects of a list, or those of an object of objects."""
        return rows(self._values.get(name))


def rows(value: object) -> tuple[Fields, ...]:
    """The objects of a list, or those of an object of objects."""
    if isinstance(value, dict):
        value = list(value.values())
    return tuple(Fields(one) for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def identifier(value: object) -> int:
    """A whole number above 0, also from its digits; 0 for all else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _ID_MAX else 0
