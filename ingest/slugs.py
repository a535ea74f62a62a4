"""Short names that the files of ``corpus/`` share: audiences, emergencies, topics, facts."""

import re
from collections.abc import Mapping
from pathlib import Path

from ingest.errors import ParseError

AUDIENCES = frozenset(
    {"medecin", "infirmier", "pharmacien", "sage-femme", "paramedical", "secretaire", "msp", "cpts", "tous"}
)
EMERGENCIES = frozenset(
    {
        "clicked",
        "ransomware",
        "theft",
        "wrong-recipient",
        "fake-support",
        "fake-banker",
        "mailbox-hacked",
        "data-leak",
    }
)
EMERGENCY_TOPIC = "urgence"
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TOPIC = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def read_facts(path: Path) -> Mapping[str, str]:
    """``fact id -> topic`` from ``corpus/facts.txt``. Raises ParseError, naming the line."""
    facts: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ParseError(str(path), f"liste des faits illisible ({error}) : rétablissez ce fichier") from error
    for number, line in enumerate(lines, start=1):
        fields = line.split("#")[0].split()
        if not fields:
            continue
        if len(fields) != 2 or not KEBAB.fullmatch(fields[0]) or not TOPIC.fullmatch(fields[1]):
            raise ParseError(f"{path}:{number}", "ligne illisible : écrivez « identifiant sujet », par exemple cons-01")
        if fields[0] in facts:
            raise ParseError(f"{path}:{number}", f"fait « {fields[0]} » déjà donné : supprimez cette ligne")
        facts[fields[0]] = fields[1]
    return facts
