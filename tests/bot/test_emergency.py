"""Recognising emergencies in every register, and nothing but emergencies."""

import gzip
import json
import time
from pathlib import Path

import pytest

from bot.compose import INCIDENTS
from bot.emergency import Incident, detect, detect_all, speaks_of_incident, vague_attack
from bot.emergency_guess import WEIGHTS
from evals.emergency_weights import digest, incidents, ordinary
from ingest.slugs import EMERGENCIES

from .emergency_sentences import NO_EMERGENCY, ORDINARY, PANIC, TOLD_APART, TWO_AT_ONCE

CASES = [(slug, sentence) for slug, sentences in PANIC.items() for sentence in sentences]


def test_incidents_are_those_of_the_corpus() -> None:
    assert {incident.value for incident in Incident} == set(EMERGENCIES) == set(PANIC)
    assert set(INCIDENTS) == set(Incident)
    assert all(len(sentences) >= 6 for sentences in PANIC.values())


@pytest.mark.parametrize(("slug", "sentence"), CASES)
def test_an_emergency_is_recognised(slug: str, sentence: str) -> None:
    assert detect(sentence) == slug


@pytest.mark.parametrize(("slug", "sentence"), CASES)
def test_capitals_accents_and_apostrophes_do_not_matter(slug: str, sentence: str) -> None:
    for other in (sentence.upper(), sentence.replace("'", "’"), f"  {sentence} !!!", sentence.replace("é", "e")):
        assert detect(other) == slug, other


@pytest.mark.parametrize(("sentence", "slug"), TOLD_APART)
def test_ransomware_and_fake_support_are_told_apart(sentence: str, slug: str) -> None:
    assert detect(sentence) == slug


@pytest.mark.parametrize(
    "sentence",
    [
        "mes fichiers sont chiffrés j'ai appelé mon technicien il me dit d'attendre",
        "Ecran bloqué par un ransomware, j'ai appelé le support de mon éditeur, que faire ?",
        "Mon écran est bloqué, message qui demande 2 bitcoins, faut-il appeler le support informatique ?",
        "Mon poste est infecté par un ransomware, dois-je appeler Microsoft ?",
        "Mon serveur est chiffré, l'écran est figé, j'appelle qui ?",
    ],
)
def test_a_sign_of_ransom_outweighs_a_call_to_support(sentence: str) -> None:
    # The fake-support sheet says to restart: the one thing not to do here.
    assert detect(sentence) is Incident.RANSOMWARE


def test_an_encrypted_machine_that_was_lost_is_a_theft() -> None:
    assert detect("Mon ordinateur est chiffré, je l'ai perdu, que faire ?") is Incident.THEFT


@pytest.mark.parametrize(
    "sentence",
    [
        "Est-ce que les fichiers de mon serveur sont chiffrés ?",
        "mon téléphone est verrouillé, comment récupérer mes données ?",
        "J'ai reçu un faux mail Ameli, je n'ai pas cliqué",
        "J'ai oublié mon mot de passe de messagerie sur mon portable",
        "J'ai oublié de verrouiller mon ordinateur",
        "j'ai appelé le support de Doctolib pour un problème de connexion",
        "J'ai cliqué sur refuser les cookies",
        "J’ai cliqué sur « Tout refuser »",
        "J'ai oublié de rappeler la patiente au 06 12 34 56 78",
    ],
)
def test_near_misses_open_no_sheet(sentence: str) -> None:
    assert detect(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "nous sommes victimes d'une cyberattaque",
        "Le cabinet a été piraté",
        "j'ai un virus sur mon pc, que faire ?",
        "je suis pirater",
        "ON S'EST FAIT HACKER AU SECOURS",
    ],
)
def test_an_attack_without_a_word_on_what_it_is_has_to_be_asked(sentence: str) -> None:
    assert detect(sentence) is None
    assert vague_attack(sentence)


@pytest.mark.parametrize("question", ["Comment savoir si j'ai été piraté ?", "c'est quoi une cyberattaque", *ORDINARY])
def test_a_question_about_attacks_is_no_attack(question: str) -> None:
    assert not vague_attack(question)


@pytest.mark.parametrize("question", ORDINARY)
def test_an_ordinary_question_is_not_an_emergency(question: str) -> None:
    assert len(ORDINARY) >= 60
    assert detect(question) is None


def test_sentences_of_development_open_their_sheet() -> None:
    told = incidents()
    assert len(told) >= 500
    assert set(EMERGENCIES) == {label for label, _ in told}
    missed = [(label, text, detect(text)) for label, text in told if detect(text) != label]
    assert len(missed) / len(told) <= 0.005, missed


