"""A person's own words in a message."""

import json
import subprocess
import sys
import time

import pytest

from bot.helpdesk.message import READ_MAX, own_words

ASKED = "Combien de temps garder un dossier ?"


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        f"Bonjour,\n\n{ASKED}\n\nCordialement,\nDr Jean Martin\n12 rue des Lilas",
        f"Bonjour Madame,\n{ASKED}\nMerci d’avance pour votre aide.\nBien à vous\nAnne",
        f"Bonsoir, {ASKED} Merci d’avance. Cordialement, Paul",
        f"Chers confrères,\n{ASKED}\n-- \nCabinet des Lilas\nTél. 01 02 03 04 05",
        f"{ASKED}\n\nEnvoyé de mon iPhone",
        f"{ASKED}\n\nLe lun. 3 nov. 2026 à 10:12, Support <aide@exemple.fr> a écrit :\n> Quelle est la question ?",
        f"{ASKED}\n\nLe lun. 3 nov. 2026 à 10:12, Support <aide@exemple.fr>\na écrit :\n> Quelle est la question ?",
        f"{ASKED}\n\nOn Mon, Nov 3, 2026 at 10:12 AM Support wrote:\n> What?",
        f"{ASKED}\n\n-----Message d’origine-----\nDe : Support\nObjet : autre\nQuelle est la question ?",
        f"{ASKED}\n\nDe : Support\nEnvoyé : lundi\nÀ : moi\nObjet : autre\n\nQuelle est la question ?",
        f"{ASKED}\n________________________________\nDe : x",
        f"> Quelle est votre question ?\n{ASKED}",
        f"{ASKED}\n\nCe message est confidentiel et réservé à ses destinataires.",
        "Combien de temps garder\nun dossier ?",
    ],
)
def test_greeting_signature_and_quoted_replies_are_left_out(text: str) -> None:
    assert own_words(text) == ASKED


def test_a_forwarded_message_without_a_word_is_read() -> None:
    text = "-----Message transféré-----\nDe : un confrère\nEnvoyé : lundi\nObjet : dossiers\n\n" + ASKED
    assert own_words(text) == ASKED


def test_a_message_of_quoted_lines_only_is_empty() -> None:
    assert own_words("> une\n> autre") == ""


def test_a_question_after_the_closing_words_is_kept() -> None:
    text = f"Voici le dossier.\nCordialement,\nPaul\nPS : {ASKED}"
    assert ASKED in own_words(text)


def test_items_and_paragraphs_stay_apart() -> None:
    assert own_words("Deux points :\n- le premier,\nqui continue\n- le second\n\nEt la suite") == (
        "Deux points :\n- le premier, qui continue\n- le second\nEt la suite"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{ASKED} En vous remerciant par avance de votre réponse, bien cordialement, Paul",
        f"{ASKED} Dans l’attente de votre retour, je vous prie d’agréer, Madame, mes salutations distinguées.",
        f"{ASKED}\nDans l’attente de votre retour, je vous prie d’agréer, Madame, mes salutations distinguées.\nPaul",
        f"{ASKED}\nEn vous remerciant de l’attention que vous porterez à cette demande qui nous tient à cœur depuis un "
        "certain temps, cordialement\nPaul",
        f"{ASKED}\nMerci, bonne journée, cordialement !",
    ],
)
def test_closing_formulas_follow_each_other(text: str) -> None:
    assert own_words(text) == ASKED


@pytest.mark.parametrize(
    "line", ["En vous remerciant de me dire si je dois nommer un DPO ?", "Merci pour votre aide : {}"]
)
def test_a_question_within_a_closing_formula_is_kept(line: str) -> None:
    assert "?" in own_words(f"Voici le dossier.\n{line.format(ASKED)}")


# Each formula, and after it what used to be tried in every way.
_FORMULAS = [
    "cordialement ",
    "bien à vous, ",
    "merci beaucoup d’avance ",
    "en l’attente de aa ",
    "dans l’attente de votre retour, ",
    "en vous remerciant ",
    "veuillez agréer aa ",
    "je vous prie d’agréer ",
    "bonne journée ",
]


def test_closing_formulas_take_no_time_that_doubles() -> None:
    """In a process of its own, which is ended if it does not end: such a pattern holds the interpreter for years."""
    program = (
        "import sys, json; from bot.helpdesk.message import own_words\n"
        "for formula in json.loads(sys.argv[1]):\n"
        "  own_words('Une question, ' + formula * 1000)\n"
        "  for end in ('', '?', 'x' * 300):\n"
        "    for before in ('Une question\\n', 'Une question ? '):\n"
        "      own_words(before + formula * 20 + end); own_words(before + (formula + chr(10)) * 20 + end)"
    )
    done = subprocess.run([sys.executable, "-c", program, json.dumps(_FORMULAS)], timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("text", ["", "\n\n", "Bonjour", "Bonjour,", "\u200b\u202e", "Madame, Monsieur,"])
def test_nothing_to_read(text: str) -> None:
    assert own_words(text).strip(" ,") == ""


@pytest.mark.parametrize(
    "unit",
    [
        "le ",
        "bonjour ",
        "cordialement, ",
        "> ",
        "de : ",
        "merci ",
        "veuillez agréer ",
        "a écrit ",
        "—",
        "\n",
        "_",
        "- ",
    ],
)
def test_no_text_takes_long_to_read(unit: str) -> None:
    begun = time.process_time()
    own_words(unit * (READ_MAX // len(unit)))
    assert time.process_time() - begun < 3.0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bonjour, pour un mineur, qui peut demander le dossier ?", "pour un mineur, qui peut demander le dossier ?"),
        ("Bonjour, rançongiciel, tout est chiffré", "rançongiciel, tout est chiffré"),
        ("Bonjour, Rançongiciel : tout est chiffré", "Rançongiciel : tout est chiffré"),
        ("Madame, Monsieur,\nUn patient, mineur, demande son dossier.", "Un patient, mineur, demande son dossier."),
        ("Bonjour un patient demande son dossier, que faire ?", "Bonjour un patient demande son dossier, que faire ?"),
        ("Bonjour, Mme [nom masqué], 82 ans, demande son dossier.", "Mme [nom masqué], 82 ans, demande son dossier."),
        ("Bonjour, et pour un mineur ?", "et pour un mineur ?"),
        ("Re: Bonjour Docteur Martin, que faire ?", "que faire ?"),
        ("Bonjour Dr. [nom masqué], que faire ?", "que faire ?"),
        ("Cher confrère, chère consœur, que faire ?", "que faire ?"),
        ("Bonjour, Docteur, que faire ?", "que faire ?"),
        ("Bonjour Mme de La Tour ! Que faire ?", "Que faire ?"),
    ],
)
def test_a_greeting_takes_no_word_of_the_message(text: str, left: str) -> None:
    assert own_words(text) == left
