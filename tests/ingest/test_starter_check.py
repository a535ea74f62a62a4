"""The checker of digests: each malformed input is named by file, line and cure."""

from pathlib import Path

import pytest

from ingest.problems import Problem
from ingest.starter import check_starter
from ingest.typography import slips

NBSP, NARROW = "\u00a0", "\u202f"
NAME = "conservation--cnil.md"
DIGEST = f"""---
publisher: CNIL
title: "Référentiel"
url: https://www.cnil.fr/referentiel.pdf
date: "2020-06-18"
reviewed: "2026-11-24"
audience: [tous]
topic: conservation
force: recommendation
---
# Durées de conservation

## Combien de temps garder un dossier{NARROW}? {{#duree-dossier}}

```meta
facts: [cons-01]
questions:
  - combien de temps garder les dossiers
  - "au bout de combien d'années détruire"
```

Le référentiel de la CNIL recommande 5{NBSP}ans.

- premier point{NARROW};
- second point.
"""


def check(folder: Path, text: str, name: str = NAME, facts: set[str] | None = None) -> list[Problem]:
    (folder / name).write_text(text, encoding="utf-8")
    return check_starter(folder, facts=facts, hosts={"www.cnil.fr"}, topics={"conservation"})


def test_a_sound_digest_has_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path, DIGEST, facts={"cons-01"}) == []
    assert check(tmp_path, DIGEST.replace('"2020-06-18"', "null")) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("---\npublisher", "publisher", 1, ("en-tête", "« --- »")),
        ("force: recommendation\n---\n", "force: recommendation\n", 1, ("en-tête", "« --- »")),
        ("publisher: CNIL", "publisher: CNIL: a", 2, ("YAML illisible", "guillemets")),
        ("publisher: CNIL\n", "", 1, ("« publisher » manque", "ajoutez")),
        ("publisher: CNIL", "publisher:", 2, ("« publisher » manque", "ajoutez")),
        ('date: "2020-06-18"\n', "", 1, ("« date » manque",)),
        ('date: "2020-06-18"', 'date: "18/06/2020"', 5, ("date", "AAAA")),
        ('date: "2020-06-18"', 'date: "2020-13"', 5, ("date", "AAAA")),
        ('reviewed: "2026-11-24"', 'reviewed: "2026-11"', 6, ("relecture", "AAAA-MM-JJ")),
        ("https://www.cnil.fr/", "http://www.cnil.fr/", 4, ("refusée", "https://")),
        ("https://www.cnil.fr/", "https://www.cnil.com/", 4, ("www.cnil.com", "sources.toml")),
        ("audience: [tous]", "audience: [docteur]", 7, ("« docteur »", "medecin")),
        (
            "force: recommendation",
            "force: loi",
            9,
            ("« loi » inconnu dans « force »", "recommendation"),
        ),
        ("force: recommendation\n", "", 1, ("« force » manque", "ajoutez")),
        ("force: recommendation", "force: [law]", 9, ("inconnu dans « force »", "law")),
        ("topic: conservation", "topic: dossiers", 8, ("« dossiers »", "conservation")),
        ("topic: conservation", "topic: conservation\nemergency: theft", 8, ("ne vont pas ensemble", "urgence")),
        ("topic: conservation", "topic: urgence\nemergency: fire", 9, ("« fire »", "ransomware")),
        ("topic: conservation", "topic: conservation\nauteur: moi", 9, ("« auteur » inconnue", "clés admises")),
        ("topic: conservation", "topic: conservation\ntopic: conservation", 9, ("deux fois",)),
        ("# Durées de conservation\n", "", 11, ("0 titres", "un seul titre")),
        ("# Durées de conservation", "# Durées\n\nUn texte.", 13, ("hors section", "{#ancre}")),
        (" {#duree-dossier}", "", 13, ("sans ancre", "{#mots-cles}")),
        ("{#duree-dossier}", "{#Durée_dossier}", 13, ("mal formée", "tirets")),
        ("```meta\n", "```yaml\n", 13, ("sans bloc « meta »", "```meta")),
        ("facts: [cons-01]", "facts: []", 16, ("sans fait", "ajoutez")),
        ("facts: [cons-01]", "facts: [cons-99]", 16, ("« cons-99 » n’existe pas", "facts.txt")),
        ("facts: [cons-01]", "facts: [cons-01", 17, ("YAML illisible",)),
        ("facts: [cons-01]", "facts: [cons-01]\nurl: https://exemple.fr/", 17, ("exemple.fr", "sources.toml")),
        ("facts: [cons-01]", "faits: [cons-01]", 16, ("« faits » inconnue", "facts")),
        ("  - combien de temps garder les dossiers\n", "", 17, ("1 question(s)", "deux à quarante")),
        ("combien de temps garder les dossiers", "Au bout de combien d'années détruire", 17, ("deux fois",)),
        ("- second point.", "- **second** point.", 25, ("gras", "paragraphes")),
        ("- second point.", "- voir [la page](https://www.cnil.fr/).", 25, ("lien",)),
        ("- second point.", "### Sous-titre", 25, ("sous-titre",)),
        ("- second point.", "- appeler le 01 53 73 22 22.", 25, ("01 53 73 22 22", "contacts.toml")),
        ("- second point.", "- appeler le 0 805 805 817.", 25, ("0 805 805 817", "contacts.toml")),
        ("- second point.", "- l'apostrophe.", 25, ("apostrophe droite", "’")),
        ("- second point.", "- deux  espaces.", 25, ("espaces doubles",)),
        (f"dossier{NARROW}?", "dossier ?", 13, ("insécable avant ; ! ou ?", "U+202F")),
        (f"5{NBSP}ans", "5 %", 22, ("insécable avant %", "U+00A0")),
    ],
)
def test_each_slip_names_file_line_and_cure(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in DIGEST
    problems = [str(problem) for problem in check(tmp_path, DIGEST.replace(old, new), facts={"cons-01"})]
    matching = [problem for problem in problems if all(word in problem for word in words)]
    assert matching, problems
    assert any(problem.startswith(f"{tmp_path / NAME}:{line} : ") for problem in matching), problems


def test_an_unclosed_meta_block_and_an_empty_section(tmp_path: Path) -> None:
    unclosed = DIGEST.replace("```\n\nLe", "\n\nLe")
    assert any("jamais fermé" in problem.message and problem.line == 15 for problem in check(tmp_path, unclosed))
    empty = DIGEST[: DIGEST.index("Le référentiel de")]
    assert [problem.message for problem in check(tmp_path, empty)] == ["section sans texte"]


def test_a_duplicate_anchor_names_both_lines(tmp_path: Path) -> None:
    again = DIGEST + "\n" + DIGEST[DIGEST.index("## Combien") :]
    problems = check(tmp_path, again)
    assert [(problem.line, problem.message) for problem in problems] == [
        (27, "ancre « duree-dossier » déjà prise à la ligne 13")
    ]


def test_a_fact_that_nothing_carries_is_named(tmp_path: Path) -> None:
    problems = check(tmp_path, DIGEST, facts={"cons-01", "cons-02"})
    assert ["cons-02" in problem.message for problem in problems] == [True]
    assert "COVERAGE.md" in problems[0].cure


def test_file_names_follow_topic_and_emergency(tmp_path: Path) -> None:
    assert "sujet--editeur.md" in check(tmp_path, DIGEST, name="Conservation.md")[0].cure
    (tmp_path / "Conservation.md").unlink()
    assert "conservation-- »" in check(tmp_path, DIGEST, name="archives--cnil.md")[0].message
    (tmp_path / "archives--cnil.md").unlink()
    sheet = DIGEST.replace("topic: conservation", "topic: urgence\nemergency: theft")
    assert check(tmp_path, sheet, name="urgence-theft--cnil.md") == []


def test_an_empty_folder_and_a_file_that_is_not_text(tmp_path: Path) -> None:
    assert "aucun résumé" in check_starter(tmp_path, facts=None, hosts=())[0].message
    (tmp_path / NAME).write_bytes(b"\xff\xfe")
    assert "UTF-8" in check_starter(tmp_path, facts=None, hosts=())[0].cure


@pytest.mark.parametrize(
    "text",
    [
        f"Voir https://www.cnil.fr/fr/a?b=1;c{NARROW}; fin.",
        f"«{NBSP}Mot{NBSP}»{NBSP}: oui{NARROW}!",
        f"À 9{NBSP}h 30, 94{NBSP}% et 15{NBSP}000{NBSP}€.",
        f"Écrivez à nom@exemple.fr{NARROW}; c’est tout.",
        "Le Wi-Fi, l’e-mail, 10:30.",
    ],
)
def test_sound_french_is_left_alone(text: str) -> None:
    assert list(slips(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Oui !",
        "Oui: non",
        "94%",
        "« mot »",
        "«mot»",
        'un "mot"',
        "fin...",
        "l'an",
        "a  b",
        "fin ",
        "Etat",
        "A noter",
        "a ;b",
    ],
)
def test_slips_of_french_are_found(text: str) -> None:
    assert list(slips(text)) != []
