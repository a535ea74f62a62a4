"""Cleaning questions, and knowing follow-ups by their form."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import BadQuestion
from bot.question import (
    MAX_CHARS,
    clean_question,
    core,
    is_elliptic,
    leans_on_history,
    points_back,
    spelt_with,
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Quel\x00 mot de passe ?", "Quel mot de passe ?"),
        ("Quel \u202emot\u202c de passe ?", "Quel mot de passe ?"),
        ("mot\u200bde\u200dpasse\ufeff", "motdepasse"),
        ("clé\U000e0041\U000e0042 USB", "clé USB"),
        ("  clé \t\n\n USB  ", "clé USB"),
        ("cle\u0301 USB", "clé USB"),
        ("mot\u00adde passe", "motde passe"),
        ("sauvegarde \ue000\uf8ff", "sauvegarde"),
        ("Quel délai\u00a0?", "Quel délai\u00a0?"),
        ("sauvegarde 🙂", "sauvegarde 🙂"),
        ("\ufdfa sauvegarde", "\ufdfa sauvegarde"),
    ],
)
def test_invisible_characters_are_removed_and_words_kept(raw: str, cleaned: str) -> None:
    assert clean_question(raw) == cleaned


@pytest.mark.parametrize(
    "nothing", ["", " ", "\x00", "\u200b\u202e", "?!…", "🙂" * 5, "\u00a0\u202f", "'\"<>", "\U000e0041"]
)
def test_nothing_readable_is_refused(nothing: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        clean_question(nothing)
    assert refused.value.code == "question_empty"


def test_length_is_bounded() -> None:
    assert clean_question("a" * MAX_CHARS) == "a" * MAX_CHARS
    with pytest.raises(BadQuestion) as refused:
        clean_question("a" * (MAX_CHARS + 1))
    assert refused.value.code == "question_too_long"
    assert "aaa" not in refused.value.message


@given(st.text(max_size=200))
def test_a_clean_question_is_stable_and_visible(raw: str) -> None:
    try:
        cleaned = clean_question(raw)
    except BadQuestion:
        assume(False)
    assert clean_question(cleaned) == cleaned
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn"}


@pytest.mark.parametrize("follow_up", ["Et pour un mineur ?", "et après un décès du patient dans ma ville natale ?"])
def test_a_follow_up_is_known_by_its_form(follow_up: str) -> None:
    assert leans_on_history(follow_up)


@pytest.mark.parametrize("elliptic", ["Pourquoi ?", "Combien de temps ?", "Qui le fait ?", "mineur ?"])
def test_an_elliptic_question_says_too_little_alone(elliptic: str) -> None:
    assert is_elliptic(elliptic)


@pytest.mark.parametrize(
    "alone",
    [
        "Quelle longueur de mot de passe la CNIL demande-t-elle aux cabinets ?",
        "Faut-il chiffrer la clé USB qui contient des comptes rendus ?",
    ],
)
def test_a_whole_question_stands_alone(alone: str) -> None:
    assert not leans_on_history(alone)
    assert not is_elliptic(alone)


OPENERS = (
    "Par ailleurs, ",
    "D’autre part ",
    "Enfin : ",
    "De plus, ",
    "Aussi, ",
    "Sinon ",
    "Bonjour docteur, ",
    "ok merci, ",
)
ASKED = (
    "combien de temps devons-nous conserver les dossiers médicaux des patients ?",
    "faut-il tester ses sauvegardes ?",
    "dans quel délai notifier une violation à la CNIL ?",
    "puis-je filmer la salle d’attente ?",
)


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("question", ASKED)
def test_what_only_links_or_greets_changes_nothing(opener: str, question: str) -> None:
    assert core(opener + question) == question
    assert core(f"{opener}{question} Merci d’avance !") == question


@pytest.mark.parametrize(
    "question",
    [
        "De plus en plus de patients m’écrivent, que faire ?",
        "Aussi bien que Gmail ?",
        "Bonjour",
        "bonjour docteur, merci",
        "Merci de me dire si le fax est permis",
        "Bien sûr que faire ?",
    ],
)
def test_words_that_carry_the_question_stay(question: str) -> None:
    assert core(question) == question


@pytest.mark.parametrize(
    "short", ["à quelle fréquence le changer ?", "Comment les détruire ?", "Peut-il refuser ?", "Qui s’en occupe ?"]
)
def test_a_pronoun_points_back(short: str) -> None:
    assert points_back(short)
    assert is_elliptic(short)


@pytest.mark.parametrize(
    "own",
    [
        "Un patient peut-il voir son dossier ?",
        "où garder le dossier ?",
        "Comment envoyer le courrier ?",
        "Faut-il un DPO ?",
        "Existe-t-il un modèle ?",
    ],
)
def test_an_article_or_an_inverted_subject_does_not(own: str) -> None:
    assert not points_back(own)


def test_a_pronoun_is_spelt_with_what_it_stands_for() -> None:
    spelt = spelt_with("à quelle fréquence le changer ?", "Comment choisir un mot de passe ?")
    assert spelt == "à quelle fréquence changer un mot de passe ?"
    assert spelt_with("Pourquoi ?", "Comment choisir un mot de passe ?") is None
    assert spelt_with("Comment les détruire ?", "Pourquoi ?") is None
