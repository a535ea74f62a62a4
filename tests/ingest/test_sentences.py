import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.model import Span
from ingest.sentences import sentence_spans

FRENCH = st.text(alphabet="aéÀLM.!?…;:,«» \u00a0\u202f\n’'\"()-–•0129", max_size=120)


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Le dossier est conservé vingt ans.", "Après, il est détruit."],
        ["Que faire ?", "Appeler le 17 !", "Puis déposer plainte…", "Enfin, attendre."],
        ["Que faire\u00a0?", "Appeler."],
        ["Il dit : « Ne touchez à rien. »", "Puis il part."],
        ["Il dit : «\u00a0Ne touchez à rien.\u00a0»", "Puis il part."],
        ["Il dit : “Ne touchez à rien.”", "Puis il part."],
        ["C’est exact (voir plus haut).", "Le reste suit."],
        ["Un point.", "« Une citation ouvre la phrase. »"],
        ["Un point.", "– Un tiret de dialogue."],
        ["Un point.", "• Une puce."],
        ["Le délai est de 72 heures.", "2 copies suffisent."],
        ["Voir www.cnil.fr.", "Le site est public."],
        ["Appelez le 0 805 805 817.", "C’est gratuit."],
        ["La version 2.0 du 1.2.2024 coûte 12.50 euros.", "Elle est sûre."],
        ["En tant que tel.", "Puis autre chose."],
        ["Depuis le 25 mai 2018.", "Élargi ensuite."],
        ["Est-ce vrai ?!", "Oui."],
        ["Fin du vers\u202f!", "Œuvre suivante."],
    ],
)
def test_sentences_end_where_they_end(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences
    assert cut("\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "M. Dupont et Mme. Martin saisissent Me. Durand et le Dr. Petit.",
        "Selon l’art. L. 1111-8 du CSP, l’hébergeur est certifié.",
        "Selon l'art. 5 et les art. R. 4127-45 et D. 1 du code.",
        "Les données (noms, adresses, etc.) Sont protégées.",
        "Un mot de passe fort, p. ex. Une phrase entière.",
        "Voir p. 12, fig. 3, chap. 4, n. 2, cf. Annexe et réf. ABC.",
        "L’arrêté n° 2020-081 du 18 juin 2020, n°\u00a04, est publié.",
        "Tél. 01 53 73 22 22 ou tél.\u00a03919.",
        "J.-C. Martin et A. Durand signent.",
        "Il verrouille ; il ferme : Il part ; Elle reste.",
        "Une phrase qui se poursuit... puis reprend.",
        "Que faire ? se demande-t-il.",
        "« Vite ! » dit-il.",
        "c.-à-d. Une obligation.",
        "1. Les données sont traitées de manière licite.",
        "II. Les personnes concernées sont informées.",
        "2.3. Le responsable tient un registre.",
        "a. Un premier cas.",
        "Sans point final",
        "…",
    ],
)
def test_what_is_not_the_end_of_a_sentence(sentence: str) -> None:
    assert cut(sentence) == [sentence]


def test_a_number_stays_with_the_paragraph_that_it_numbers() -> None:
    assert cut("Premier point. 2. Le second point. 3. Le troisième.") == [
        "Premier point.",
        "2. Le second point.",
        "3. Le troisième.",
    ]


def test_a_part_of_a_text_is_cut_within_its_bounds() -> None:
    text = "Hors. Une phrase. Une autre. Hors encore."
    start, end = text.index("Une"), text.index(" Hors encore")
    found = list(sentence_spans(text, start, end))
    assert [text[span.start : span.end] for span in found] == ["Une phrase.", "Une autre."]
    assert list(sentence_spans(text, 3, 3)) == []
    assert list(sentence_spans("")) == []


@settings(deadline=None)
@given(FRENCH)
@example("M.\u00a0\n» A")
@example("1. 1. A")
def test_spans_are_in_order_apart_trimmed_and_cover_the_text(text: str) -> None:
    spans = list(sentence_spans(text))
    assert all(isinstance(span, Span) and span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip()
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(text[at].isspace() for at in set(range(len(text))) - covered)


@settings(deadline=None)
@given(FRENCH)
def test_semicolons_and_colons_never_end_a_sentence(text: str) -> None:
    for sentence in cut(text)[:-1]:
        assert not re.search(r"[;:,]$", sentence)


@settings(deadline=None)
@given(st.text(max_size=60), FRENCH, st.text(max_size=60))
def test_bounds_are_kept_whatever_stands_around(before: str, text: str, after: str) -> None:
    whole = before + text + after
    for span in sentence_spans(whole, len(before), len(before) + len(text)):
        assert len(before) <= span.start < span.end <= len(before) + len(text)


@pytest.mark.parametrize(
    "text",
    [
        "." * 200_000,
        "M. " * 60_000,
        "a" * 200_000 + ". A",
        "!)" * 100_000,
        ". " * 100_000,
        "«" * 100_000,
        "1." * 99_999,
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    begun = time.perf_counter()
    list(sentence_spans(text))
    assert time.perf_counter() - begun < 2
