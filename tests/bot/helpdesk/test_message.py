"""A person's own words in a message."""

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
