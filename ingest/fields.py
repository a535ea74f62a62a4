"""Fields that a document declares about itself: YAML front matter, the keys of a JSON line.

``publisher title url date lang licence kind id`` become fields of the document; every other scalar or list
becomes an attribute, a tuple of strings.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import yaml

from ingest.errors import ParseError
from ingest.model import DocumentKind
from ingest.text import clean

_FENCE = re.compile(r"\A(?:\ufeff)?---[ \t]*\r?\n(.*?)(?:^---|^\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENED = re.compile(r"\A(?:\ufeff)?---[ \t]*\r?\n[ \t]*[\w-]+[ \t]*:")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_MAX_YAML = 64 * 1024
_FIELDS = {"publisher": "publisher", "title": "title", "url": "url", "date": "date", "lang": "lang"}
_FIELDS |= {"licence": "licence", "license": "licence", "id": "source_id"}


@dataclass(slots=True)
class DeclaredFields:
    """What a document says of itself; shaped like the fields of ``ParsedDocument``."""

    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    date: str | None = None
    lang: str | None = None
    licence: str | None = None
    source_id: str | None = None
    kind: DocumentKind | None = None
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def load_yaml(text: str, *, name: str, line: int) -> dict[str, object]:
    """The mapping written in ``text``, whose first line is line ``line`` of the file ``name``.

    Raises ParseError, naming the line and the cure, when it is not a YAML mapping.
    """
    if len(text) > _MAX_YAML:
        raise ParseError(name, f"en-tête YAML de plus de {_MAX_YAML // 1024} Kio à la ligne {line} : raccourcissez-le")
    try:
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = line + (error.problem_mark.line if error.problem_mark else 0)
        raise ParseError(
            name,
            f"YAML illisible à la ligne {where} ({error.problem}) : mettez la valeur entre guillemets "
            "si elle contient « : » ou « # », et alignez les listes avec des espaces",
        ) from error
    # A date such as 2024-13-45 or a very deep nesting fails outside of PyYAML's own errors.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ParseError(name, f"YAML illisible à partir de la ligne {line} : {error}") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ParseError(name, f"YAML inattendu à la ligne {line} : écrivez des lignes « clé: valeur »")
    return {str(key): item for key, item in value.items()}


def split_front_matter(text: str, *, name: str) -> tuple[dict[str, object], str, int]:
    """``(front matter, text after it, number of the line where that text begins)``; no front matter: empty.

    Raises ParseError when a front matter is opened but never closed, or is not YAML.
    """
    match = _FENCE.match(text)
    if match is None:
        if _OPENED.match(text):
            raise ParseError(
                name, "en-tête ouvert par « --- » à la ligne 1 mais jamais fermé : ajoutez une ligne « --- »"
            )
        return {}, text.removeprefix("\ufeff"), 1
    values = load_yaml(match[1], name=name, line=2)
    return values, text[match.end() :], text.count("\n", 0, match.end()) + 1


def scalar(value: object) -> str | None:
    """A YAML or JSON scalar as clean text; None for null, an empty text, a list or a mapping."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return clean(str(value)) or None
    return None


def strings(value: object) -> tuple[str, ...]:
    """The scalars of a list (or the one scalar) as clean texts."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(text for text in map(scalar, values) if text is not None)


def web_address(value: str | None) -> str | None:
    """``value`` when it is an http(s) address, else None: it is shown as a link, and ``javascript:`` must not be."""
    if value is None or any(char.isspace() for char in value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def partial_date(value: str | None) -> str | None:
    """``value`` when it is a date written YYYY, YYYY-MM or YYYY-MM-DD (an hour after it is cut), else None."""
    match = re.match(r"[\d-]+", value or "")
    return match[0] if match and _DATE.fullmatch(match[0]) and _exists(match[0]) else None


def _exists(date: str) -> bool:
    year, month, day = [*map(int, date.split("-")), 1, 1][:3]
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def declared_fields(values: Mapping[str, object], *, name: str) -> DeclaredFields:
    """Sort what ``values`` declares into fields and attributes.

    Raises ParseError for a date or a kind that is not one; a wrong address is left out with a warning.
    """
    declared = DeclaredFields()
    for key, value in values.items():
        if key in _FIELDS:
            setattr(declared, _FIELDS[key], scalar(value))
        elif key != "kind" and (texts := strings(value)):
            declared.attributes[clean(key)] = texts
    if declared.date is not None:
        date = partial_date(declared.date)
        if date is None:
            raise ParseError(name, f"date « {declared.date} » illisible : écrivez AAAA, AAAA-MM ou AAAA-MM-JJ")
        declared.date = date
    if declared.url is not None and web_address(declared.url) is None:
        declared.warnings.append(f"adresse « {declared.url} » ignorée : elle ne commence pas par https://")
        declared.url = None
    kind = scalar(values.get("kind"))
    if kind is not None:
        try:
            declared.kind = DocumentKind(kind)
        except ValueError as error:
            known = ", ".join(DocumentKind)
            raise ParseError(name, f"kind « {kind} » inconnu : écrivez l’un de {known}") from error
    return declared
