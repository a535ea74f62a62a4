"""The gate: what fails, what noise explains, what may be lowered; then the starter corpus against its limits."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.settings import Settings
from evals.calibration_data import real_documents
from evals.floors import Floors, FloorsError, Limit, load_floors, save_floors
from evals.gate import FLOORS, GATED, PROMISES, GateError, check, updated
from evals.model import Kind, Run
from evals.questionfile import read_questions
from evals.reporting.words import amount
from evals.run import Plan, run
from evals.scores.catalogue import BY_CODE
from evals.shared import REPOSITORY, shared_folder
from evals.systems.engine import Engine
from index.build import build_index
from index.embed import OnnxEmbedder

from .runs import answered, question, quote, refused, run_of

VECTORS = REPOSITORY / "build" / "tests" / "official-vectors.sqlite"
"""Kept from one run to the next, as those of the starter corpus are."""
DAY = date(2026, 6, 1)
EMPTY = Floors("# header", {})


def run_with(right: int, *, size: int = 50, verbatim: bool = True, false_answers: int = 0) -> Run:
    """``right`` of ``size`` answerable questions answered, and twenty without answer."""
    pairs = []
    for n in range(size):
        asked = question(n, expected={"quotes": ("vingt ans",)})
        pairs.append((asked, answered(asked, quote(verbatim=verbatim or n > 0)) if n < right else refused(asked)))
    for n in range(20):
        asked = question(f"near-{n}", Kind.NEAR_MISS)
        pairs.append((asked, answered(asked) if n < false_answers else refused(asked)))
    return run_of(*pairs)


@pytest.fixture
def floors() -> Floors:
    return updated(run_with(40), EMPTY, today=DAY)


def failing(run: Run, floors: Floors) -> set[str]:
    return {one.code for one in check(run, floors).checks if not one.passed}


class TestCheck:
    def test_the_run_that_set_the_limits_passes_without_its_margin(self, floors: Floors) -> None:
        result = check(run_with(40), floors)
        assert result.passed
        assert not any(one.within_noise for one in result.checks)
        assert not result.corpus_changed
        assert not result.questions_changed

    def test_two_questions_are_noise_and_three_are_not(self, floors: Floors) -> None:
        result = check(run_with(38), floors)
        assert result.passed
        assert {one.code for one in result.checks if one.within_noise} >= {"expected_cited", "over_refusal_rate"}
        assert failing(run_with(37), floors) >= {"expected_cited", "over_refusal_rate"}

    def test_always_answering_does_not_pass(self, floors: Floors) -> None:
        fails = failing(run_with(50, false_answers=20), floors)
        assert "false_answer_rate" in fails
        assert not fails & {"expected_cited", "over_refusal_rate"}

    def test_a_promise_has_no_margin(self, floors: Floors) -> None:
        assert failing(run_with(40, verbatim=False), floors) >= {"verbatim_rate"}

    def test_what_is_no_longer_measured_fails(self, floors: Floors) -> None:
        asked = question(1, expected={"quotes": ("vingt ans",)})
        assert "false_answer_rate" in failing(run_of((asked, answered(asked))), floors)

    def test_a_measure_without_limit_in_the_file_fails(self, floors: Floors, tmp_path: Path) -> None:
        path = tmp_path / "floors.toml"
        save_floors(path, floors)
        assert check(run_with(40), load_floors(path)).passed
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(line for line in lines if not line.startswith("status_right")), encoding="utf-8")
        result = check(run_with(40), load_floors(path))
        assert all(one.passed for one in result.checks)
        assert result.unlimited == ("status_right",)
        assert not result.passed
        # Setting the limit cures it.
        assert check(run_with(40), updated(run_with(40), load_floors(path))).passed

    def test_a_limit_short_of_its_target_is_told(self, floors: Floors) -> None:
        short = {one.code for one in check(run_with(40), floors).checks if one.short_of_target}
        # 80 % cited for 85 % aimed at, 20 % of wrong refusals for 8 %.
        assert short == {"expected_cited", "over_refusal_rate"}

    def test_changed_digests_are_told(self, floors: Floors) -> None:
        run = run_with(40)
        result = check(replace(run, meta=replace(run.meta, corpus_digest="x", questions_digest="y")), floors)
        assert result.passed
        assert result.corpus_changed
        assert result.questions_changed

    def test_an_interrupted_run_is_not_judged(self, floors: Floors) -> None:
        run = run_with(40)
        half = replace(run, outcomes=run.outcomes[:10])
        with pytest.raises(GateError, match="inachevé"):
            check(half, floors)
        with pytest.raises(GateError, match="inachevé"):
            updated(half, floors)

    def test_an_unknown_suite(self, floors: Floors) -> None:
        with pytest.raises(GateError, match="starter"):
            check(run_with(40), floors, "other")


class TestUpdate:
    def test_limits_rise(self, floors: Floors) -> None:
        better = updated(run_with(45), floors, today=DAY).suites["starter"].limits
        assert better["expected_cited"].bound == 0.9
        assert better["over_refusal_rate"].bound == 0.1
        assert failing(run_with(40), updated(run_with(45), floors)) >= {"expected_cited"}

    def test_they_do_not_follow_noise_down(self, floors: Floors) -> None:
        after = updated(run_with(39), floors, today=DAY)
        assert after.suites["starter"].limits["expected_cited"].bound == 0.8
        assert after.lowered == ()

    def test_they_are_not_lowered_in_silence(self, floors: Floors) -> None:
        with pytest.raises(GateError, match="Information attendue citée"):
            updated(run_with(30), floors)
        with pytest.raises(GateError, match="--reason"):
            updated(run_with(30), floors, lower=True, reason="bof")

    def test_lowering_is_kept_with_its_reason(self, floors: Floors) -> None:
        why = "questions plus difficiles dans le jeu"
        after = updated(run_with(30), floors, lower=True, reason=why, today=DAY)
        assert after.suites["starter"].limits["expected_cited"].bound == 0.6
        kept = {entry.measure: entry for entry in after.lowered}
        assert (kept["expected_cited"].before, kept["expected_cited"].after) == (0.8, 0.6)
        assert (kept["expected_cited"].reason, kept["expected_cited"].on) == (why, "2026-06-01")
        # What holds is not lowered along.
        assert "verbatim_rate" not in kept
        assert after.suites["starter"].limits["verbatim_rate"].bound == 1.0

    def test_fewer_questions_do_not_widen_a_margin(self, floors: Floors) -> None:
        margin = floors.suites["starter"].limits["expected_cited"].margin
        after = updated(run_with(9, size=10), floors, today=DAY).suites["starter"].limits
        assert after["expected_cited"].margin == margin == 0.04

    def test_a_measure_that_disappears_cannot_be_updated_away(self, floors: Floors) -> None:
        asked = question(1, expected={"quotes": ("vingt ans",)})
        with pytest.raises(GateError, match="ne mesure pas"):
            updated(run_of((asked, answered(asked))), floors, lower=True, reason="un jeu bien plus petit")

    def test_limits_are_rounded_to_their_lenient_side(self) -> None:
        run = run_with(2, size=3, false_answers=1)
        limits = updated(run, EMPTY, today=DAY).suites["starter"].limits
        assert limits["expected_cited"].bound == 0.6666
        assert limits["over_refusal_rate"].bound == 0.3334
        assert check(run, updated(run, EMPTY)).passed

    def test_another_suite_has_limits_of_its_own(self, floors: Floors) -> None:
        after = updated(run_with(10), floors, "real", today=DAY)
        assert after.suites["starter"] == floors.suites["starter"]
        assert after.suites["real"].limits["expected_cited"].bound == 0.2


class TestFile:
    def test_round_trip_keeps_header_limits_and_lowerings(self, floors: Floors, tmp_path: Path) -> None:
        path = tmp_path / "floors.toml"
        header = "# Une ligne.\n# Une autre, avec « guillemets »."
        reason = 'raison avec "guillemets", \\ et\nun retour'
        written = updated(run_with(30), replace(floors, header=header), lower=True, reason=reason, today=DAY)
        save_floors(path, written)
        assert load_floors(path) == written
        assert path.read_text(encoding="utf-8").startswith(header + "\n")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("[suites", "TOML"),
            ('[suites.a]\nquestions = "q"\ncount = 1\n[suites.a.limits]\nnope = { at_least = 1, margin = 0 }', "nope"),
            (
                '[suites.a]\nquestions = "q"\ncount = 1\n[suites.a.limits]\nece = { at_least = 1, margin = 0 }',
                "at_most",
            ),
            ('[[lowered]]\nsuite = "a"', "mal écrite"),
        ],
    )
    def test_a_damaged_file_is_told(self, tmp_path: Path, content: str, told: str) -> None:
        path = tmp_path / "floors.toml"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(FloorsError, match=told):
            load_floors(path)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(FloorsError, match="illisible"):
            load_floors(tmp_path / "absent.toml")

    def test_the_limits_of_the_product(self) -> None:
        suites = load_floors(FLOORS).suites
        limits = suites["starter"].limits
        assert set(limits) == set(GATED) - {"official_cited"}
        assert set(suites["official"].limits) == set(GATED)
        assert all(limits[code].margin == 0 for code in PROMISES)
        assert limits["verbatim_rate"] == Limit(1.0, at_least=True, margin=0.0)
        assert limits["locator_accuracy"] == Limit(1.0, at_least=True, margin=0.0)


@pytest.fixture(scope="module")
def official_data(prepared_model: Path, starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shared official texts beside the starter corpus: minutes, but for vectors kept before."""
    shared = shared_folder()
    if shared is None:
        pytest.skip("the official texts are absent: set CYBERVIGIE_SHARED to the folder that holds official/")
    data = tmp_path_factory.mktemp("official")
    (data / "index").mkdir()
    known = VECTORS if VECTORS.is_file() else starter_data / "index" / "vectors.sqlite"
    shutil.copyfile(known, data / "index" / "vectors.sqlite")
    (data / "models").symlink_to(prepared_model.parent)
    official, digests = real_documents(data, shared)
    build_index(data / "index", [*digests, *official], OnnxEmbedder(prepared_model, threads=2))
    shutil.copyfile(data / "index" / "vectors.sqlite", VECTORS.with_suffix(".new"))
    VECTORS.with_suffix(".new").replace(VECTORS)
    return data


