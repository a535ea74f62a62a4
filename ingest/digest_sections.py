"""The body of a digest: one title, then sections with anchor, ``meta`` block and plain text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingest.digest_fields import Rules, Value, check_source, mapping, unknown_keys
from ingest.problems import Problem
from ingest.slugs import KEBAB
from ingest.typography import slips

_META = {"facts", "questions", "title", "url", "date"}
_HEADING = re.compile(r"(#+)\s+(.*?)\s*$")
_ANCHOR = re.compile(r"\s*\{#([^{}]*)\}$")
_PHONE = re.compile(
    r"(?<![\d/.-])(?:(?:\+33|0)[\s\u00a0\u202f.]?[1-9](?:[\s\u00a0\u202f.]?\d{2}){4}"
    r"|0[\s\u00a0\u202f]?8\d{2}(?:[\s\u00a0\u202f.]?\d{3}){2}|3218|32[\s\u00a0\u202f]18)(?![\d/])"
)
_MARKUP = re.compile(r"\*\*|__|\]\(|^\s*\||^\s*>|<[a-z/!]")


def check_body(path: Path, lines: Sequence[str], first: int, rules: Rules) -> Iterator[Problem]:
    """``lines[first:]``: one title, then sections with anchor, meta block and text."""
    anchors: dict[str, int] = {}
    titles = 0
    at = first
    while at < len(lines):
        heading = _HEADING.match(lines[at])
        if heading and heading[1] == "##":
            end = next((i for i in range(at + 1, len(lines)) if lines[i].startswith(("# ", "## "))), len(lines))
            yield from _check_section(path, lines, at, end, anchors, rules)
            at = end
            continue
        if heading and heading[1] == "#":
            titles += 1
            yield from _typography(path, at, heading[2])
        elif lines[at].strip():
            yield Problem(path, at + 1, "texte hors section", "placez-le sous un titre « ## … {#ancre} »")
        at += 1
    if titles != 1:
        yield Problem(path, first + 1, f"{titles} titres « # » au lieu d’un", "gardez un seul titre de premier niveau")
    if not anchors:
        yield Problem(path, len(lines), "aucune section", "ajoutez un titre « ## … {#ancre} »")


def _check_section(
    path: Path, lines: Sequence[str], at: int, end: int, anchors: dict[str, int], rules: Rules
) -> Iterator[Problem]:
    heading = lines[at].removeprefix("##").strip()
    found = _ANCHOR.search(heading)
    anchor = found[1] if found else f"ligne-{at + 1}"
    if found is None:
        yield Problem(path, at + 1, "titre de section sans ancre", "terminez-le par {#mots-cles}")
    elif not KEBAB.fullmatch(anchor.removeprefix("#")):
        yield Problem(path, at + 1, f"ancre « {anchor} » mal formée", "minuscules sans accent, séparées par des tirets")
    if anchor in anchors:
        cure = "donnez une autre ancre à la section la plus récente"
        yield Problem(path, at + 1, f"ancre « {anchor} » déjà prise à la ligne {anchors[anchor]}", cure)
    anchors.setdefault(anchor, at + 1)
    yield from _typography(path, at, heading[: found.start()] if found else heading)
    opening = next((i for i in range(at + 1, end) if lines[i].strip()), end)
    if opening == end or lines[opening].strip() != "```meta":
        yield Problem(path, at + 1, "section sans bloc « meta »", "ajoutez ```meta … ``` juste sous le titre")
        closing = at
    else:
        closing = next((i for i in range(opening + 1, end) if lines[i].strip() == "```"), end)
        if closing == end:
            yield Problem(path, opening + 1, "bloc « meta » jamais fermé", "ajoutez une ligne ``` après lui")
            return
        yield from _check_meta(path, lines[opening + 1 : closing], opening + 2, rules)
    yield from _check_text(path, lines, closing + 1, end, at)


def _check_meta(path: Path, lines: Sequence[str], first: int, rules: Rules) -> Iterator[Problem]:
    values, problems = mapping(path, lines, first)
    yield from problems
    if problems:
        return
    yield from unknown_keys(path, values, _META)
    yield from check_source(path, values, rules)
    facts, questions = (_texts(values.get(name)) for name in ("facts", "questions"))
    line = values["facts"].line if "facts" in values else first
    if not facts:
        yield Problem(path, line, "section sans fait", "ajoutez « facts: [identifiant] »")
    rules.carried.update(facts)
    for fact in facts:
        if rules.facts is not None and fact not in rules.facts:
            yield Problem(path, line, f"le fait « {fact} » n’existe pas", "corrigez-le d’après corpus/facts.txt")
    line = values["questions"].line if "questions" in values else first
    if not 2 <= len(questions) <= 40:
        yield Problem(path, line, f"{len(questions)} question(s)", "donnez-en de deux à quarante")
    for repeated in _repeated([*facts], [*map(str.casefold, questions)]):
        yield Problem(path, line, f"« {repeated} » est deux fois dans le bloc", "gardez-en un")


def _texts(found: Value | None) -> list[str]:
    value = found.value if found else None
    return [str(item).strip() for item in value if item is not None] if isinstance(value, list) else []


def _repeated(*lists: Sequence[str]) -> Iterator[str]:
    for items in lists:
        yield from sorted({item for i, item in enumerate(items) if item in items[:i]})


def _check_text(path: Path, lines: Sequence[str], first: int, end: int, heading: int) -> Iterator[Problem]:
    written = False
    for i in range(first, end):
        line = lines[i]
        written = written or bool(line.strip())
        yield from _typography(path, i, line)
        if _MARKUP.search(line) or line.startswith(("#", "```")):
            yield Problem(path, i + 1, "gras, lien, tableau, HTML ou sous-titre", "n’écrivez que paragraphes et listes")
        if phone := _PHONE.search(line):
            cure = "écrivez-le dans corpus/contacts.toml, et ici le nom du service"
            yield Problem(path, i + 1, f"numéro de téléphone « {phone[0]} »", cure)
    if not written:
        yield Problem(path, heading + 1, "section sans texte", "écrivez-la, ou supprimez son titre")


def _typography(path: Path, index: int, text: str) -> Iterable[Problem]:
    return (Problem(path, index + 1, message, cure) for message, cure in slips(text))
