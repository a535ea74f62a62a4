"""Batches and rough questions."""

import random
from itertools import islice

import pytest

from evals.train.batches import NEGATIVES_EACH, batches, roughen
from evals.train.negatives import Example


def example(task: str, i: int, positive: str | None = None) -> Example:
    text = positive or f"{task} réponse {i}"
    return Example(task, f"g{i}", f"{task} question {i} ?", text, (f"faux {i}", f"leurre {i}"), ("x", "y"), False)


EXAMPLES = [example(task, i) for task in ("piaf/passage", "digests/line") for i in range(40)]


def test_the_same_seed_gives_the_same_batches() -> None:
    first, again, other = (list(islice(batches(EXAMPLES, 8, seed), 6)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_batch_is_of_one_task_and_holds_a_text_once() -> None:
    twice = [*EXAMPLES, *(example("piaf/passage", i, "la même") for i in range(40, 60))]
    sizes = set()
    for batch in islice(batches(twice, 8, 3), 40):
        size = len(batch.queries)
        positives = batch.texts[:size]
        assert len(set(positives)) == size
        assert len({text.partition(" ")[0] for text in positives if text != "la même"}) == 1
        assert len(batch.texts) == len(batch.text_groups) == size * (1 + NEGATIVES_EACH)
        assert batch.text_groups[:size] == batch.query_groups
        sizes.add(size)
    # Lines are short: twice as many of them.
    assert sizes == {8, 16}


def test_every_example_is_seen_before_any_is_seen_again() -> None:
    only = [example("piaf/passage", i) for i in range(24)]
    seen = [text for batch in islice(batches(only, 8, 5), 3) for text in batch.texts[:8]]
    assert sorted(seen) == sorted(e.positive for e in only)


def test_a_small_task_makes_smaller_batches() -> None:
    (batch,) = islice(batches([example("piaf/passage", i) for i in range(3)], 8, 0), 1)
    assert len(batch.queries) == 3


@pytest.mark.parametrize("seed", range(20))
def test_rough_questions_keep_their_words(seed: int) -> None:
    rough = roughen("Où déclarer l’accès à un dossier médical ?", random.Random(seed))
    assert rough == rough.casefold()
    assert rough.isascii()
    assert "?" not in rough
    words = rough.split()
    assert words[:1] == ["ou"]
    assert len(words) == 8


def test_a_slip_changes_at_most_one_word() -> None:
    clean = ["declarer", "violation", "donnees"]
    changed = [roughen("déclarer violation données", random.Random(seed)).split() for seed in range(50)]
    distances = {sum(a != b for a, b in zip(clean, words, strict=True)) for words in changed}
    assert distances == {0, 1}


def test_a_question_of_signs_stays_as_it_is() -> None:
    assert roughen("???", random.Random(0)) == "???"
