"""Figures and codes in French, for people."""

from collections.abc import Iterable

from bot.model import Status
from evals.scores.bootstrap import Interval
from evals.scores.catalogue import BY_CODE, Definition, Unit
from evals.scores.slices import Axis
from ingest.typography import NARROW, NBSP

STATUSES = {
    Status.ANSWERED: "réponse",
    Status.NO_ANSWER: "refus",
    Status.EMERGENCY: "fiche d’urgence",
    Status.CLARIFY: "précision demandée",
}
AXES = {
    Axis.KIND: "Sorte de question",
    Axis.REGISTER: "Façon d’écrire",
    Axis.AUDIENCE: "Métier",
    Axis.TOPIC: "Sujet",
    Axis.PUBLISHER: "Éditeur",
}
AUDIENCES = {
    "tous": "tous",
    "medecin": "médecin",
    "infirmier": "infirmier",
    "sage-femme": "sage-femme",
    "pharmacien": "pharmacien",
    "paramedical": "paramédical",
    "secretaire": "secrétaire",
    "msp": "MSP",
    "cpts": "CPTS",
}
TOPICS = {
    "acces_distant": "accès distant",
    "aipd": "AIPD",
    "continuite": "continuité",
    "donnees_patient": "données de patients",
    "dossier_medical": "dossier médical",
    "double_authentification": "double authentification",
    "dpo": "DPO",
    "droits_patients": "droits des patients",
    "hameconnage": "hameçonnage",
    "hds": "HDS",
    "hors_sujet": "hors sujet",
    "ia": "IA",
    "information_patients": "information des patients",
    "ins": "INS",
    "messageries_grand_public": "messageries grand public",
    "mises_a_jour": "mises à jour",
    "mon_espace_sante": "Mon espace santé",
    "mots_de_passe": "mots de passe",
    "objets_connectes": "objets connectés",
    "pare_feu": "pare-feu",
    "photos_patients": "photos de patients",
    "rancongiciel": "rançongiciel",
    "rendez_vous": "rendez-vous",
    "sesan": "Sesan",
    "sous_traitance": "sous-traitance",
    "teleconsultation": "téléconsultation",
    "videosurveillance": "vidéosurveillance",
    "wifi": "Wi-Fi",
}
"""Topics whose French name is not their code with spaces."""


def decimal(value: float, digits: int) -> str:
    """ "0,87", "1 234,5"."""
    written = f"{value:z,.{digits}f}"
    return written.replace(",", NARROW).replace(".", ",").replace("-", "−")


def percent(value: float) -> str:
    """ "85,7 %"; never 0 or 100 of what is neither."""
    return f"{_hundredths(value)}{NBSP}%"


def _hundredths(value: float) -> str:
    if value in (0.0, 1.0):
        return str(round(100 * value))
    shown = min(max(100 * value, 0.1), 99.9) if 0 < value < 1 else 100 * value
    return decimal(shown, 1)


def hundred(value: float) -> str:
    """How many of 100: "86", "moins de 1", "plus de 99"."""
    if 0 < value < 0.005:
        return f"moins de{NBSP}1"
    if 0.995 <= value < 1:
        return f"plus de{NBSP}99"
    return str(round(100 * value))


def milliseconds(value: float) -> str:
    """ "21 ms", "1,4 s"."""
    return f"{decimal(value / 1000, 1)}{NBSP}s" if value >= 1000 else f"{decimal(value, 0)}{NBSP}ms"


def amount(value: float, definition: Definition) -> str:
    """A value in the unit of its measure."""
    if definition.unit is Unit.SHARE:
        return percent(value)
    return milliseconds(value) if definition.unit is Unit.MS else decimal(value, 3)


def between(interval: Interval, definition: Definition) -> str:
    """ "de 77,5 à 93,1 %"."""
    if definition.unit is Unit.SHARE:
        return f"de {_hundredths(interval.low)} à {percent(interval.high)}"
    return f"de {amount(interval.low, definition)} à {amount(interval.high, definition)}"


def change(value: float, definition: Definition) -> str:
    """A difference, always signed: "+2,6 points", "−0,012"."""
    sign = "+" if value > 0 else ""
    if definition.unit is Unit.SHARE:
        points = 100 * value
        return f"{sign}{decimal(points, 1)}{NBSP}{'point' if abs(points) < 2 else 'points'}"
    return f"{sign}{amount(value, definition)}"


def change_between(interval: Interval, definition: Definition) -> str:
    """ "de −1,3 à +6,5 points"."""
    if definition.unit is Unit.SHARE:
        low = 100 * interval.low
        return f"de {'+' if low > 0 else ''}{decimal(low, 1)} à {change(interval.high, definition)}"
    return f"de {change(interval.low, definition)} à {change(interval.high, definition)}"


def target(definition: Definition) -> str:
    """ "85 % au moins", "100 %"; empty without a target."""
    if definition.target is None:
        return ""
    exact = definition.target in (0.0, 1.0)
    if definition.unit is Unit.SHARE:
        digits = 0 if round(100 * definition.target, 6) == round(100 * definition.target) else 1
        told = f"{decimal(100 * definition.target, digits)}{NBSP}%"
    else:
        told = decimal(definition.target, 2)
    return told if exact else f"{told} au {'moins' if definition.higher_is_better else 'plus'}"


def probability(value: float) -> str:
    """ "p = 0,012", "p < 0,001"."""
    return f"p{NBSP}={NBSP}{decimal(value, 3)}" if value >= 0.001 else f"p{NBSP}<{NBSP}{decimal(0.001, 3)}"


def listed(codes: Iterable[str]) -> str:
    """ "« Statut juste », « nDCG@10 »"."""
    return ", ".join(f"«{NBSP}{BY_CODE[code].label}{NBSP}»" for code in codes)


def reading(value: float, definition: Definition) -> str:
    """What a value means, in a sentence."""
    return definition.reading.format(hundred=hundred(value), value=amount(value, definition))
