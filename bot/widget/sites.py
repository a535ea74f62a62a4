"""The file of sites (``CYBERVIGIE_SITES``, TOML): one ``[operator]`` block, ``[[site]]`` blocks.

Every mistake is told with its line and its cure; colours without enough contrast are refused with the measured ratio
and the nearest colour that has it.
"""

import datetime
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from bot.widget.colours import COLOUR, DARK, LIGHT, TEXT, Scheme, nearest, worst
from bot.widget.errors import OperatorBlank, SitesUnreadable
from bot.widget.model import (
    AUDIENCES,
    DEFAULT_COLOUR,
    DEFAULT_TITLE,
    DEMO,
    POSITIONS,
    Operator,
    Position,
    Site,
    Sites,
)
from bot.widget.notices import LEGAL_BASES
from ingest.problems import Problem
from ingest.slugs import KEBAB
from ingest.system_words import system_words
from ingest.toml_blocks import Block

TITLE_MAX = 60
GREETING_MAX = 300
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
OPERATOR_FIELDS: Mapping[str, str] = {
    "name": "nom du responsable du traitement",
    "contact": "ses coordonnées (adresse, courriel ou téléphone)",
    "dpo_contact": "contact du délégué à la protection des données (ou la mention qu’aucun n’est désigné)",
    "purpose": "finalité du service",
    "legal_basis": f"base légale : {', '.join(LEGAL_BASES)}",
    "legal_text": "texte ou décision qui fonde cette base légale",
    "recipients": "destinataires des données (ou la mention qu’il n’y en a pas)",
    "hosting": "hébergeur et pays d’hébergement",
    "transfers": "transferts hors de l’Union européenne (ou la mention qu’il n’y en a pas)",
    "retention": "durées de conservation (journaux techniques compris)",
    "rights_contact": "à qui écrire pour exercer ses droits",
    "accessibility_contact": "à qui signaler un défaut d’accessibilité",
    "service_url": "adresse publique du service, en https://",
    "notice_version": "version de la notice d’information",
    "notice_date": "date de cette version, AAAA-MM-JJ",
}
_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?"
)
_HEADER = re.compile(r"\s*\[\[?\s*(operator|site)\s*\]\]?")
_AT_LINE = re.compile(r"\(at line (\d+)")
# What a template leaves: dots, dashes, or the words that ask to be replaced.
_BLANK = re.compile(r"[\s.…_\-?x]*|.*(?:à compléter|a completer|todo).*", re.IGNORECASE | re.DOTALL)


def demo_sites() -> Sites:
    """One site, ``demo``, for pages served by this machine to itself."""
    return Sites(None, (Site(DEMO, origins=("http://localhost:*", "http://127.0.0.1:*")),))


def load_sites(path: Path) -> Sites:
    """The sites of the file ``path``, fit to be offered to the public.

    Raises SitesUnreadable with every mistake, OperatorBlank while fields of the operator are blank.
    """
    sites, problems, blanks = read_sites(path)
    if problems:
        raise SitesUnreadable(problems)
    if blanks:
        raise OperatorBlank(str(path), blanks)
    return sites


def read_sites(path: Path) -> tuple[Sites, list[Problem], list[str]]:
    """The sites, everything that is wrong by line, and the operator's blank fields in words.

    Of a file that cannot be read to its end, that is the only thing told: what it holds or lacks is not known.
    """
    try:
        blocks, problems = _blocks(path)
    except SitesUnreadable as error:
        return Sites(None, ()), list(error.problems), []
    operators = [block for name, block in blocks if name == "operator"]
    operator = _operator(operators[0]) if operators else None
    found: list[Site] = []
    lines: dict[str, int] = {}
    for name, block in blocks:
        if name == "site":
            site = _site(block)
            if site.id in lines:
                block.report("id", f"site « {site.id} » déjà donné à la ligne {lines[site.id]}", "changez-le")
            lines.setdefault(site.id, block.line)
            found.append(site)
    if not found and not problems:
        problems.append(Problem(path, 1, "aucun bloc [[site]]", "ajoutez un bloc qui commence par [[site]]"))
    return Sites(operator, tuple(found)), sorted(problems), _blanks(operator)


def _blanks(operator: Operator | None) -> list[str]:
    return [
        f"{key} ({words})"
        for key, words in OPERATOR_FIELDS.items()
        if operator is None or _BLANK.fullmatch(getattr(operator, key))
    ]


