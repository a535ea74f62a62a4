"""TOML files made of blocks (``[[source]]``, ``[[contact]]``), read with the line of everything that is wrong."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.problems import Problem
from ingest.system_words import system_words

_AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(slots=True)
class Block:
    """One block: typed reading of its keys; what does not fit is added to ``problems``, never raised."""

    path: Path
    lines: Sequence[str]
    """The block's own lines, its header first."""
    line: int
    values: Mapping[str, object]
    problems: list[Problem]
    known: set[str] = field(default_factory=set)

    def line_of(self, key: str, value: str | None = None) -> int:
        """Line of ``key``, or of ``value`` in its list; the block's own when it is not written there."""
        pattern = re.compile(rf'\s*"?{re.escape(key)}"?\s*=')
        at = next((i for i, line in enumerate(self.lines) if pattern.match(line)), 0)
        if value is not None and at:
            quoted = f'"{value}"'
            at = next((i for i in range(at, len(self.lines)) if quoted in self.lines[i].replace("\\\\", "\\")), at)
        return self.line + at

    def report(self, key: str, message: str, cure: str, value: str | None = None) -> None:
        """Add a problem at the line of ``key`` (of ``value``)."""
        self.problems.append(Problem(self.path, self.line_of(key, value), message, cure))

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it is required and not empty."""
        self.known.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.report(key, f"clé « {key} » manquante", f'ajoutez « {key} = "…" » dans ce bloc')
            return ""
        if not isinstance(value, str):
            self.report(key, f"« {key} » n’est pas un texte", "mettez la valeur entre guillemets")
            return ""
        if default is None and not value.strip():
            self.report(key, f"« {key} » est vide", "donnez une valeur")
        return value.strip()

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts; without a default it is required and not empty."""
        self.known.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.report(key, f"clé « {key} » manquante", f'ajoutez « {key} = ["…"] » dans ce bloc')
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip() for item in value):
            self.report(key, f"« {key} » n’est pas une liste de textes", f'écrivez « {key} = ["…", "…"] »')
            return ()
        if default is None and not value:
            self.report(key, f"« {key} » est vide", "donnez au moins une valeur")
        repeated = next((item for i, item in enumerate(value) if item in value[:i]), None)
        if repeated is not None:
            self.report(key, f"« {repeated} » est deux fois dans « {key} »", "gardez-en un", repeated)
        return tuple(value)

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        self.known.add(key)
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.report(key, f"« {key} = {value} » hors limites", f"écrivez un nombre de {low:g} à {high:g}")
            return default
        return value

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self.number(key, default, low, high)
        if not isinstance(value, int):
            self.report(key, f"« {key} = {value} » n’est pas entier", f"écrivez un entier de {low} à {high}")
            return default
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """``true`` or ``false``; required without a default."""
        self.known.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            message = f"clé « {key} » manquante" if value is None else f"« {key} » n’est ni true ni false"
            self.report(key, message, f"écrivez « {key} = true » ou « {key} = false »")
            return False
        return value

    def only(self, key: str, values: Iterable[str], allowed: Iterable[str]) -> None:
        """Report each of ``values`` that is not in ``allowed``."""
        choices = sorted(allowed)
        for value in values:
            if value not in choices:
                self.report(key, f"« {value} » inconnu dans « {key} »", f"choisissez parmi {', '.join(choices)}", value)

    def finish(self) -> None:
        """Report the keys that nothing has asked for."""
        for key in self.values:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, n=1)
                cure = (
                    f"écrivez « {near[0]} »"
                    if near
                    else f"supprimez-la ; clés admises : {', '.join(sorted(self.known))}"
                )
                self.report(key, f"clé « {key} » inconnue", cure)


def read_blocks(path: Path, table: str) -> tuple[list[Block], list[Problem]]:
    """The blocks ``[[table]]`` of a TOML file, and what is wrong with the file as a whole.

    Blocks add what is wrong in them to the same list.
    """
    problems: list[Problem] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = "ce n’est pas de l’UTF-8" if isinstance(error, UnicodeDecodeError) else system_words(error)
        return [], [Problem(path, 1, f"fichier illisible ({reason})", "rétablissez ce fichier, en UTF-8")]
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else max(1, text.count("\n"))
        cure = "vérifiez guillemets, crochets et virgules de cette ligne et de la précédente"
        return [], [Problem(path, line, "TOML illisible à partir d’ici", cure)]
    lines = text.splitlines()
    header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    starts = [i for i, line in enumerate(lines) if header.match(line)]
    for key in values:
        if key != table:
            at = next((i for i, line in enumerate(lines) if re.match(rf"\s*\[*\s*{re.escape(key)}\b", line)), 0)
            problems.append(Problem(path, at + 1, f"« {key} » inattendu", f"écrivez des blocs [[{table}]]"))
    found_blocks = values.get(table, [])
    if not isinstance(found_blocks, list) or not found_blocks or not all(isinstance(b, dict) for b in found_blocks):
        problems.append(Problem(path, 1, f"aucun bloc [[{table}]]", f"ajoutez un bloc qui commence par [[{table}]]"))
        return [], problems
    blocks = []
    for i, block in enumerate(found_blocks):
        start = starts[i] if i < len(starts) else 0
        end = start + 1
        while end < len(lines) and not header.match(lines[end]):
            end += 1
        blocks.append(Block(path, lines[start:end], start + 1, block, problems))
    return blocks, problems