def test_ordinary_questions_of_development_open_none() -> None:
    questions = [*ordinary(), *ORDINARY]
    assert len(questions) >= 550
    mistaken = [text for text in questions if detect(text) or vague_attack(text)]
    assert len(mistaken) / len(questions) <= 0.01, mistaken


def test_sentences_held_apart() -> None:
    # Written before tuning, never looked at: only counts are asserted, so that a failure names no sentence either.
    told, questions = incidents("incidents-held.tsv"), ordinary("ordinary-held.txt")
    right = sum(detect(text) == label for label, text in told)
    mistaken = sum(detect(text) is not None for text in questions)
    assert (len(told), len(questions)) == (160, 120)
    # Measured: 152 and 0.
    assert right >= 148
    assert mistaken <= 2


@pytest.mark.parametrize(
    "sentence",
    [
        "J'ai cliqué sur télécharger",
        "J'ai cliqué sur le dernier lien du mail",
        "j'ai cliqué sur fichier joint",
        "J'ai cliqué pour payer l'amende",
        "J'ai accepté les cookies puis cliqué sur un lien bizarre",
    ],
)
def test_a_button_that_opens_or_pays_is_no_harmless_label(sentence: str) -> None:
    assert detect(sentence) is Incident.CLICKED


@pytest.mark.parametrize("sentence", NO_EMERGENCY)
def test_what_is_denied_supposed_or_allowed_opens_no_sheet(sentence: str) -> None:
    assert detect(sentence) is None


@pytest.mark.parametrize(("sentence", "slugs"), TWO_AT_ONCE)
def test_of_two_incidents_the_graver_comes_first(sentence: str, slugs: tuple[str, ...]) -> None:
    assert detect_all(sentence) == slugs
    assert detect(sentence) == slugs[0]


def test_ransomware_and_fake_support_never_come_together() -> None:
    for _, sentence in [*incidents(), *incidents("incidents-held.tsv")]:
        assert not {Incident.RANSOMWARE, Incident.FAKE_SUPPORT} <= set(detect_all(sentence)), sentence


def test_a_masked_identifier_is_no_word_of_the_sentence() -> None:
    assert detect("J'ai oublié de rappeler la patiente au [téléphone masqué]") is None
    assert detect("J'ai perdu [téléphone masqué]") is None
    assert detect("J'ai envoyé le bilan de Mme [nom masqué] au mauvais patient") is Incident.WRONG_RECIPIENT


@pytest.mark.parametrize("text", ["", " ", "?", "!!!", "[nom masqué]", "é", "|", "-"])
def test_nothing_is_no_emergency(text: str) -> None:
    assert detect_all(text) == ()
    assert not vague_attack(text)
    assert not speaks_of_incident(text)


def test_trouble_that_no_sheet_covers_is_still_told_from_other_subjects() -> None:
    assert speaks_of_incident("spam spam spam sur mon compte")
    assert not speaks_of_incident("Comment éviter les spams ?")
    assert not speaks_of_incident("J'ai cliqué sur votre site et je ne trouve pas la réponse")
    assert not speaks_of_incident("Combien de temps garder un dossier ?")


def test_the_weights_are_those_of_the_sentences() -> None:
    written = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert written["trained_on"]["sentences"] == digest(), "run `python -m evals.emergency_weights`"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").strip().split("\n")


def test_questions_and_titles_of_other_subjects_are_not_emergencies(shared: Path) -> None:
    texts = [json.loads(line)["text"] for line in lines(shared / "bench-fr" / "queries.jsonl")]
    for path in (shared / "official").glob("documents-*.jsonl"):
        texts += [json.loads(line)["title"] for line in lines(path)]
    with gzip.open(shared / "official" / "distractors-service-public-all.jsonl.gz", "rt", encoding="utf-8") as packed:
        texts += [json.loads(line)["title"] for line in packed]
    assert len(texts) > 5_000
    assert [text for text in texts if detect(text)] == []


@pytest.mark.parametrize(
    "hostile",
    [
        "j'ai mis un lien ",
        "on a donné la main ",
        "est crypté ",
        "fichiers sont ",
        "écran bloqué ",
        "appel banque ",
        "\ufdfa",
        "j'",
    ],
)
def test_no_text_takes_long(hostile: str) -> None:
    text = (hostile * 1_000)[:1_000]
    # Processor time: the machine may be busy with something else.
    begun = time.process_time()
    detect(text)
    assert time.process_time() - begun < 0.5