def _blocks(path: Path) -> tuple[list[tuple[str, Block]], list[Problem]]:
    """The blocks in the order of the file, by the name of their table. Raises SitesUnreadable when it is no TOML."""
    problems: list[Problem] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = "ce n’est pas de l’UTF-8" if isinstance(error, UnicodeDecodeError) else system_words(error)
        unread = Problem(path, 1, f"fichier illisible ({reason})", "donnez un fichier TOML en UTF-8")
        raise SitesUnreadable([unread]) from error
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else max(1, text.count("\n"))
        cure = "vérifiez guillemets, crochets et virgules de cette ligne et de la précédente"
        raise SitesUnreadable([Problem(path, line, "TOML illisible à partir d’ici", cure)]) from error
    lines = text.splitlines()
    starts = [(number, found[1]) for number, line in enumerate(lines) if (found := _HEADER.match(line))]
    blocks = []
    for name, shape in (("operator", "[operator]"), ("site", "[[site]]")):
        tables = values.pop(name, [])
        tables = [tables] if name == "operator" and isinstance(tables, dict) else tables
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            problems.append(Problem(path, 1, f"« {name} » mal écrit", f"écrivez un bloc {shape}"))
            continue
        places = [number for number, found in starts if found == name] or [0]
        for place, table in enumerate(tables):
            start = places[min(place, len(places) - 1)]
            end = next((number for number, _ in starts if number > start), len(lines))
            blocks.append((name, Block(path, lines[start:end], start + 1, table, problems)))
    for key in values:
        line = next((n for n, text in enumerate(lines, 1) if re.match(rf"\s*\[*\s*{re.escape(key)}\b", text)), 1)
        problems.append(Problem(path, line, f"« {key} » inattendu", "écrivez [operator] et des blocs [[site]]"))
    return blocks, problems


def _operator(block: Block) -> Operator:
    operator = Operator(**{key: block.text(key, "") for key in OPERATOR_FIELDS})
    if operator.legal_basis and not _BLANK.fullmatch(operator.legal_basis):
        block.only("legal_basis", (operator.legal_basis,), LEGAL_BASES)
    url = operator.service_url
    if url and not _BLANK.fullmatch(url) and not _https(url):
        block.report("service_url", f"adresse « {url} » refusée", "écrivez https://nom[/chemin], sans / final")
    date = operator.notice_date
    if date and not _BLANK.fullmatch(date) and not _day(date):
        block.report("notice_date", f"date « {date} » illisible", "écrivez AAAA-MM-JJ")
    block.finish()
    return operator


def _site(block: Block) -> Site:
    position = block.text("position", POSITIONS[0])
    site = Site(
        id=block.text("id"),
        origins=block.texts("origins"),
        title=block.text("title", DEFAULT_TITLE),
        colour=block.text("colour", DEFAULT_COLOUR).lower(),
        colour_dark=block.text("colour_dark", "").lower(),
        position=cast(Position, position),
        audience=block.text("audience", ""),
        publishers=block.texts("publishers", ()),
        greeting=block.text("greeting", ""),
        privacy_url=block.text("privacy_url", ""),
    )
    if site.id and not (KEBAB.fullmatch(site.id) and len(site.id) <= 40):
        block.report("id", f"« {site.id} » mal formé", "40 minuscules sans accent au plus, séparées par des tirets")
    if site.id == DEMO:
        block.report("id", f"« {DEMO} » est le site des essais sur sa machine", "choisissez un autre nom")
    for origin in site.origins:
        if not _ORIGIN.fullmatch(origin):
            cure = "écrivez l’origine exacte, https://nom[:port] en minuscules, sans chemin, / final ni *"
            block.report("origins", f"origine « {origin} » refusée", cure, origin)
    block.only("position", (position,), POSITIONS)
    if site.audience:
        block.only("audience", (site.audience,), tuple(AUDIENCES))
    for key, text, longest in (("title", site.title, TITLE_MAX), ("greeting", site.greeting, GREETING_MAX)):
        if len(text) > longest or not text.isprintable():
            block.report(
                key, f"« {key} » trop long ou illisible", f"écrivez {longest} caractères au plus, en une ligne"
            )
    if not site.title:
        block.report("title", "« title » est vide", "donnez un nom à l’assistant, ou retirez la clé")
    if site.privacy_url and not _https(site.privacy_url):
        block.report("privacy_url", f"adresse « {site.privacy_url} » refusée", "écrivez une adresse en https://")
    _check_colour(block, "colour", site.colour, LIGHT, "clair")
    if site.colour_dark:
        _check_colour(block, "colour_dark", site.colour_dark, DARK, "sombre")
    block.finish()
    return site


def _check_colour(block: Block, key: str, colour: str, scheme: Scheme, name: str) -> None:
    if not COLOUR.fullmatch(colour):
        block.report(key, f"couleur « {colour} » mal formée", "écrivez # et six chiffres hexadécimaux, comme #0b5573")
        return
    ratio, other = worst(colour, scheme)
    if ratio < TEXT:
        shown = f"{ratio:.2f}".replace(".", ",")
        message = f"« {colour} » manque de contraste sur écran {name} : {shown} pour 1 avec {other}, 4,5 attendus"
        block.report(key, message, f"la plus proche qui convient : {nearest(colour, scheme)}")


def _https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises when it is not a number
    except ValueError:
        return False
    plain = url.isprintable() and not re.search(r"[\s\"'<>\\;,]", url) and not url.endswith("/")
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return (
        plain and secure and bool(parts.hostname) and "@" not in parts.netloc and not parts.query and not parts.fragment
    )


def _day(date: str) -> bool:
    try:
        return datetime.date.fromisoformat(date).isoformat() == date
    except ValueError:
        return False
