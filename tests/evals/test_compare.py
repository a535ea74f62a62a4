"""Two runs side by side: paired differences, questions lost and gained, what makes them less comparable."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evals.compare import Difference, Move, NothingInCommon, Verdict, compare
from evals.model import Failure, Kind, Outcome, Retrieved, Run
from evals.significance import drawn_p, holm

from .runs import answered, found, question, quote, refused, run_of

DRAWS = 1_000


def run_right(*right: bool, latency: float = 20.0) -> Run:
    """A run of as many questions, right or refused."""
    pairs = []
    for n, is_right in enumerate(right):
        asked = question(n, expected={"quotes": ("vingt ans",)})
        pairs.append((asked, answered(asked, latency_ms=latency) if is_right else refused(asked, latency_ms=latency)))
    return run_of(*pairs)


def difference(before: Run, after: Run, code: str = "expected_cited") -> Difference:
    (found,) = [one for one in compare(before, after, draws=DRAWS).differences if one.code == code]
    return found


def test_a_clear_gain() -> None:
    found = difference(run_right(*[False] * 20, *[True] * 20), run_right(*[True] * 40))
    assert (found.before, found.after, found.change) == (0.5, 1.0, 0.5)
    assert found.interval.low > 0
    assert found.verdict is Verdict.BETTER


def test_lower_is_better_for_what_is_wrong() -> None:
    found = difference(run_right(*[False] * 20, *[True] * 20), run_right(*[True] * 40), "over_refusal_rate")
    assert found.change == -0.5
    assert found.verdict is Verdict.BETTER
    slower = difference(run_right(*[True] * 9), run_right(*[True] * 9, latency=90.0), "latency_p50")
    assert (slower.change, slower.verdict) == (70.0, Verdict.WORSE)


def test_one_question_of_forty_proves_nothing() -> None:
    found = difference(run_right(False, *[True] * 39), run_right(*[True] * 40))
    assert found.verdict is Verdict.UNCLEAR
    assert found.interval.low == 0.0


def test_the_same_answers() -> None:
    run = run_right(*[True, False] * 10)
    comparison = compare(run, run, draws=DRAWS)
    assert {one.verdict for one in comparison.differences} == {Verdict.SAME}
    assert comparison.changes == ()
    assert comparison.cautions == ()


def test_pairing_is_narrower_than_two_intervals() -> None:
    # One question in four is right in the first run; the second gets one more in ten right.
    before = run_right(*[n % 4 == 0 for n in range(200)])
    after = run_right(*[n % 4 == 0 or n % 10 == 1 for n in range(200)])
    found = difference(before, after)
    alone = (0.25 * 0.75 / 200) ** 0.5 * 1.96 * 2
    assert found.interval.high - found.interval.low < 1.5 * alone
    assert found.verdict is Verdict.BETTER


def test_questions_lost_come_before_questions_gained() -> None:
    comparison = compare(run_right(False, True, True), run_right(True, False, True), draws=DRAWS)
    assert [(change.question.id, change.move) for change in comparison.changes] == [
        ("q-1", Move.LOST),
        ("q-0", Move.GAINED),
    ]


def test_a_repeated_identifier_loses_a_question() -> None:
    asked = question(1, Kind.PRIVACY, expected={"masked": ("a",)})
    before, after = (run_of((asked, answered(asked, leaks=leaks))) for leaks in (0, 1))
    (change,) = compare(before, after, draws=DRAWS).changes
    assert change.move is Move.LOST


def test_only_common_questions_count() -> None:
    before, after = run_right(True, True, False), run_right(True, False)
    comparison = compare(before, after, draws=DRAWS)
    assert comparison.common == 2
    assert "questions_missing" in comparison.cautions
    (found,) = [one for one in comparison.differences if one.code == "expected_cited"]
    assert (found.before, found.after) == (1.0, 0.5)


def test_cautions() -> None:
    run = run_right(True, True)
    other = replace(
        run,
        meta=replace(
            run.meta, questions_digest="other", corpus_digest="elsewhere", count=3, machine={"cores": "8"}, format=1
        ),
    )
    cautions = compare(run, other, draws=DRAWS).cautions
    assert set(cautions) == {"questions_differ", "incomplete", "corpus_differs", "machine_differs"}
    unknown = replace(run, meta=replace(run.meta, corpus_digest=None))
    assert compare(run, unknown, draws=DRAWS).cautions == compare(unknown, unknown, draws=DRAWS).cautions == ()


FACT = {"facts": ("dist-01",)}
TITLE = "Recommandations sur le nomadisme numérique"


def product_run(size: int, *, right: int, ours: bool, **shown: Any) -> Run:
    """Answers to the first ``right`` questions from the right document; ``ours``: quoting the starter corpus."""
    pairs = []
    for n in range(size):
        asked = question(n, expected=FACT)
        good = n < right
        facts = (("dist-01",) if good else ("x",)) if ours else None
        cited = quote(facts=facts, title=TITLE if good else "Autre guide", publisher="ANSSI")
        search = (Retrieved(1, title=cited.title, publisher="ANSSI", facts=facts),)
        pairs.append((asked, answered(asked, cited, **({"retrieved": search, "confidence": 1 - n / size} | shown))))
    return run_of(*pairs)


def test_another_product_that_does_as_well_is_no_better_and_no_worse() -> None:
    ours, other = (product_run(40, right=30, ours=ours) for ours in (True, False))
    comparison = compare(ours, other, draws=DRAWS)
    codes = {one.code for one in comparison.differences}
    assert codes >= {"expected_cited", "aurc", "ndcg_10", "ece"}
    assert {one.verdict for one in comparison.differences} == {Verdict.SAME}
    assert comparison.changes == ()
    assert comparison.cautions == ("facts_by_document",)
    # Judged by its quotes, ours would differ from what the other can be judged by.
    strict = product_run(40, right=20, ours=True)
    assert difference(strict, other).after == 0.75


def test_our_own_answers_are_judged_by_document_beside_another_product() -> None:
    """A quote of the right document beside the fact counts for the other product: it must count for ours."""
    asked = question(expected=FACT)
    ours = run_of((asked, answered(asked, quote(facts=("x",), title=TITLE, publisher="ANSSI"))))
    other = run_of((asked, answered(asked, quote(facts=None, title=TITLE, publisher="ANSSI"))))
    assert difference(ours, ours).before == 0.0
    assert (difference(ours, other).before, difference(ours, other).after) == (1.0, 1.0)


def test_a_system_that_names_no_source_is_not_judged_on_facts_and_neither_is_the_other() -> None:
    ours = product_run(40, right=30, ours=True)
    asked = ours.questions
    bare = run_of(*((one, answered(one, quote(facts=None), confidence=0.5)) for one in asked))
    for comparison in (compare(ours, bare, draws=DRAWS), compare(bare, ours, draws=DRAWS)):
        assert "facts_unseen" in comparison.cautions
        assert "expected_cited" in comparison.one_sided
        assert "expected_cited" not in {one.code for one in comparison.differences}


def test_what_only_one_shows_of_a_question_is_judged_in_neither() -> None:
    ours = product_run(40, right=30, ours=True)
    # The other tells its confidence of its ten best answers only, and does not show its search.
    quiet = replace(
        product_run(40, right=30, ours=True, retrieved=None),
        outcomes=tuple(
            replace(outcome, retrieved=None, confidence=outcome.confidence if n < 10 else None)
            for n, outcome in enumerate(ours.outcomes)
        ),
    )
    comparison = compare(ours, quiet, draws=DRAWS)
    found = {one.code: one for one in comparison.differences}
    assert found["aurc"].judged == 10
    assert (found["aurc"].verdict, found["ece"].verdict) == (Verdict.SAME, Verdict.SAME)
    assert {"ndcg_10", "recall_10", "hit_3"} <= set(comparison.one_sided)


def test_a_failure_is_judged_and_takes_nothing_from_the_other() -> None:
    asked = question(expected=FACT)
    search = found(("dist-01",))
    good = run_of((asked, answered(asked, quote(facts=("dist-01",)), retrieved=search)))
    failed = run_of((asked, Outcome(asked.id, failure=Failure("timeout", "trop long"))))
    differences = {one.code: (one.before, one.after) for one in compare(good, failed, draws=DRAWS).differences}
    assert differences["status_right"] == differences["hit_3"] == (1.0, 0.0)


def test_refusing_everything_cites_nothing() -> None:
    ours = product_run(40, right=30, ours=True)
    silent = run_of(*((asked, refused(asked)) for asked in ours.questions))
    found = difference(ours, silent)
    assert (found.after, found.verdict) == (0.0, Verdict.WORSE)


class TestChance:
    def test_the_exact_test_of_mcnemar(self) -> None:
        # Of ten that differ, one the other way: 2 (1 + 10) / 2**10.
        before, after = run_right(*[False] * 9, True, *[True] * 30), run_right(*[True] * 9, False, *[True] * 30)
        found = difference(before, after)
        assert found.exact_p == pytest.approx(22 / 1024)
        assert difference(before, before).exact_p == 1.0

    def test_five_questions_gained_and_none_lost_are_chance(self) -> None:
        """The bootstrap alone would say better: none of its draws loses anything."""
        found = difference(run_right(*[False] * 5, *[True] * 15), run_right(*[True] * 20), "asked_back_rate")
        assert found.verdict is Verdict.SAME
        found = difference(run_right(*[False] * 5, *[True] * 15), run_right(*[True] * 20), "status_right")
        assert found.exact_p == pytest.approx(2 / 2**5)
        assert found.interval.low > 0
        assert found.verdict is Verdict.UNCLEAR

    def test_measures_of_the_first_page_are_corrected_together(self) -> None:
        # Seven gained: 2 / 2**7 = 0.016 alone, not among all the measures of the first page.
        found = difference(run_right(*[False] * 7, *[True] * 13), run_right(*[True] * 20))
        assert found.exact_p is not None
        assert found.exact_p < 0.05
        assert found.adjusted_p is not None
        assert found.adjusted_p >= 0.05
        assert found.verdict is Verdict.UNCLEAR
        apart = difference(run_right(*[False] * 7, *[True] * 13), run_right(*[True] * 20), "status_right")
        assert (apart.adjusted_p, apart.verdict) == (None, Verdict.BETTER)

    def test_rates_over_other_questions_are_no_pairing(self) -> None:
        found = difference(run_right(*[False] * 9, *[True] * 9), run_right(*[True] * 18), "expected_cited_answered")
        assert found.exact_p is None

    def test_holm(self) -> None:
        assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.5}) == pytest.approx(
            {"a": 0.04, "c": 0.09, "b": 0.09, "d": 0.5}
        )

    def test_a_drawn_p_is_never_nothing(self) -> None:
        assert drawn_p(np.ones(999)) == pytest.approx(2 / 1000)
        assert drawn_p(np.array([-1.0, 1.0] * 500)) == 1.0


def test_what_one_system_does_not_show_is_left_out() -> None:
    asked = question()
    shown = run_of((asked, answered(asked)))
    hidden = run_of((asked, answered(asked, quote(verbatim=None, located=None))))
    codes = {one.code for one in compare(shown, hidden, draws=DRAWS).differences}
    assert "verbatim_rate" not in codes
    assert "verbatim_rate" in compare(shown, hidden, draws=DRAWS).one_sided
    assert "status_right" in codes


def test_nothing_in_common() -> None:
    asked, other = question(1), question(2)
    with pytest.raises(NothingInCommon, match="aucune question en commun"):
        compare(run_of((asked, answered(asked))), run_of((other, answered(other))))