def judged(data: Path, folder: Path, suite: str, step: int = 1) -> list[str]:
    """The measures of the held questions that are beyond a limit of the suite; of every tenth, what always holds."""
    questions, files = read_questions(sorted((REPOSITORY / "evals" / "questions" / "held").glob("*.jsonl")))
    engine = Engine(Settings(data_dir=data))
    try:
        done = run(engine, Plan(questions[::step], files, folder / "run"))
    finally:
        engine.close()
    floors = load_floors(FLOORS)
    if step > 1:
        # What is promised of every question holds on any sample of them; other limits are shares of them all.
        kept = floors.suites[suite]
        limits = {code: kept.limits[code] for code in PROMISES if code in kept.limits}
        always = {code: limit for code, limit in limits.items() if (limit.bound, limit.margin) == (limit.at_least, 0)}
        assert {"verbatim_rate", "locator_accuracy", "failure_rate", "identifiers_kept_quiet"} <= set(always)
        floors = replace(floors, suites={suite: replace(kept, limits=always, unlimited=frozenset())})
    result = check(done, floors, suite)
    assert not result.unlimited
    return [
        f"{BY_CODE[one.code].label}: {one.value and amount(one.value, BY_CODE[one.code])}, "
        f"limit {amount(one.limit.bound, BY_CODE[one.code])}"
        for one in result.checks
        if not one.passed
    ]


@pytest.mark.model
@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.long)], ids=["promises", "whole"])
def test_the_starter_corpus_holds_its_limits(starter_data: Path, tmp_path: Path, step: int) -> None:
    assert judged(starter_data, tmp_path, "starter", step) == []


@pytest.mark.model
@pytest.mark.long
def test_the_official_texts_beside_it_hold_theirs(official_data: Path, tmp_path: Path) -> None:
    assert judged(official_data, tmp_path, "official") == []
