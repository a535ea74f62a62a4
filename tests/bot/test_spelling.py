"""Repairing misspelt words against the words of a corpus."""

import time
from collections.abc import Iterator

import pytest

from bot.answer import Answerer
from bot.reading import speller_of
from bot.spelling import Speller, sound
from index.tokens import fold, stem, words

TEXTS = (
    "Le consentement du patient et la sauvegarde du dossier sont vérifiés par la secrétaire du cabinet.",
    "La double authentification, le rançongiciel et l’analyse d’impact : accueil, remplaçant, hameçonnage.",
) * 3
KNOWN = frozenset(stem(word) for text in TEXTS for word in words(text))


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(TEXTS, KNOWN.__contains__)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("consantement", "consentement"),
        ("sovegarde", "sauvegarde"),
        ("secretère", "secrétaire"),
        ("autentification", "authentification"),
        ("ramplacant", "remplaçant"),
        ("acceuil", "accueil"),
        ("ransongiciel", "rançongiciel"),
        ("cabiné", "cabinet"),  # not a "cabine"
        ("paciens", "patient"),
        ("lanalyse dimpact", "l’analyse d’impact"),
    ],
)
def test_misspelt_words_come_back(speller: Speller, typed: str, right: str) -> None:
    assert speller.repaired(typed) == right


@pytest.mark.parametrize(
    "untouched",
    [
        "consentement",
        "consentements",
        "girafe",  # ordinary French that the corpus lacks
        "la vente des chiens",
        "mon Weda et ma Livebox",  # names
        "le RNIPH",
        "xq zzt",
        "asdfghjkl",
        "",
    ],
)
def test_known_words_names_and_what_is_near_nothing_stay(speller: Speller, untouched: str) -> None:
    assert speller.repaired(untouched) == untouched


def test_a_repaired_text_is_stable(speller: Speller) -> None:
    once = speller.repaired("le consantement et la sovegarde")
    assert speller.repaired(once) == once


@pytest.mark.parametrize(
    ("one", "other"), [("consantement", "consentement"), ("fone", "phone"), ("sovegarde", "sauvegarde")]
)
def test_words_that_sound_the_same_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_words_that_do_not_sound_the_same_do_not() -> None:
    assert len({sound(word) for word in ("dossier", "cabinet", "patient", "secret", "carte", "police")}) == 6


def _texts(answerer: Answerer) -> Iterator[str]:
    """Headings and texts: people misspell what they ask, stored questions too."""
    for head in answerer.engine.table.heads(offset=0, limit=200):
        for passage in answerer.engine.table.passages_of(head.id):
            yield " ".join((*passage.path, passage.text))


def test_no_word_of_the_corpus_is_altered_and_repair_is_quick(answerer: Answerer) -> None:
    speller = speller_of(answerer.engine)
    written = list(_texts(answerer))
    assert len(written) > 250
    for word in {word for text in written for word in words(text)}:
        assert fold(speller.repaired(word)) == word
    begun = time.perf_counter()
    for text in ("consantement du pacient", "la sovegarde du dossié") * 50:
        speller.repaired(text)
    assert (time.perf_counter() - begun) / 100 < 0.05
