"""The vocabulary: what is brought to a question, what is explained in an answer, what a broken table says."""

import time
from pathlib import Path

import pytest

from index.errors import SearchIndexError
from index.tokens import words
from index.vocabulary import Vocabulary

TABLE = Path(__file__).parents[2] / "corpus" / "vocabulary" / "acronyms.csv"
HEADER = "acronym,long_form,synonyms,narrower,use\n"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(TABLE)


@pytest.mark.parametrize(
    ("question", "brought"),
    [
        ("c’est quoi la double authentification", {"2fa", "mfa"}),
        ("activer le 2FA", {"double", "authentification"}),
        ("mon mdp", {"mot", "passe"}),
        ("cryptage du disque", {"chiffrement"}),
        ("crypter une clé", {"chiffrement"}),
        ("un texto de rappel", {"sms"}),
        ("le secrétariat", {"secretaire"}),
        ("je suis kiné", {"masseur", "kinesitherapeute"}),
        ("IDEL", {"infirmiere"}),
        ("mon logiciel métier", {"lgc", "gestion"}),
        ("dossiers dans Dropbox", {"cloud", "nuage"}),
        ("mon ordi", {"ordinateur", "poste"}),
        ("on m’a hacké", {"piratage"}),
        ("un smartphone", {"telephone", "mobile"}),
        ("ransomware", {"rancongiciel"}),
        ("un phishing", {"hameconnage"}),
        ("mes dossiers sont en vente, fuite de données", {"violation"}),
        ("numéro de sécu", {"nir"}),
        ("une caméra", {"videosurveillance"}),
        ("faux RIB", {"virement"}),
        ("un PIA", {"aipd", "impact"}),
        ("un backup", {"sauvegarde"}),
        ("mes mots de passe", {"mdp"}),
        ("ma carte pro", {"cps"}),
    ],
)
def test_brings_words_that_mean_the_same(vocabulary: Vocabulary, question: str, brought: set[str]) -> None:
    assert brought <= set(vocabulary.expand(words(question)))


@pytest.mark.parametrize("question", ["combien de temps, 20 ans", "vingt ans", "réseau", "quel temps fait-il", ""])
def test_brings_nothing_to_ordinary_words(vocabulary: Vocabulary, question: str) -> None:
    assert vocabulary.expand(words(question)) == []


def test_the_longest_form_wins(vocabulary: Vocabulary) -> None:
    assert "telephone" not in vocabulary.expand(words("mon PC portable"))
    assert "telephone" in vocabulary.expand(words("mon portable"))
    assert "caisse" not in vocabulary.expand(words("numéro de sécurité sociale"))


def test_a_product_finds_its_kind_but_not_the_reverse(vocabulary: Vocabulary) -> None:
    assert "messagerie" in vocabulary.expand(words("WhatsApp"))
    assert "whatsapp" not in vocabulary.expand(words("messagerie instantanée"))


def test_explanations_are_not_searched(vocabulary: Vocabulary) -> None:
    assert "malveillant" not in vocabulary.expand(words("rançongiciel"))


def test_brings_no_word_twice_nor_one_that_is_there(vocabulary: Vocabulary) -> None:
    query = words("mot de passe mdp double authentification 2FA mots de passe")
    brought = vocabulary.expand(query)
    assert len(brought) == len(set(brought))
    assert not set(brought) & set(query)
    assert brought == vocabulary.expand(query)


def test_long_form(vocabulary: Vocabulary) -> None:
    assert vocabulary.long_form("aipd") == "analyse d’impact relative à la protection des données"
    assert vocabulary.long_form("Segur") == "Ségur du numérique en santé"
    assert vocabulary.long_form("mdp") == "mot de passe"
    assert vocabulary.long_form("wifi") is None
    assert vocabulary.long_form("inconnu") is None


def test_first_use_gives_each_unexplained_acronym_once_in_order(vocabulary: Vocabulary) -> None:
    text = "Le CERT Santé et la CNIL : la CNIL demande une AIPD. Rançongiciel : voir le CERT-FR."
    assert [acronym for acronym, _ in vocabulary.first_use(text)] == [
        "CERT Santé",
        "CNIL",
        "AIPD",
        "rançongiciel",
        "CERT-FR",
    ]


def test_first_use_respects_case_and_what_the_text_explains(vocabulary: Vocabulary) -> None:
    assert vocabulary.first_use("Dans mes dossiers, pendant vingt ans, si besoin.") == []
    assert vocabulary.first_use("Le délégué à la protection des données (DPO) conseille.") == []
    assert vocabulary.first_use("L'analyse d'impact relative à la protection des données ou AIPD.") == []


def test_expands_a_question_in_microseconds(vocabulary: Vocabulary) -> None:
    query = words("puis-je envoyer le mot de passe de ma messagerie sécurisée par mail à ma secrétaire médicale")
    vocabulary.expand(query)
    start = time.perf_counter()
    for _ in range(1000):
        vocabulary.expand(query)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    ("content", "line", "cure"),
    [
        ("sigle,forme\n", 1, "écrivez « acronym,"),
        (HEADER + "A,b, c,d,,long\n", 2, "guillemets"),
        (HEADER + "A,b,,,long\nB,b,,,longue\n", 3, "« long », « gloss » ou « search »"),
        (HEADER + "A,,,,long\n", 2, "donnez-la"),
        (HEADER + "A,b,,,long\n\nA,c,,,long\n", 4, "déjà à la ligne 2"),
    ],
)
def test_a_broken_table_names_file_line_and_cure(tmp_path: Path, content: str, line: int, cure: str) -> None:
    path = tmp_path / "acronyms.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SearchIndexError) as caught:
        Vocabulary.load(path)
    assert f"{path}:{line}" in str(caught.value)
    assert cure in str(caught.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match=r"absent\.csv"):
        Vocabulary.load(tmp_path / "absent.csv")


def test_every_form_of_the_table_can_be_found(vocabulary: Vocabulary) -> None:
    of_stop_words = {"MES", "SI"}
    for entry in vocabulary.entries:
        for form in {*entry.equivalents(), *entry.narrower} - of_stop_words:
            assert words(form), form
