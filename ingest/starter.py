"""The digests of ``corpus/starter``: what breaks the format of ``corpus/README.md``, by file and line."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ingest.digest_fields import Rules, Value, check_source, mapping, unknown_keys, written_date
from ingest.digest_sections import check_body
from ingest.force import FORCES
from ingest.problems import Problem
from ingest.slugs import AUDIENCES, EMERGENCIES, EMERGENCY_TOPIC, TOPIC

_REQUIRED = ("publisher", "title", "url", "date", "reviewed", "audience", "topic", "force")
_FRONT = {*_REQUIRED, "emergency", "confidence"}
_FILE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*--[a-z0-9]+(?:-[a-z0-9]+)*\.md")


def check_starter(
    folder: Path,
    *,
    facts: Collection[str] | None,
    hosts: Collection[str],
    topics: Collection[str] | None = None,
) -> list[Problem]:
    """Everything that is wrong in the digests of ``folder``, by file and line.

    ``hosts`` are those of the manifest. With ``facts``, ids that are not among them are reported, and so are those
    that no section carries. With ``topics``, so are other topics; emergency sheets have their own.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        return [Problem(folder, 1, "aucun résumé dans ce dossier", "vérifiez le chemin du corpus de départ")]
    rules = Rules(hosts, facts, topics)
    problems = [problem for path in files for problem in _check(path, rules)]
    for fact in sorted(set(facts or ()) - rules.carried):
        cure = "ajoutez-le aux « facts » d’une section, ou retirez-le de facts.txt et dites pourquoi dans COVERAGE.md"
        problems.append(Problem(folder, 1, f"le fait « {fact} » n’est porté par aucune section", cure))
    return sorted(problems)


def _check(path: Path, rules: Rules) -> Iterator[Problem]:
    if not _FILE.fullmatch(path.name):
        yield Problem(path, 1, "nom de fichier inattendu", "écrivez sujet--editeur.md, en minuscules sans accent")
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(path, 1, f"fichier illisible ({error})", "enregistrez-le en UTF-8")
        return
    end = next((i for i in range(1, len(lines)) if lines[i].strip() == "---"), None)
    if lines[0].strip() != "---" or end is None:
        yield Problem(path, 1, "en-tête absent ou jamais fermé", "encadrez-le de deux lignes « --- »")
        return
    values, problems = mapping(path, lines[1:end], 2)
    yield from problems
    yield from _check_front(path, values, rules)
    yield from check_body(path, lines, end + 1, rules)


def _check_front(path: Path, values: Mapping[str, Value], rules: Rules) -> Iterator[Problem]:
    for name in _REQUIRED:
        if name not in values or (name != "date" and values[name].value in (None, "", [])):
            line = values[name].line if name in values else 1
            yield Problem(path, line, f"« {name} » manque dans l’en-tête", f"ajoutez une ligne « {name}: … »")
    yield from unknown_keys(path, values, _FRONT)
    yield from check_source(path, values, rules)
    reviewed = values.get("reviewed")
    if reviewed and len(written_date(reviewed.value) or "") != 10:
        yield Problem(path, reviewed.line, f"date de relecture « {reviewed.value} » illisible", 'écrivez "AAAA-MM-JJ"')
    yield from _choices(path, values.get("audience"), "audience", AUDIENCES)
    force = values.get("force")
    if force and force.value not in tuple(FORCES):
        cure = f"choisissez l’un de {', '.join(sorted(FORCES))}"
        yield Problem(path, force.line, f"« {force.value} » inconnu dans « force »", cure)
    yield from _choices(path, values.get("emergency"), "emergency", EMERGENCIES)
    yield from _choices(path, values.get("confidence"), "confidence", {"a-verifier"})
    yield from _check_topic(path, values, rules)


def _check_topic(path: Path, values: Mapping[str, Value], rules: Rules) -> Iterator[Problem]:
    topic, emergency = values.get("topic"), values.get("emergency")
    if topic is None:
        return
    name = str(topic.value)
    if rules.topics is not None:
        yield from _choices(path, topic, "topic", {*rules.topics, EMERGENCY_TOPIC})
    elif not TOPIC.fullmatch(name):
        yield Problem(path, topic.line, f"sujet « {name} » mal formé", "écrivez par exemple dossier_medical")
    if (name == EMERGENCY_TOPIC) != (emergency is not None):
        cure = "une fiche d’urgence a « topic: urgence » et « emergency », les autres n’ont ni l’un ni l’autre"
        yield Problem(path, topic.line, "« topic » et « emergency » ne vont pas ensemble", cure)
    start = f"{name}-{emergency.value}" if emergency else name.replace("_", "-")
    if _FILE.fullmatch(path.name) and path.name.split("--")[0] != start:
        yield Problem(path, topic.line, f"le nom du fichier ne commence pas par « {start}-- »", "renommez le fichier")


def _choices(path: Path, found: Value | None, name: str, allowed: Collection[str]) -> Iterator[Problem]:
    if found is None or found.value is None:
        return
    for item in found.value if isinstance(found.value, list) else [found.value]:
        if item not in allowed:
            cure = f"choisissez parmi {', '.join(sorted(allowed))}"
            yield Problem(path, found.line, f"« {item} » inconnu dans « {name} »", cure)
