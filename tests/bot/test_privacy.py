"""Masking what identifies a person, and leaving everything else alone."""

import random
import re
import time
from pathlib import Path

import pytest
import yaml
from stdnum import luhn

from bot.contacts import load_contacts
from bot.privacy import Masked, mask
from bot.service import CORPUS, STARTER
from evals.emergency_weights import ordinary
from evals.questionfile import read_questions
from evals.shared import REPOSITORY


def nir(root: str) -> str:
    """A NIR with its key, from its first 13 characters."""
    digits = root.replace("2A", "19").replace("2B", "18")
    return f"{root}{97 - int(digits) % 97:02d}"


def spaced(number: str, gap: str = " ") -> str:
    return gap.join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:]))


NIR = nir("2061275111005")
QUESTIONS = REPOSITORY / "evals" / "questions"
PHONES = load_contacts(CORPUS / "contacts.toml").phones
CLEAN = (Path(__file__).parent / "privacy_clean.txt").read_text(encoding="utf-8").splitlines()


def test_the_key_is_the_published_one() -> None:
    assert NIR == "206127511100564"


@pytest.mark.parametrize(
    "written",
    [
        NIR,
        spaced(NIR),
        spaced(NIR, "\u00a0"),
        spaced(NIR, "\u202f"),
        spaced(NIR, "."),
        spaced(NIR, "-"),
        spaced(NIR, " - "),
        "2 06 12 75 111 OO5 64",
        "2 o6 12 75 111 oo5 64",
        spaced(NIR, "_"),
        " ".join(NIR),
        spaced(NIR, "  "),
        nir("1850278006084"),
        nir("185022A006084"),
        nir("185022b006084".upper()),
        spaced(nir("285022B006084")),
        nir("7061275111005"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Le numéro {} peut-il figurer sur une ordonnance ?", "n°{}, que faire ?"])
def test_a_nir_with_its_key_is_masked(written: str, around: str) -> None:
    masked = mask(around.format(written))
    assert masked.found == ("nir",)
    assert masked.text == around.format("[numéro de sécurité sociale masqué]")


def test_a_wrong_key_is_masked_only_near_its_subject() -> None:
    wrong = NIR[:-2] + "11"
    assert mask(f"La commande {wrong} est-elle arrivée ?").found == ()
    assert mask(f"Son numéro de sécu {wrong}").found == ("nir",)
    assert mask(f"NIR {spaced(NIR)[:-3]}").found == ("nir",)
    assert mask(f"La sécurité du lot {NIR[:13]}").found == ()


@pytest.mark.parametrize("number", ["206137511100564", "2061275111005641", "906127511100564", "20612751110056"])
def test_other_numbers_are_not_a_nir(number: str) -> None:
    assert mask(f"référence {number} du fabricant").found == ()


def test_generated_nirs_are_all_masked_and_random_numbers_hardly_ever() -> None:
    choose = random.Random(20261125)
    months = [*range(1, 13), *range(20, 43), *range(50, 100)]
    departments = [*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B", "97", "99"]
    for _ in range(400):
        root = (
            f"{choose.choice('12')}{choose.randrange(100):02d}{choose.choice(months):02d}{choose.choice(departments)}"
            f"{choose.randrange(1, 1000):03d}{choose.randrange(1, 1000):03d}"
        )
        written = spaced(nir(root), choose.choice(["", " ", "\u00a0", "."]))
        masked = mask(f"Ma patiente ({written}) refuse que je garde ce numéro")
        assert masked.found == ("nir",), written
        assert not re.search(r"\d{3}", masked.text), written
    drawn = [str(choose.randrange(10**14, 3 * 10**14)) for _ in range(4_000)]
    taken = sum(bool(mask(f"lot {number}").found) for number in drawn)
    assert taken / len(drawn) <= 0.02


@pytest.mark.parametrize("number", ["10003456781", "10 003 456 781", "81012345675", "10100234565"])
def test_an_rpps_with_its_key_is_masked(number: str) -> None:
    digits = number.replace(" ", "")[:10]
    written = number[: len(number) - 1] + luhn.calc_check_digit(digits)
    assert mask(f"Le RPPS du médecin est {written}").found == ("rpps",)
    wrong = number[: len(number) - 1] + str((int(written[-1]) + 5) % 10)
    assert mask(f"Le RPPS du médecin est {wrong}").found == ()


def test_eleven_digits_without_context_are_not_an_rpps() -> None:
    assert mask(f"commande 4500345678{luhn.calc_check_digit('4500345678')}").found == ()


@pytest.mark.parametrize(
    "written",
    [
        "FR7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "fr76 3000 6000 0112 3456 7890 189",
        "DE89 3704 0044 0532 0130 00",
        "BE68 5390 0754 7034",
    ],
)
@pytest.mark.parametrize("around", ["{}", "J'ai reçu {} avec une facture, est-ce sûr ?"])
def test_an_iban_is_masked_and_the_words_after_it_are_not(written: str, around: str) -> None:
    masked = mask(around.format(written))
    assert masked.found == ("iban",)
    assert masked.text == around.format("[IBAN masqué]")


def test_a_wrong_iban_is_left() -> None:
    assert mask("FR7630006000011234567890188").found == ()


@pytest.mark.parametrize(
    "address", ["jean.dupont@orange.fr", "Marie_D+rdv@cabinet-medical.paris", "x@mssante.fr", "é.d@a.b-c.fr"]
)
def test_an_address_is_masked(address: str) -> None:
    assert mask(f"Le patient {address} m’écrit").text == "Le patient [courriel masqué] m’écrit"


@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033 1 42 34 56 78",
        "(01) 42 34 56 78",
        "01/42/34/56/78",
    ],
)
def test_a_telephone_number_is_masked(number: str) -> None:
    masked = mask(f"appelez le {number} demain")
    assert masked.found == ("phone",)
    assert not re.search(r"\d", masked.text)


def test_public_help_lines_stay() -> None:
    phones = load_contacts(CORPUS / "contacts.toml").phones
    assert {"0805805817", "0970833218", "0972439125"} <= phones
    for number in phones:
        pairs = " ".join(number[i : i + 2] for i in range(0, 10, 2))
        for written in (number, pairs, f"+33 {number[1]} {pairs[3:]}", f"0033{number[1:]}"):
            assert mask(f"Le {written} est-il gratuit ?", phones).found == (), written
    for short in ("le 15", "3018", "33700", "17 ou 112", "0 805 805 817", "72 h", "article 33"):
        assert mask(f"Faut-il appeler {short} ?").found == (), short


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ma patiente née le 12/03/1985 veut son dossier", "Ma patiente née le [date masquée] veut son dossier"),
        ("un enfant né 1er août 2015", "un enfant né [date masquée]"),
        ("né(e) le 3 février 98", "né(e) le [date masquée]"),
        ("date de naissance : 12.03.1985", "date de naissance : [date masquée]"),
        ("DDN 12/03/85", "DDN [date masquée]"),
        ("Mme Durand, 12 mars 1985, peut-elle", "Mme [nom masqué], [date masquée], peut-elle"),
        ("M. Jean DE LA FONTAINE demande", "M. [nom masqué] demande"),
        ("le patient Dupont demande", "le patient [nom masqué] demande"),
        ("mme durand veut son dossier", "mme [nom masqué] veut son dossier"),
        ("Madame Élise Lefèvre-Martin a appelé", "Madame [nom masqué] a appelé"),
        ("le Dr Lê demande", "le Dr [nom masqué] demande"),
        ("Mme Lê Thị Hoa et le Dr Đỗ", "Mme [nom masqué] et le Dr [nom masqué]"),
        ("Qui appelle le Dr Le ?", "Qui appelle le Dr [nom masqué] ?"),
        ("Mme Jeanne DURAND et son fils Paul Durand", "Mme [nom masqué] et son fils [nom masqué]"),
        ("mme dupont et le dossier dupont", "mme [nom masqué] et le dossier [nom masqué]"),
        ("Mme Durand-Martin, ou Durand", "Mme [nom masqué], ou [nom masqué]"),
        ("Mme Durand. Voici Durand.", "Mme [nom masqué]. Voici [nom masqué]."),
        ("Mme Durand et le fils d’Anne Durand", "Mme [nom masqué] et le fils [nom masqué]"),
        ("M. Petit a un petit souci, Petit dit non", "M. [nom masqué] a un petit souci, [nom masqué] dit non"),
        ("Durand Paul, né le 12/03/1985 : M. Durand", "[nom masqué], né le [date masquée] : M. [nom masqué]"),
        ("MME PETIT A UN PETIT SOUCI", "MME [nom masqué] A UN [nom masqué] SOUCI"),
    ],
)
def test_births_and_titled_names_are_masked(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "Le RGPD du 27 avril 2016 s’applique-t-il ?",
        "loi du 6 janvier 1978",
        "Madame la présidente de la CNIL",
        "Le patient DMP",
        "Mon espace patient Ameli",
        "Le patient Doctolib est-il prévenu ?",
        "monsieur le directeur",
        "Les patients peuvent-ils refuser ?",
        "Que dit l’article 226-13 du code pénal ?",
        "norme ISO 27001:2022, version 3.0.0.1",
        "un SIRET 732 829 320 00074",
    ],
)
def test_clean_text_is_left_alone(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).found == ()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mme DUPONT Marie, 12/03/1985", "Mme [nom masqué], [date masquée]"),
        ("12/03/1985, Mme Dupont", "[date masquée], Mme [nom masqué]"),
        ("patiente Mme. Durand-Martin Élise", "patiente Mme. [nom masqué]"),
        ("M. Le Goff demande", "M. [nom masqué] demande"),
        ("Mme de La Tour veut", "Mme [nom masqué] veut"),
        ("M. d'Estaing est venu", "M. [nom masqué] est venu"),
        ("M.\u00a0van der Berg", "M.\u00a0[nom masqué]"),
        ("M.Dupont", "M.[nom masqué]"),
        ("MmeDupont", "Mme[nom masqué]"),
        ("mme dupont-durand veut", "mme [nom masqué] veut"),
        ("monsieur martin a appelé", "monsieur [nom masqué] a appelé"),
        ("MME DUPONT MARIE VEUT SON DOSSIER", "MME [nom masqué] VEUT SON DOSSIER"),
        ("M. DUPONT DEMANDE SON DOSSIER", "M. [nom masqué] DEMANDE SON DOSSIER"),
        ("Jean Dupont né le 12/03/1985", "[nom masqué] né le [date masquée]"),
        ("nee le 3 4 61", "nee le [date masquée]"),
        ("ddn:12031985", "ddn:[date masquée]"),
        ("née le 12 févr. 1985", "née le [date masquée]"),
        ("date de naissance = 1985-03-12", "date de naissance = [date masquée]"),
        ("NIR206127511100564fin", "NIR[numéro de sécurité sociale masqué]fin"),
        ("INS 2061275111005", "INS [numéro de sécurité sociale masqué]"),
        ("le patient 2061275111005 vu hier", "le patient [numéro de sécurité sociale masqué] vu hier"),
        ("patient 1 206127511100564", "patient 1 [numéro de sécurité sociale masqué]"),
        ("IBANFR7630006000011234567890189merci", "IBAN[IBAN masqué]merci"),
        ("FR76-3000-6000-0112-3456-7890-189", "[IBAN masqué]"),
        ("FR76 3OOO 6OOO O112 3456 789O 189", "[IBAN masqué]"),
        ("tel:O6.12.34.56.78", "tel:[téléphone masqué]"),
        ("06 123 456 78", "[téléphone masqué]"),
        ("tel0612345678", "tel[téléphone masqué]"),
        ("33612345678", "[téléphone masqué]"),
        ("+32 475 12 34 56", "[téléphone masqué]"),
        ("jean.dupont @ orange.fr", "[courriel masqué]"),
        ("jean.dupont[at]orange.fr", "[courriel masqué]"),
        ("jean.dupont arobase orange point fr", "[courriel masqué]"),
    ],
)
def test_other_dresses(text: str, masked: str) -> None:
    assert mask(text).text == masked


