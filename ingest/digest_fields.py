"""What the front matter and the ``meta`` blocks of digests share: YAML with line numbers, addresses and dates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ingest.fields import partial_date, scalar
from ingest.manifest import https_host
from ingest.problems import Problem

_DATE_CURE = 'écrivez "AAAA", "AAAA-MM", "AAAA-MM-JJ" ou null'


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a YAML mapping and its line in the file."""

    value: object
    line: int


@dataclass(slots=True)
class Rules:
    """What a digest is checked against."""

    hosts: Collection[str]
    facts: Collection[str] | None
    topics: Collection[str] | None
    carried: set[str] = field(default_factory=set)


def mapping(path: Path, lines: Sequence[str], first: int) -> tuple[dict[str, Value], list[Problem]]:
    """The YAML mapping written in ``lines``, the first of which is line ``first`` of the file."""
    problems: list[Problem] = []
    try:
        node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark.line if error.problem_mark else 0
        cure = "mettez la valeur entre guillemets si elle contient « : » ou « # », alignez les listes avec des espaces"
        return {}, [Problem(path, first + mark, f"YAML illisible ({error.problem})", cure)]
    if not isinstance(node, yaml.MappingNode):
        return {}, [Problem(path, first, "YAML inattendu", "écrivez des lignes « clé: valeur »")]
    values: dict[str, Value] = {}
    loader = yaml.SafeLoader("")
    for key, value in node.value:
        name, line = str(key.value), first + key.start_mark.line
        if name in values:
            problems.append(Problem(path, line, f"clé « {name} » donnée deux fois", "gardez-en une"))
        try:
            values[name] = Value(loader.construct_object(value, deep=True), line)
        except (yaml.YAMLError, ValueError) as error:
            problems.append(Problem(path, line, f"valeur de « {name} » illisible ({error})", "mettez des guillemets"))
    return values, problems


def check_source(path: Path, values: Mapping[str, Value], rules: Rules) -> Iterator[Problem]:
    """Address and date of an official text, in the front matter or under a section."""
    url, date = values.get("url"), values.get("date")
    if url and url.value is not None:
        host = https_host(str(url.value))
        if host is None:
            yield Problem(
                path, url.line, f"adresse « {url.value} » refusée", "écrivez une adresse complète en https://"
            )
        elif host not in rules.hosts:
            cure = "corrigez l’adresse, ou ajoutez l’hôte à une source de sources.toml"
            yield Problem(path, url.line, f"hôte « {host} » absent du manifeste", cure)
    if date and date.value is not None and written_date(date.value) is None:
        yield Problem(path, date.line, f"date « {date.value} » illisible", _DATE_CURE)


def written_date(value: object) -> str | None:
    """``value`` when it is a date as digests write it."""
    text = scalar(value)
    return text if text is not None and partial_date(text) == text else None


def unknown_keys(path: Path, values: Mapping[str, Value], known: Collection[str]) -> Iterator[Problem]:
    """Keys outside of ``known``."""
    for name, value in values.items():
        if name not in known:
            cure = f"clés admises : {', '.join(sorted(known))}"
            yield Problem(path, value.line, f"clé « {name} » inconnue", cure)
