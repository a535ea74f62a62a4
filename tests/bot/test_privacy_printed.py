"""Numbers as cards, letters and hurried people write them, and what looks like them."""

import pytest
from stdnum import luhn

from bot.privacy import mask
from bot.privacy_fold import plain
from bot.privacy_hosts import OFFICIAL_DOMAINS
from evals.scores.privacy import official_hosts

COMPANIES = frozenset({"www.microsoft.com"})
NIR = "[numéro de sécurité sociale masqué]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("1 85 05 78 006 084 clé 91", NIR),
        ("1 85 05 78 006 084 CLÉ : 91", NIR),
        ("1850578006084 cle 91", NIR),
        ("1850578006084CLE91", NIR),
        ("1 85 05 78 006 084 (clé : 91)", NIR),
        ("1 85 05 78 006 084 (91)", NIR),
        ("1 85 05 78 006 084 - clef n° 91, que faire ?", f"{NIR}, que faire ?"),
        ("1.85.05.78.006.084 / 91", NIR),
        ("2 85 05 2A 006 084 clé 23", NIR),
        ("185052b006084 cle 50", NIR),
        ("1 85 05 78 006 084", NIR),
        ("la carte porte 1\u00a085\u00a005\u00a078\u00a0006\u00a0084", f"la carte porte {NIR}"),
        ("１ ８５ ０５ ７８ ００６ ０８４ clé ９１", NIR),
        (
            "Mme\u00a0Durand, 1\u200b85\u200b05\u200b78\u200b006\u200b084\u200b91\u00a0?",
            f"Mme\u00a0[nom masqué], {NIR}\u00a0?",
        ),
    ],
)
def test_a_nir_as_it_is_printed(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text", ["1 85 13 78 006 084 clé 91", "lot 1850578006084", "clé 91 du vestiaire", "1 85 05 78 006"]
)
def test_what_is_no_nir(text: str) -> None:
    assert mask(text).found == ()


@pytest.mark.parametrize(
    "written",
    [
        "fr 14 2004 1010 0505 0001 3m02 606",
        "F R 1 4 2 0 0 4 1 0 1 0 0 5 0 5 0 0 0 1 3 M 0 2 6 0 6",
        "fr14-2004-1010-0505-0001-3m02-606",
        "be 68 5390 0754 7034",
        "FR 76 3000 6000 0112 3456 7890 189",
    ],
)
def test_an_iban_with_spaces_anywhere(written: str) -> None:
    assert mask(f"iban {written} merci").text == "iban [IBAN masqué] merci"


def test_sentences_that_begin_like_an_iban_are_left() -> None:
    # One in 97 would have a right key: two hundred numbers are enough to see it.
    for hours in range(10, 99):
        for text in (
            f"de {hours} heures pour répondre aux 12 patients",
            f"se {hours} fois ou es {hours} ans de plus ici",
        ):
            assert mask(text).found == (), text


@pytest.mark.parametrize("rib", ["20041 01005 0500013M026 06", "20041010050500013m02606", "30006 00001 12345678901 89"])
def test_a_rib_is_masked(rib: str) -> None:
    masked = mask(f"mon RIB {rib}, que faire ?")
    assert masked.text == "mon RIB [RIB masqué], que faire ?"
    assert masked.found == ("iban",)
    wrong = rib[:-1] + str((int(rib[-1]) + 1) % 10)
    assert "RIB masqué" not in mask(f"mon RIB {wrong}").text


@pytest.mark.parametrize("text", ["ADELI 751234567", "n° adeli : 75 1 23456 7", "751234567 (ADELI)", "adeli 2A1234567"])
def test_an_adeli_is_masked_beside_its_word_only(text: str) -> None:
    assert mask(text).found == ("rpps",)
    assert "123" not in mask(text).text
    assert mask("SIREN 751234567").found == ()


def test_an_rpps_beside_its_word_needs_no_key() -> None:
    assert mask("RPPS : 10101234560").text == "RPPS : [RPPS masqué]"
    assert mask("commande 10101234560").found == ()


def test_an_rpps_alone_has_its_key_and_a_usual_beginning() -> None:
    for digits in ("1010123456", "8101234567"):
        assert mask(f"Est-ce {digits}{luhn.calc_check_digit(digits)} ?").text == "Est-ce [RPPS masqué] ?"
    assert mask(f"Est-ce 4101234567{luhn.calc_check_digit('4101234567')} ?").found == ()


def test_neither_an_rpps_nor_a_telephone_number_hides_part_of_the_other() -> None:
    inside = "1061234567"
    spaced = f"1 06 12 34 56 7{luhn.calc_check_digit(inside)}"
    assert mask(f"Le {spaced} est là").text == "Le [RPPS masqué] est là"
    lines = frozenset({"0805805817"})
    for first in range(1, 10):
        text = f"{first} 0805805817"
        assert mask(text, lines).text == text
    assert mask("médecin au 33612345678").found == ("phone",)


@pytest.mark.parametrize(
    "text", ["Windows 10.0.22631.3007", "10.0.19045.4291 ou 10.0.26100.1742 ?", "la version 0.22631.3007 du pilote"]
)
def test_a_version_is_no_telephone_number(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize(
    "number", ["０６ １２ ３４ ５６ ７８", "٠٦١٢٣٤٥٦٧٨", "06\u200b12\u200b34\u200b56\u200b78", "𝟎𝟔𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖"]
)
def test_a_number_in_other_figures_is_masked_and_the_rest_stays_as_typed(number: str) -> None:
    assert mask(f"２ patients «\u00a0{number}\u00a0» m²").text == "２ patients «\u00a0[téléphone masqué]\u00a0» m²"


def test_the_plain_text_knows_where_it_comes_from() -> None:
    text = "e\u0301\u200b０ ﬁ²"
    read, places = plain(text)
    assert read == "é0 ﬁ*"
    assert [text[start] for start in places[:-1]] == ["e", "０", " ", "ﬁ", "²"]
    assert len(places) == len(read) + 1


@pytest.mark.parametrize(
    "address",
    [
        "dpo@cnil.fr",
        "cert-fr@ssi.gouv.fr",
        "DPO@CNIL.FR",
        "signalement@cybermalveillance.gouv.fr",
        "contact.presse@has-sante.fr",
    ],
)
def test_desks_of_official_bodies_are_left(address: str) -> None:
    text = f"Faut-il écrire à {address} ?"
    assert mask(text).text == text


@pytest.mark.parametrize(
    "address",
    [
        "jean.dupont@cnil.fr",
        "j.dupont@ssi.gouv.fr",
        "aya-kouadio@has-sante.fr",
        "brahimi.ouassila@sante.gouv.fr",
        "dpo@cnil.fr.pirate.com",
        "dpo@faux-cnil.fr",
        "contact@microsoft.com",
        "dr.durand@mssante.fr",
    ],
)
def test_people_of_official_bodies_and_other_desks_are_masked(address: str) -> None:
    assert mask(f"Écrire à {address} ?").text == "Écrire à [courriel masqué] ?"


def domain(host: str) -> str:
    """Where a body of that host has its mail: gouv.fr, or the host without "www." and without the name of a region."""
    if host.endswith(".gouv.fr"):
        return "gouv.fr"
    bare = host.removeprefix("www.")
    return bare.partition(".")[2] if bare.count(".") > 2 else bare


def test_official_domains_are_those_of_the_corpus() -> None:
    assert {domain(host) for host in official_hosts() - COMPANIES} == OFFICIAL_DOMAINS