def test_clean_questions_are_not_altered() -> None:
    others = ("patient-data.jsonl", "injections.jsonl")
    files = [path for path in sorted(QUESTIONS.glob("*/*.jsonl")) if path.name not in others]
    asked, _ = read_questions(files)
    questions = [*CLEAN, *ordinary(), *ordinary("ordinary-held.txt"), *(question.text for question in asked)]
    assert len(questions) > 2_000
    phones = load_contacts(CORPUS / "contacts.toml").phones
    altered = [question for question in questions if mask(question, phones).found]
    assert len(altered) / len(questions) <= 0.005, altered


@pytest.mark.parametrize(
    "hostile", ["1 ", "0", "06 ", "FR76", "a@", "Mme ", "né le ", "2O", ".", "Patient Xa ", "12/03/85 "]
)
def test_no_text_takes_long(hostile: str) -> None:
    text = (hostile * 1_000)[:1_000]
    # Processor time: the machine may be busy with something else.
    begun = time.process_time()
    mask(text)
    assert time.process_time() - begun < 0.5


def test_several_kinds_are_named_once_each() -> None:
    masked = mask(f"Mme Durand ({NIR}, d@e.fr, f@g.fr) au 06 12 34 56 78")
    assert sorted(masked.found) == ["email", "name", "nir", "phone"]
    assert "Durand" not in masked.text
    assert mask(masked.text).text == masked.text


