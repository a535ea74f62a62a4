"""What is learned from: views of a passage, what is held out, what is left out."""

from pathlib import Path

import pytest

from evals.bench.retrieval import PIAF_QUESTIONS, as_document
from evals.shared import read_lines, shared_folder
from evals.train.pairs import LICENCES, Pair, Source, View, _headed, _like, group_of, show, sources
from index.tokens import terms
from ingest.chunk import passages

TEXT = """# Mots de passe

Choisir un mot de passe long et différent pour chaque compte protège tous les autres comptes du cabinet. Un mot de
passe déjà utilisé ailleurs finit dans des listes volées, que des robots essaient partout.

## Coffre de mots de passe

Un coffre retient les mots de passe à votre place. Il les chiffre, les remplit seul et signale ceux
qui ont fui lors du piratage d’un site marchand.
"""


@pytest.fixture
def found() -> list:
    return passages(as_document("doc-1", "Mots de passe", TEXT))


def test_a_passage_is_shown_without_what_was_asked(found: list) -> None:
    first, second = found
    assert show(first, View.WHOLE).startswith("Mots de passe\nChoisir")
    assert show(first, View.UNTITLED, "Mots de passe").startswith("Choisir")
    assert show(second, View.UNTITLED, "Mots de passe").startswith("Coffre de mots de passe\nUn coffre")
    assert show(second, View.UNHEADED, "Coffre de mots de passe").startswith("Mots de passe\nUn coffre")
    assert show(second, View.SENTENCE) == "Un coffre retient les mots de passe à votre place."


def test_a_line_is_never_the_question_itself(found: list) -> None:
    assert show(found[1], View.HEADING, "que faire") == "Coffre de mots de passe"
    assert show(found[1], View.HEADING, "Coffre de mots de passe") == "Mots de passe"


def test_titles_and_headings_make_pairs() -> None:
    pairs = list(_headed("anssi", [as_document("doc-1", "Mots de passe", TEXT)]))
    assert {(pair.query, pair.view) for pair in pairs} == {
        ("Mots de passe", View.UNTITLED),
        ("Mots de passe", View.SENTENCE),
        ("Coffre de mots de passe", View.UNHEADED),
    }
    assert {pair.group for pair in pairs} == {"doc-1"}
    assert {pair.task for pair in pairs} == {"anssi/passage", "anssi/line"}
    for pair in pairs:
        assert pair.query not in show(pair.passage, pair.view, pair.query).splitlines()


def test_pairs_of_one_document_are_held_out_together(found: list) -> None:
    held = [
        {Pair("anssi", "q", passage, View.WHOLE, group).held_out for passage in found}
        for group in (f"doc-{i}" for i in range(200))
    ]
    assert all(len(values) == 1 for values in held)
    # One in eight of 200, give or take.
    assert 10 <= sum(True in values for values in held) <= 45


def test_questions_like_those_that_are_measured_are_left_out() -> None:
    measured = [set(terms("Comment choisir un mot de passe solide ?"))]
    assert _like("choisir mot de passe solide", measured)
    assert not _like("Qui appeler après un vol d’ordinateur ?", measured)


@pytest.fixture(scope="module")
def real() -> list[Source]:
    shared = shared_folder()
    if shared is None:
        pytest.skip("shared material absent: put it in ../shared or set CYBERVIGIE_SHARED")
    return sources(shared, sheets=40)


@pytest.mark.long
def test_nothing_of_the_cnil_is_trained_on(real: list[Source]) -> None:
    assert [source.name for source in real] == sorted(
        LICENCES, key=["digests", "anssi", "service-public", "piaf"].index
    )
    names = [path.name for source in real if source.name != "digests" for path in source.files]
    assert not [name for name in names if "cnil" in name or "rgpd" in name]
    (anssi,) = [source for source in real if source.name == "anssi"]
    assert not [document for document in anssi.documents if "cnil" in document.title.casefold()]


@pytest.mark.long
def test_no_benchmark_is_trained_on(real: list[Source]) -> None:
    shared = shared_folder()
    assert shared is not None
    by_name = {source.name: source for source in real}
    sheets = {line["id"].rsplit("-", 1)[-1] for line in read_lines(shared / "bench-fr/service-public/passages.jsonl")}
    trained = {document.source_id.rsplit("-", 1)[-1] for document in by_name["service-public"].documents}
    assert len(trained) == 40
    assert not sheets & trained
    questions = list(read_lines(shared / "bench-fr/piaf/queries.jsonl"))
    answers = dict(
        line.split("\t")[:2] for line in (shared / "bench-fr/piaf/qrels.tsv").read_text(encoding="utf-8").splitlines()
    )
    asked = {answers[question["id"]] for question in questions[:PIAF_QUESTIONS]}
    assert not asked & {document.source_id for document in by_name["piaf"].documents}
    development = {line["question"] for line in read_lines(shared / "domain/questions-dev.jsonl")}
    development |= {line["text"] for line in read_lines(shared / "bench-fr/queries.jsonl")}
    for source in real:
        assert not development & {pair.query for pair in source.pairs}


@pytest.mark.long
def test_digests_of_one_topic_are_one_group(real: list[Source]) -> None:
    digests = real[0]
    groups = {group_of(document) for document in digests.documents}
    assert 10 < len(groups) < len(digests.documents)
    assert all(Path(path).suffix == ".md" for path in digests.files)
    assert {pair.held_out for pair in digests.pairs} == {True, False}
