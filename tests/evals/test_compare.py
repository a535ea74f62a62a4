"""Two runs side by side: paired differences, questions lost and gained, what makes them less comparable."""

from dataclasses import replace

import pytest

from evals.compare import Difference, Move, NothingInCommon, Verdict, compare
from evals.model import Kind, Run

from .runs import answered, question, quote, refused, run_of

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


def test_what_one_system_does_not_show_is_left_out() -> None:
    asked = question()
    shown = run_of((asked, answered(asked)))
    hidden = run_of((asked, answered(asked, quote(verbatim=None, located=None))))
    codes = {one.code for one in compare(shown, hidden, draws=DRAWS).differences}
    assert "verbatim_rate" not in codes
    assert "status_right" in codes


def test_nothing_in_common() -> None:
    asked, other = question(1), question(2)
    with pytest.raises(NothingInCommon, match="aucune question en commun"):
        compare(run_of((asked, answered(asked))), run_of((other, answered(other))))