def corpus_questions() -> list[str]:
    blocks = (re.findall(r"```meta\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL) for path in corpus_files())
    return [question for found in blocks for block in found for question in yaml.safe_load(block).get("questions", ())]


def corpus_files() -> list[Path]:
    return sorted(STARTER.glob("*.md"))


def test_the_questions_of_the_corpus_are_not_altered() -> None:
    questions = corpus_questions()
    assert len(questions) > 500
    altered = [question for question in questions if mask(question).found]
    assert len(altered) / len(questions) <= 0.005, altered


def test_contact_points_of_the_corpus_are_not_masked() -> None:
    phones = load_contacts(CORPUS / "contacts.toml").phones
    for path in corpus_files():
        found = mask(path.read_text(encoding="utf-8"), phones).found
        assert not {"phone", "nir", "iban", "rpps"} & set(found), path.name


# Numbers that payment services publish for tests: valid keys, no account.
CARDS = ("4242424242424242", "5555 5555 5555 4444", "4000-0025-0000-3155", "3782 822463 10005", "2223003122003222")


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["{}", "J’ai donné {} sur un faux site", "ma carte {} expire en 2027, que faire ?"])
def test_a_bank_card_is_masked(card: str, around: str) -> None:
    masked = mask(around.format(card))
    assert masked.found == ("card",)
    assert masked.text == around.format("[carte masquée]")


@pytest.mark.parametrize("card", ["6759 6498 2643 8453", "4222222222222", "30569309025904"])
def test_a_less_usual_card_is_masked_where_the_text_speaks_of_one(card: str) -> None:
    assert mask(f"numéro de ma CB : {card}").found == ("card",)


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4241 n’a pas la bonne clé",
        "SIRET 732 829 320 00074 sur la carte du cabinet",
        "IMEI 490154203237518 et carte SIM",
        "carte 2024 1234 5678",
        "Le 3018, le 17Cyber et le 33700 sont-ils gratuits avec une carte prépayée ?",
        "Info Escroqueries au 0805805817 ou 0 805 80 58 17",
        "numéro azur 0810 12 34 56, surtaxé 0892 70 57 05",
    ],
)
def test_what_is_no_card_and_no_person_s_number_is_left(text: str) -> None:
    assert mask(text, PHONES) == Masked(text, ())
