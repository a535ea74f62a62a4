"""A question file as rows of cells: CSV or JSON Lines, whatever its encoding, with the line where each row begins.

Tables come from spreadsheets: UTF-8 with or without its mark, UTF-16 with its mark, or Windows-1252; cells split by
semicolons, commas or tabs. JSON Lines is UTF-8. Lines that begin with ``#`` are comments in both.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import LineProblem

BYTES_MAX = 32 * 1024 * 1024
SUFFIXES = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ";,\t"


@dataclass(frozen=True, slots=True)
class Row:
    """Named values and the line (from 1) where they begin. Values of a table are text, those of JSON anything."""

    line: int
    values: dict[str, Any]


class Unreadable(Exception):
    """A file that is no table at all; ``problem`` says why."""

    def __init__(self, line: int, reason: str, cure: str) -> None:
        self.problem = LineProblem(line, reason, cure)
        super().__init__(str(self.problem))


def read_rows(path: Path, content: bytes) -> Iterator[Row | LineProblem]:
    """The rows of a file, and what is wrong with those that are none.

    Raises:
        Unreadable: the whole file is of no use (size, encoding, format, header).
    """
    if len(content) > BYTES_MAX:
        raise Unreadable(1, "fichier de plus de 32 Mio", "partagez-le en plusieurs fichiers")
    form = SUFFIXES.get(path.suffix.casefold())
    if form is None:
        raise Unreadable(1, f"format inconnu « {path.suffix or path.name} »", "donnez un fichier .csv ou .jsonl")
    text = _decoded(content, lenient=form == "csv")
    if "\0" in text:
        raise Unreadable(_line_of(text, "\0"), "caractère nul : ce n’est pas un texte", "exportez-le en CSV UTF-8")
    return _json_rows(text) if form == "jsonl" else _csv_rows(text)


def _decoded(content: bytes, *, lenient: bool) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if lenient:
            return _strictly(content, "cp1252")
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(line, "octets qui ne sont pas de l’UTF-8", "enregistrez le fichier en UTF-8") from error


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(line, "encodage illisible", "enregistrez le fichier en CSV UTF-8") from error


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def _json_rows(text: str) -> Iterator[Row | LineProblem]:
    # Not splitlines(): a JSON string may hold U+2028 or U+0085 as they are.
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip() or written.lstrip().startswith("#"):
            continue
        try:
            value = json.loads(written, object_pairs_hook=_distinct)
        except (ValueError, RecursionError) as error:
            where = f" (colonne {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            told = str(error) if isinstance(error, _Twice) else f"JSON incorrect{where}"
            yield LineProblem(line, told, "écrivez un objet JSON complet par ligne")
            continue
        if isinstance(value, dict):
            yield Row(line, value)
        else:
            yield LineProblem(line, "un objet JSON est attendu", 'écrivez par exemple {"question": "…"}')


class _Twice(ValueError):
    """A key given twice in one object."""


def _distinct(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(f"champ « {name} » donné deux fois")
        found[name] = value
    return found


def _csv_rows(text: str) -> Iterator[Row | LineProblem]:
    lines = list(io.StringIO(text, newline=""))
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip('"').startswith("#")), None)
    if first is None:
        raise Unreadable(1, "aucune ligne", "écrivez une ligne d’en-têtes, dont « question », puis une par question")
    delimiter = max(_DELIMITERS, key=lines[first].count)
    reader = csv.reader(io.StringIO("".join(lines[first:]), newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = first + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield LineProblem(line, "guillemets mal fermés", "doublez les guillemets à l’intérieur d’une cellule")
            return
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
            continue
        if header is None:
            header = [cell.strip().casefold() for cell in cells]
            _check_header(line, header)
        elif any(cell.strip() for cell in cells[len(header) :]):
            reason = f"{len(cells)} cellules pour {len(header)} colonnes"
            yield LineProblem(line, reason, f"mettez entre guillemets un texte qui contient « {delimiter} »")
        else:
            yield Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()})


def _check_header(line: int, header: Sequence[str]) -> None:
    if "question" not in header:
        raise Unreadable(line, "aucune colonne « question »", "nommez les colonnes en première ligne")
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice:
        raise Unreadable(line, f"colonne « {twice} » donnée deux fois", "gardez-en une")
