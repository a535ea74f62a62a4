"""What holds for every identifier, in every printed spacing, and for every text of the starter corpus."""

import re
import string
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from bot.privacy import mask

from .test_privacy import CLEAN, PHONES, corpus_files, nir

SPACES = st.sampled_from(["", " ", "  ", "\u00a0", "\u202f", ".", "-", " - ", "\u2011"])
FIGURES = st.sampled_from([0x30, 0xFF10, 0x0660, 0x06F0, 0x1D7CE])
AROUND = st.sampled_from(["{}", "Le numéro {} est-il correct ?", "({}), que faire ?", "n°\u00a0{}, merci"])
CHECKED = settings(max_examples=150, deadline=None, derandomize=True)


def in_figures(text: str, zero: int) -> str:
    return "".join(chr(zero + int(char)) if char in string.digits else char for char in text)


@st.composite
def roots(draw: st.DrawFn) -> str:
    """The 13 characters of a NIR before its key."""
    department = draw(
        st.sampled_from([*(f"{number:02d}" for number in range(1, 96) if number != 20), "2A", "2B", "97", "99"])
    )
    month = draw(st.sampled_from([*range(1, 13), *range(20, 43), *range(50, 100)]))
    last = draw(st.integers(1, 999)), draw(st.integers(1, 999))
    return (
        f"{draw(st.sampled_from('12'))}{draw(st.integers(0, 99)):02d}{month:02d}{department}{last[0]:03d}{last[1]:03d}"
    )


@CHECKED
@given(
    roots(), SPACES, st.sampled_from(["", " ", " clé ", " cle ", " Clé : ", " (clé : ", " - clef "]), FIGURES, AROUND
)
def test_any_nir_is_masked_whole(root: str, gap: str, key: str, zero: int, around: str) -> None:
    number = nir(root)
    groups = (root[0], root[1:3], root[3:5], root[5:7], root[7:10], root[10:])
    written = f"{gap.join(groups)}{key or gap}{number[13:]}{')' if '(' in key else ''}"
    masked = mask(around.format(in_figures(written, zero)))
    assert masked.text == around.format("[numéro de sécurité sociale masqué]")
    assert masked.found == ("nir",)


@CHECKED
@given(
    st.text(string.digits, min_size=10, max_size=10),
    st.text(string.digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=11, max_size=11),
    st.integers(10, 97),
    st.sampled_from([1, 2, 4, 5, 27]),
    st.sampled_from(["", " ", "  ", "\u00a0", "-", "."]),
    st.booleans(),
)
def test_any_french_iban_is_masked_whole(bank: str, account: str, key: int, size: int, gap: str, small: bool) -> None:
    bban = f"{bank}{account}{key}"
    value = int("".join(str(int(char, 36)) for char in f"{bban}FR00"))
    number = f"FR{98 - value % 97:02d}{bban}"
    written = gap.join(number[i : i + size] for i in range(0, len(number), size))
    # Spaces in its head are read only where the number is mostly figures: so are nearly all.
    assume(size > 3 or sum(char.isdigit() for char in number) >= 18)
    masked = mask(f"l’IBAN {written.lower() if small else written} circule")
    assert masked.text == "l’IBAN [IBAN masqué] circule"


@CHECKED
@given(st.sampled_from(["1", "8"]), st.text(string.digits, min_size=9, max_size=9), SPACES, FIGURES)
def test_any_rpps_is_masked_whole(first: str, rest: str, gap: str, zero: int) -> None:
    digits = f"{first}{rest}"
    number = digits + luhn.calc_check_digit(digits)
    for groups in ((number,), (number[:2], number[2:5], number[5:8], number[8:]), (number[0], number[1:4], number[4:])):
        masked = mask(f"Le RPPS {in_figures(gap.join(groups), zero)} a changé")
        assert not re.search(r"\d", masked.text), masked
        assert masked.text.endswith("masqué] a changé")


@CHECKED
@given(st.text(max_size=120))
def test_masking_twice_is_masking_once_and_clean_text_is_given_back_as_it_was(text: str) -> None:
    once = mask(text)
    assert once.found or once.text == text
    assert mask(once.text).text == once.text


def test_no_text_of_the_starter_corpus_and_no_clean_question_is_altered() -> None:
    texts = [part for path in corpus_files() for part in re.split(r"\n{2,}", path.read_text(encoding="utf-8"))]
    assert len(texts) > 1_000
    assert [text for text in (*texts, *CLEAN) if mask(text, PHONES).found] == []


@pytest.mark.parametrize(
    "hostile",
    [
        "A",
        "FR76",
        "2O",
        "1 ",
        "Aé",
        "Jean ",
        "Jean DUPONT, 12-03-1954 ",
        "12/03/1954 Jean ",
        "patient : Jean Dupont ",
        "je m’appelle ",
        "fr 14 ",
        "1 85 05 78 006 084 clé ",
        "x@cnil.fr ",
        "e\u0301",
        "\u200b",
        "１",
        "Dr Le ",
        "[nom masqué] ",
    ],
)
def test_twenty_thousand_characters_take_no_more_than_their_share(hostile: str) -> None:
    def seconds(size: int) -> float:
        text = (hostile * size)[:size]
        begun = time.process_time()
        mask(text)
        return time.process_time() - begun

    seconds(1_000)
    # Twenty times as long: four hundred times the work where each place is read again, and the machine may be busy.
    assert seconds(20_000) < 100 * max(min(seconds(1_000) for _ in range(3)), 0.002)
