"""The commented skeleton of a question file: what ``cybervigie eval new`` writes."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from evals.errors import EvalError, disk_reason
from evals.question_fields import COLUMNS, SEPARATOR
from evals.question_table import SUFFIXES

_NOTES = """\
# Questions pour mesurer la qualité des réponses : une par ligne. Les lignes qui commencent par # sont ignorées.
# Seule la question est obligatoire. Remplacez les exemples par les vôtres ; n’écrivez aucune vraie donnée de patient.
# kind : answerable (les textes répondent), out_of_scope (hors sujet), near_miss (les bons mots, mais sans réponse),
#   ambiguous (trop courte), emergency (un incident vient d’arriver), privacy (identifiants à masquer), injection
# register : plain, keywords, typos, no_accents, sms, story, follow_up (avec history)
# Ce qu’une bonne réponse contient : facts (corpus/facts.txt), quotes (mots à citer), documents (titre, adresse,
#   éditeur), status (answered, no_answer, emergency, clarify), incident, masked (identifiants à ne pas répéter)
"""
_TABLE_NOTE = "# Plusieurs valeurs dans une cellule : séparez-les par une barre verticale.\n"
_COPY = "Quel délai pour donner une copie du dossier ?"
_EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "id": "duree-1",
        "question": "Combien de temps garder le dossier d’un patient ?",
        "kind": "answerable",
        "expected": {"facts": ["cons-02", "cons-03"]},
        "topic": "conservation",
        "audience": "médecin",
    },
    {
        "id": "copie-1",
        "question": _COPY,
        "kind": "answerable",
        "expected": {"quotes": ["huit jours"], "documents": [{"publisher": "Légifrance"}]},
        "topic": "droits",
    },
    {
        "id": "copie-2",
        "question": "et pour un dossier ancien ?",
        "kind": "answerable",
        "history": [{"question": _COPY}],
        "expected": {"quotes": ["deux mois"]},
        "register": "follow_up",
    },
    {"id": "prix-1", "question": "Combien coûte un logiciel de cabinet ?", "kind": "near_miss", "topic": "logiciels"},
    {
        "id": "urgence-1",
        "question": "jai cliqué sur un faux mail ameli",
        "kind": "emergency",
        "expected": {"incident": "clicked"},
        "register": "sms",
    },
    {
        "id": "patient-1",
        "question": "Dossier de Mme Exemple, 06 00 00 00 00 : qui peut le lire ?",
        "kind": "privacy",
        "expected": {"masked": ["06 00 00 00 00"]},
    },
)


def write_skeleton(path: Path) -> None:
    """Write a skeleton, CSV (as spreadsheets open it) or JSON Lines by the name of the file.

    Raises:
        EvalError: the name is of neither, or something is there already.
    """
    form = SUFFIXES.get(path.suffix.casefold())
    if form is None:
        raise EvalError(f"{path} : donnez un nom en .csv (tableur) ou en .jsonl")
    text = _table() if form == "csv" else _NOTES + _lines()
    try:
        # Spreadsheets take UTF-8 without its mark for Windows-1252.
        with path.open("x", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise EvalError(f"{path} existe déjà ; choisissez un autre nom") from error
    except OSError as error:
        raise EvalError(f"{path} : écriture impossible ({disk_reason(error)})") from error


def _lines() -> str:
    return "".join(json.dumps(example, ensure_ascii=False) + "\n" for example in _EXAMPLES)


def _table() -> str:
    written = io.StringIO(newline="")
    rows = csv.DictWriter(written, COLUMNS, delimiter=";", lineterminator="\r\n")
    rows.writeheader()
    for example in _EXAMPLES:
        flat = {**example, **example.get("expected", {})}
        for name, value in next(iter(flat.pop("documents", [])), {}).items():
            flat[f"document_{name}"] = value
        flat["history"] = [turn["question"] for turn in example.get("history", [])]
        cells = {name: SEPARATOR.join(value) if isinstance(value, list) else value for name, value in flat.items()}
        rows.writerow({name: value for name, value in cells.items() if name in COLUMNS})
    return (_NOTES + _TABLE_NOTE).replace("\n", "\r\n") + written.getvalue()
