"""The measures (``catalogue.toml``): French names, what they say, which way is better, targets.

``reading``: one sentence for people who direct a service. It names what is counted, so that it reads well whatever the
number; ``{value}`` stands for the figure, ``{hundred}`` for "86" of a share of 0.86. ``target``: what the project aims
at, a floor when higher is better, a ceiling otherwise.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Unit(StrEnum):
    """How a figure is written."""

    SHARE = "share"
    """0 to 1, written in per cent."""
    PLAIN = "plain"
    """0 to 1, written as it is."""
    MS = "ms"
    """Milliseconds."""


class Group(StrEnum):
    """Families of measures."""

    ANSWERS = "answers"
    ABSTENTION = "abstention"
    EMERGENCIES = "emergencies"
    PRIVACY = "privacy"
    RETRIEVAL = "retrieval"
    CONFIDENCE = "confidence"
    LATENCY = "latency"


GROUPS = {
    Group.ANSWERS: "Réponses et citations",
    Group.ABSTENTION: "Savoir se taire",
    Group.EMERGENCIES: "Urgences",
    Group.PRIVACY: "Données de patients et consignes cachées",
    Group.RETRIEVAL: "Recherche",
    Group.CONFIDENCE: "Confiance annoncée",
    Group.LATENCY: "Temps de réponse",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure is."""

    code: str
    group: Group
    label: str
    reading: str
    unit: Unit = Unit.SHARE
    higher_is_better: bool = True
    target: float | None = None
    headline: bool = False

    def reached(self, value: float) -> bool:
        """Whether a value reaches the target."""
        assert self.target is not None
        return value >= self.target if self.higher_is_better else value <= self.target


def _definition(code: str, group: str, label: str, reading: str, unit: str = "share", **others: Any) -> Definition:
    return Definition(code, Group(group), label, reading, Unit(unit), **others)


_FILE = Path(__file__).with_name("catalogue.toml")
CATALOGUE = tuple(_definition(**entry) for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))["measure"])
BY_CODE = {definition.code: definition for definition in CATALOGUE}
