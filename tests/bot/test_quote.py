"""Choosing the sentences to quote."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answerer
from bot.quote import LIST_CHARS_MAX, SENTENCES_MAX, choose_quote
from ingest.chunk import passages
from ingest.model import Document, ParsedBlock

from .builders import document, heading, hit, item, lexical, only_passage, paragraph, row

OTHER = "Le cabinet tient son registre à jour chaque année."
BACKUP = "La sauvegarde des dossiers est faite chaque jour."
COPY = "Une copie de la sauvegarde reste hors ligne au cabinet."
QUESTION = "Quelle sauvegarde pour les dossiers ?"


def quoted(made: Document, scores: tuple[float, ...], question: str = QUESTION) -> str:
    chosen = choose_quote(made, hit(only_passage(made), scores), question, lexical(made))
    return made.text[chosen.span.start : chosen.span.end]


def test_the_best_sentence_alone() -> None:
    made = document(paragraph(f"{OTHER} {BACKUP} {OTHER}"))
    assert quoted(made, (0.70, 0.90, 0.70)) == BACKUP


def test_a_neighbour_as_good_joins() -> None:
    made = document(paragraph(f"{OTHER} {BACKUP} {COPY} {OTHER}"))
    assert quoted(made, (0.70, 0.90, 0.92, 0.70)) == f"{BACKUP} {COPY}"


def test_never_more_than_three_sentences_of_prose() -> None:
    made = document(paragraph(" ".join([BACKUP] * 8)))
    assert quoted(made, (0.9,) * 8).count(BACKUP) == SENTENCES_MAX


def test_a_sentence_that_leans_takes_the_one_before() -> None:
    leaning = "Elle est testée deux fois par an sur un autre poste."
    made = document(paragraph(f"{OTHER} {BACKUP} {leaning}"))
    assert quoted(made, (0.70, 0.80, 0.95), "Quand la tester sur un poste ?").startswith(BACKUP)


def test_a_question_is_quoted_with_what_answers_it_or_not_at_all() -> None:
    asking = "Quelle sauvegarde faire pour les dossiers ?"
    made = document(paragraph(f"{asking} {COPY} {OTHER}"))
    assert quoted(made, (0.95, 0.70, 0.60)) == f"{asking} {COPY}"
    made = document(paragraph(f"{BACKUP} {asking}"))
    assert quoted(made, (0.70, 0.95)) == BACKUP


def test_a_list_of_other_pages_is_not_quoted() -> None:
    made = document(
        paragraph(COPY), paragraph("En savoir plus :"), item("La sauvegarde des dossiers en dix points"), item(BACKUP)
    )
    assert quoted(made, (0.60, 0.70, 0.95, 0.90)) == COPY


def test_a_list_is_whole_with_its_lead_in() -> None:
    made = document(
        paragraph(OTHER),
        paragraph("Les sauvegardes suivent ces règles :"),
        item("une copie par jour ;"),
        item("une copie hors ligne ;"),
        item("un test par mois."),
        paragraph(OTHER),
    )
    whole = made.text[
        made.text.index("Les sauvegardes") : made.text.index("un test par mois.") + len("un test par mois.")
    ]
    for best in range(1, 5):
        scores = tuple(0.95 if i == best else 0.6 for i in range(6))
        assert quoted(made, scores) == whole, best


def test_a_table_is_quoted_with_its_lead_in() -> None:
    made = document(
        paragraph("Durées de conservation des dossiers :"),
        row("dossier | 20 ans après la visite"),
        row("facture | 10 ans au moins"),
    )
    assert quoted(made, (0.7, 0.9, 0.7)) == made.text


def test_a_long_list_is_cut_around_its_best_item() -> None:
    items = [item(f"règle numéro {i} sur la sauvegarde des dossiers, avec quelques mots de plus ;") for i in range(60)]
    long = document(paragraph("Les règles de sauvegarde :"), *items)
    for passage in passages(long):
        scores = [0.7] * len(passage.sentences)
        scores[len(scores) // 2] = 0.95
        span = choose_quote(long, hit(passage, scores), QUESTION, lexical(long)).span
        best = passage.sentences[len(scores) // 2]
        assert span.start <= best.start
        assert best.end <= span.end
        assert span.end - span.start <= LIST_CHARS_MAX + 200


def test_a_lead_in_never_stands_alone() -> None:
    announced = document(paragraph(f"{OTHER} La sauvegarde des dossiers se fait ainsi :"), paragraph(f"{COPY} {OTHER}"))
    assert quoted(announced, (0.6, 0.95, 0.6, 0.6)).endswith((COPY, OTHER))
    cut = document(paragraph(f"{OTHER} {BACKUP} La sauvegarde des dossiers se fait ainsi :"))
    assert quoted(cut, (0.6, 0.8, 0.99)) == BACKUP


def test_signposts_are_left_out() -> None:
    made = document(
        paragraph(
            f"En savoir plus sur la sauvegarde des dossiers. {BACKUP} Voir aussi la fiche sauvegarde des dossiers."
        )
    )
    assert quoted(made, (0.99, 0.80, 0.99)) == BACKUP
    nothing_else = document(paragraph("En savoir plus sur la sauvegarde des dossiers."))
    assert quoted(nothing_else, (0.99,)) == nothing_else.text


def test_without_vectors_the_words_decide() -> None:
    made = document(paragraph(f"{OTHER} {BACKUP} {OTHER}"))
    assert quoted(made, ()) == BACKUP


SENTENCES = st.sampled_from(
    [
        OTHER,
        BACKUP,
        COPY,
        "Elle est testée.",
        "En savoir plus sur le sujet traité.",
        "Les règles sont :",
        "Voir les points suivants",
        "Oui.",
    ]
)
BLOCKS = st.one_of(
    st.lists(SENTENCES, min_size=1, max_size=5).map(lambda found: paragraph(" ".join(found))),
    SENTENCES.map(item),
    SENTENCES.map(row),
    st.just(heading("Titre")),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=30), st.lists(st.floats(0.6, 1.0), max_size=40))
def test_a_quote_is_whole_sentences_of_its_passage(blocks: list[ParsedBlock], scores: list[float]) -> None:
    made = document(*blocks)
    for passage in passages(made):
        span = choose_quote(made, hit(passage, scores), QUESTION, lexical(made)).span
        assert passage.start <= span.start < span.end <= passage.end
        starts, ends = {s.start for s in passage.sentences}, {s.end for s in passage.sentences}
        whole = (span.start, span.end) == (passage.start, passage.end)
        assert whole or (span.start in starts and span.end in ends)
        text = made.text[span.start : span.end]
        statements = [s for s in passage.sentences if not made.text[s.start : s.end].endswith((":", "suivants"))]
        if statements and statements[-1] == passage.sentences[-1]:
            assert not text.endswith((":", "suivants"))


def test_quotes_of_the_real_index_end_as_they_should(answerer: Answerer) -> None:
    engine = answerer.engine
    for question in (
        "Que faire contre les rançongiciels ?",
        "règles de mot de passe",
        "sauvegarde",
        "que contient le registre",
    ):
        for found in engine.search(question, 20):
            made = engine.table.document(found.passage.document_id)
            assert made is not None
            span = choose_quote(made, found, question, engine.lexical).span
            text = made.text[span.start : span.end]
            assert found.passage.start <= span.start < span.end <= found.passage.end
            assert text == text.strip()
            assert not text.endswith(":")
